// SPDX-License-Identifier: Apache-2.0
// What a reply of the server says.
#include "bayeux/reply.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ID_DIGITS = 24 };

bool lv_reply_success(const cJSON *reply)
{
    return cJSON_IsTrue(live_json_get(reply, "successful"));
}

int lv_reply_error_code(const cJSON *reply)
{
    const char *text = live_json_str(reply, "error", "");

    return strspn(text, "0123456789") == 3 ? (int)strtol(text, NULL, 10) : 0;
}

// Faye has 401 for that, which others have for passwords: it says so in words, after the second colon.
bool lv_reply_unknown_client(const cJSON *reply)
{
    const int code = lv_reply_error_code(reply);
    const char *text = strrchr(live_json_str(reply, "error", ""), ':');

    return code == 402 || (code == 401 && text && strcasecmp(text, ":unknown client") == 0);
}

bool lv_reply_has_id(const cJSON *reply)
{
    const cJSON *id = live_json_get(reply, "id");

    return cJSON_IsString(id) || cJSON_IsNumber(id);
}

bool lv_reply_id_is(const cJSON *reply, const char *id)
{
    const cJSON *own = live_json_get(reply, "id");
    char text[ID_DIGITS];

    if (cJSON_IsString(own))
        return strcmp(own->valuestring, id) == 0;
    if (!cJSON_IsNumber(own))
        return false;
    snprintf(text, sizeof text, "%.0f", own->valuedouble);
    return strcmp(text, id) == 0;
}

static bool lists(const cJSON *list, const char *text)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, list) {
        if (cJSON_IsString(one) && strcmp(one->valuestring, text) == 0)
            return true;
    }
    return false;
}

bool lv_reply_is_about(const cJSON *reply, const char *channel)
{
    const cJSON *named = live_json_get(reply, "subscription");

    if (cJSON_IsString(named))
        return strcmp(named->valuestring, channel) == 0;
    return !named || lists(named, channel);
}

bool lv_reply_offers(const cJSON *reply, const char *transport)
{
    return lists(live_json_get(reply, "supportedConnectionTypes"), transport);
}

live_err lv_reply_refusal(const cJSON *reply, live_err code, live_error *error)
{
    return live_fail(error, code, "%s: %s", live_json_str(reply, "channel", ""),
                     live_json_str(reply, "error", "refused without a reason"));
}
