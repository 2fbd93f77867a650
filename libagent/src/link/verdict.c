// SPDX-License-Identifier: Apache-2.0
// How a question ended, as it travels over the link.
#include "link/verdict.h"

#include <live/buf.h>
#include <live/json.h>

char *ag_verdict_print(const live_error *why)
{
    live_buf *out = live_buf_new();
    char *text = NULL;

    if (why) {
        live_buf_add_format(
            out,
            "{\"code\":%d,\"http\":%d,\"retry\":%s,\"line\":%d,\"column\":%d,\"text\":", why->code,
            why->http, why->retry ? "true" : "false", why->line, why->column);
        live_buf_add_json_string(out, why->text);
        live_buf_add_text(out, "}");
    }
    return live_buf_take(out, &text, NULL, NULL) ? NULL : text;
}

bool ag_verdict_read(const char *text, size_t length, live_error *ret_why)
{
    cJSON *json = NULL;

    if (length == 0)
        return false;
    if (live_json_parse(text, length, &json, NULL) || !cJSON_IsObject(json)) {
        cJSON_Delete(json);
        live_fail(ret_why, LIVE_E_PROTOCOL, "the gateway gave no reason");
        return true;
    }
    live_fail(ret_why, (live_err)live_json_int(json, "code", LIVE_E_PROTOCOL), "%s",
              live_json_str(json, "text", ""));
    ret_why->http = (int)live_json_int(json, "http", 0);
    ret_why->retry = live_json_bool(json, "retry", false);
    ret_why->line = (int)live_json_int(json, "line", 0);
    ret_why->column = (int)live_json_int(json, "column", 0);
    cJSON_Delete(json);
    return true;
}
