// SPDX-License-Identifier: Apache-2.0
// A byte buffer that grows; the first failure poisons it.
#include <live/buf.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct live_buf {
    char *data;
    size_t length, capacity;
    bool failed;
};

live_buf *live_buf_new(void)
{
    return calloc(1, sizeof(live_buf));
}

void live_buf_free(live_buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    free(buf);
}

static bool reserve(live_buf *buf, size_t more)
{
    if (!buf || buf->failed)
        return false;
    if (more < buf->capacity - buf->length)
        return true;

    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity - buf->length <= more && capacity <= SIZE_MAX / 2)
        capacity *= 2;

    char *data = capacity - buf->length > more ? realloc(buf->data, capacity) : NULL;
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void live_buf_add(live_buf *buf, const void *bytes, size_t length)
{
    if (length == 0 || !reserve(buf, length))
        return;
    memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void live_buf_add_text(live_buf *buf, const char *text)
{
    live_buf_add(buf, text, strlen(text));
}

void live_buf_add_format(live_buf *buf, const char *format, ...)
{
    va_list args;

    if (!reserve(buf, 0))
        return;
    size_t room = buf->capacity - buf->length;
    va_start(args, format);
    int length = vsnprintf(buf->data + buf->length, room, format, args);
    va_end(args);

    if (length < 0 || (size_t)length >= room) {
        buf->data[buf->length] = '\0';
        if (length < 0 || !reserve(buf, (size_t)length))
            return;
        va_start(args, format);
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, args);
        va_end(args);
    }
    buf->length += (size_t)length;
}

static void add_escape(live_buf *buf, unsigned char c)
{
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *pair = short_forms; *pair; pair += 2) {
        if ((unsigned char)pair[0] == c) {
            live_buf_add(buf, (char[]){ '\\', pair[1] }, 2);
            return;
        }
    }
    live_buf_add_format(buf, "\\u%04x", c);
}

void live_buf_add_json_string(live_buf *buf, const char *text)
{
    if (!text) {
        live_buf_add_text(buf, "null");
        return;
    }

    live_buf_add_text(buf, "\"");
    size_t left = strlen(text);
    while (left > 0) {
        unsigned char c = (unsigned char)*text;
        size_t length = lv_utf8_plain(text, left);
        if (length == 0 && c >= 0x80)
            length = lv_utf8_length(text, left);
        if (length > 0)
            live_buf_add(buf, text, length);
        else if (c < 0x80)
            add_escape(buf, c);
        else
            live_buf_add_text(buf, "\xEF\xBF\xBD");
        length = length ? length : 1;
        text += length;
        left -= length;
    }
    live_buf_add_text(buf, "\"");
}

void live_buf_add_pipes_text(live_buf *buf, const char *text)
{
    live_buf_add_text(buf, "'");
    for (; *text; text++) {
        if (strchr("'\\*", *text))
            live_buf_add_text(buf, "\\");
        live_buf_add(buf, text, 1);
    }
    live_buf_add_text(buf, "'");
}

void live_buf_drop(live_buf *buf, size_t length)
{
    if (!buf || buf->length == 0)
        return;
    if (length > buf->length)
        length = buf->length;
    memmove(buf->data, buf->data + length, buf->length - length);
    buf->length -= length;
    buf->data[buf->length] = '\0';
}

void live_buf_clear(live_buf *buf)
{
    live_buf_drop(buf, SIZE_MAX);
}

size_t live_buf_length(const live_buf *buf)
{
    return buf && !buf->failed ? buf->length : 0; // of what live_buf_data() hands out
}

const char *live_buf_data(const live_buf *buf)
{
    return buf && buf->data && !buf->failed ? buf->data : "";
}

bool live_buf_failed(const live_buf *buf)
{
    return !buf || buf->failed;
}

live_err live_buf_take(live_buf *buf, char **ret_text, size_t *ret_length, live_error *error)
{
    if (!reserve(buf, 0)) {
        live_buf_free(buf);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    buf->data[buf->length] = '\0';
    *ret_text = buf->data;
    if (ret_length)
        *ret_length = buf->length;
    free(buf);
    return LIVE_OK;
}

void live_free(void *memory)
{
    free(memory);
}
