// SPDX-License-Identifier: Apache-2.0
// Files, read whole.
#include <live/file.h>

#include <errno.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>

static live_err read_stream(FILE *file, const char *path, live_buf *text, live_error *error)
{
    char chunk[4096];
    size_t got;

    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        live_buf_add(text, chunk, got);
        if (live_buf_length(text) > LIVE_JSON_MAX_BYTES)
            return live_fail(error, LIVE_E_LIMIT, "%s: longer than %zu bytes", path,
                             LIVE_JSON_MAX_BYTES);
    }
    return ferror(file) ? live_fail_errno(error, errno, "%s", path) : LIVE_OK;
}

live_err live_file_read(const char *path, char **ret_text, size_t *ret_length, live_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return live_fail_errno(error, errno, "%s", path);

    live_buf *text = live_buf_new();
    live_err err = read_stream(file, path, text, error);
    fclose(file);
    if (err) {
        live_buf_free(text);
        return err;
    }
    return live_buf_take(text, ret_text, ret_length, error);
}

live_err live_file_read_json(const char *path, cJSON **ret_json, live_error *error)
{
    live_error inner = { 0 };
    char *text = NULL;
    size_t length = 0;
    live_err err = live_file_read(path, &text, &length, error);

    if (!err && length == 0)
        err = live_fail(error, LIVE_E_PARSE, "%s:1:1: the file is empty", path);
    if (!err) {
        err = live_json_parse(text, length, ret_json, &inner);
        if (err)
            live_fail(error, err, "%s:%s", path, inner.text);
    }
    live_free(text);
    return err;
}
