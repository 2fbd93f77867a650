// SPDX-License-Identifier: Apache-2.0
// The text of an event, with what the outbox adds to it.
#include "outbox/event_text.h"

#include <live/json.h>
#include <live/outbox.h>
#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Almost no event has such a member, and none has where not even its name occurs, nor anything escaped.
static bool has(const char *text, size_t length, const char *quoted, const char *pointer)
{
    return (memmem(text, length, quoted, strlen(quoted)) || memchr(text, '\\', length)) &&
           live_json_find(text, length, pointer, NULL, NULL, NULL) == LIVE_OK;
}

static bool is_empty(const char *text, size_t length)
{
    size_t at = 1;

    while (at < length && is_space(text[at]))
        at++;
    return text[at] == '}';
}

live_err lv_event_text_add(live_buf *out, const char *text, size_t length, const char *uid,
                           bool idempotent, live_error *error)
{
    while (length > 0 && is_space(text[length - 1]))
        length--;
    while (length > 0 && is_space(*text)) {
        text++;
        length--;
    }
    if (length < 2 || *text != '{')
        return live_fail(error, LIVE_E_INVALID, "an event is a JSON object");
    if (is_empty(text, length))
        return live_fail(error, LIVE_E_INVALID, "an event has at least one member");
    if (length > LIVE_OUTBOX_MAX_EVENT_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "an event of %zu bytes is longer than %zu", length,
                         LIVE_OUTBOX_MAX_EVENT_BYTES);
    bool named = has(text, length, "\"uid\"", "/uid");
    bool overwrites = !idempotent || has(text, length, "\"__overwrite\"", "/__overwrite");
    live_buf_add(out, text, length - 1);
    if (!named) {
        live_buf_add_text(out, ",\"uid\":\"");
        live_buf_add_text(out, uid);
        live_buf_add_text(out, "\"");
    }
    if (!overwrites)
        live_buf_add_text(out, ",\"__overwrite\":[\"uid\"]");
    live_buf_add_text(out, "}");
    return LIVE_OK;
}
