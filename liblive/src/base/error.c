// SPDX-License-Identifier: Apache-2.0
// Errors: a code for the program and a sentence for the person.
#include <live/error.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

typedef struct row {
    live_err code;
    const char *name, *meaning;
} row;

static const row rows[] = {
#define ROW(name, value, meaning) { name, #name, meaning },
    LIVE_ERR_LIST(ROW)
#undef ROW
};

static const row *find(live_err code)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == code)
            return &rows[i];
    return NULL;
}

const char *live_err_name(live_err code)
{
    const row *row = find(code);
    return row ? row->name : "LIVE_E_UNKNOWN";
}

const char *live_err_meaning(live_err code)
{
    const row *row = find(code);
    return row ? row->meaning : "no such code";
}

// Where the room ended amid a character, the character goes: a program may print the text, or send it.
static void drop_broken_end(live_error *error)
{
    const size_t length = strlen(error->text);

    if (length == sizeof error->text - 1)
        error->text[lv_utf8_whole(error->text, length)] = '\0';
}

live_err live_fail(live_error *error, live_err code, const char *format, ...)
{
    if (!error)
        return code;

    va_list args;
    *error = (live_error){ .code = code };
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    drop_broken_end(error);
    return code;
}

live_err live_fail_errno(live_error *error, int sys, const char *format, ...)
{
    live_err code = sys == ENOMEM ? LIVE_E_NOMEM : LIVE_E_SYSTEM;
    if (!error)
        return code;

    va_list args;
    char reason[128];
    *error = (live_error){ .code = code, .sys = sys };
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);

    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof error->text - length, ": %s",
             strerror_r(sys, reason, sizeof reason));
    drop_broken_end(error);
    return code;
}

live_err live_error_context(live_error *error, live_err code, const char *format, ...)
{
    if (!error)
        return code;

    va_list args;
    live_error inner = *error;
    va_start(args, format);
    int length = vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);

    if (length >= 0 && (size_t)length < sizeof error->text)
        snprintf(error->text + length, sizeof error->text - (size_t)length, ": %s", inner.text);
    drop_broken_end(error);
    return code;
}
