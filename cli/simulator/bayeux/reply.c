// SPDX-License-Identifier: Apache-2.0
// The reply to a message: whether it succeeded, how to go on, and the difference of the clocks.
#include "reply.h"

#include <live/json.h>

enum { MULTI_SESSION_INTERVAL_MS = 2000 };

cJSON *bayeux_reply_new(const cJSON *message)
{
    static const char *const repeated[] = { "channel", "id", "subscription" };
    cJSON *reply = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        const cJSON *value = live_json_get(message, repeated[i]);
        if (value)
            cJSON_AddItemToObject(reply, repeated[i], cJSON_Duplicate(value, true));
    }
    return reply;
}

void bayeux_reply_succeed(cJSON *reply)
{
    cJSON_AddBoolToObject(reply, "successful", true);
}

void bayeux_reply_fail(cJSON *reply, const char *error)
{
    cJSON_AddBoolToObject(reply, "successful", false);
    cJSON_AddStringToObject(reply, "error", error);
}

void bayeux_reply_advise(const bayeux_server *server, cJSON *reply)
{
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");

    cJSON_AddStringToObject(advice, "reconnect", "retry");
    cJSON_AddNumberToObject(advice, "interval", (double)server->options.interval_ms);
    cJSON_AddNumberToObject(advice, "timeout", (double)server->options.timeout_ms);
}

void bayeux_reply_fail_unknown(cJSON *reply, bool with_advice)
{
    bayeux_reply_fail(reply, "402::session_unknown");
    if (!with_advice)
        return;
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");
    cJSON_AddStringToObject(advice, "reconnect", "handshake");
    cJSON_AddNumberToObject(advice, "interval", 0);
}

void bayeux_reply_advise_polling(const bayeux_server *server, cJSON *reply)
{
    cJSON *advice = cJSON_AddObjectToObject(reply, "advice");

    cJSON_AddBoolToObject(advice, "multiple-clients", true);
    cJSON_AddStringToObject(advice, "reconnect", "retry");
    cJSON_AddNumberToObject(advice, "interval", MULTI_SESSION_INTERVAL_MS);
    cJSON_AddNumberToObject(advice, "timeout", (double)server->options.timeout_ms);
}

cJSON *bayeux_reply_ext(cJSON *reply)
{
    cJSON *ext = cJSON_GetObjectItemCaseSensitive(reply, "ext");

    return ext ? ext : cJSON_AddObjectToObject(reply, "ext");
}

void bayeux_reply_timesync(const bayeux_server *server, const cJSON *message, cJSON *reply)
{
    const cJSON *asked = live_json_get(live_json_get(message, "ext"), "timesync");
    bool estimates =
        live_json_get(asked, "l") && live_json_get(asked, "o"); // the old form has none
    double now = (double)live_loop_time_ms(server->loop);
    double lag = live_json_real(asked, "l", 0), offset = live_json_real(asked, "o", 0);
    double sent = live_json_real(asked, "tc", 0), accuracy = sent + offset + lag - now;

    if (server->options.no_timesync || !cJSON_IsObject(asked) ||
        (accuracy > -25 && accuracy < 25 && lag != 0))
        return;
    cJSON *answer = cJSON_AddObjectToObject(bayeux_reply_ext(reply), "timesync");
    cJSON_AddNumberToObject(answer, "tc", sent);
    cJSON_AddNumberToObject(answer, "ts", now);
    cJSON_AddNumberToObject(answer, "p", 0);
    if (estimates)
        cJSON_AddNumberToObject(answer, "a", accuracy);
}
