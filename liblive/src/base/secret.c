// SPDX-License-Identifier: Apache-2.0
// Secrets of a settings file.
#include <live/secret.h>

#include <errno.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SECRET_BYTES = 4096 };

static live_err copy(const char *text, char **ret_text, live_error *error)
{
    char *own = strdup(text);

    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *ret_text = own;
    return LIVE_OK;
}

// The first line of a file is the secret.
static live_err read_secret_file(const char *path, char **ret_secret, live_error *error)
{
    char line[MAX_SECRET_BYTES] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return live_fail_errno(error, errno, "%s", path);
    char *got = fgets(line, sizeof line, file);
    bool whole = strchr(line, '\n') || feof(file);
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    if (got && !whole) {
        explicit_bzero(line, sizeof line);
        return live_fail(error, LIVE_E_INVALID, "the line of %s is longer than %d bytes", path,
                         MAX_SECRET_BYTES - 2);
    }
    if (!got || !*line)
        return live_fail(error, LIVE_E_INVALID, "%s holds no line", path);
    live_err err = copy(line, ret_secret, error);
    explicit_bzero(line, sizeof line);
    return err;
}

static live_err read_reference(const cJSON *reference, char **ret_secret, live_error *error)
{
    const char *file = live_json_str(reference, "file", NULL);
    const char *variable = live_json_str(reference, "env", NULL);
    const char *credential = live_json_str(reference, "credential", NULL);
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];

    if (file)
        return read_secret_file(file, ret_secret, error);
    if (variable) {
        const char *value = getenv(variable);
        if (!value)
            return live_fail(error, LIVE_E_INVALID, "the variable %s is not set", variable);
        return copy(value, ret_secret, error);
    }
    if (credential && (!directory || strchr(credential, '/')))
        return live_fail(error, LIVE_E_INVALID, "the service has no credential '%s'", credential);
    if (credential) {
        snprintf(path, sizeof path, "%s/%s", directory, credential);
        return read_secret_file(path, ret_secret, error);
    }
    return live_fail(error, LIVE_E_INVALID,
                     "a text, or one of {\"file\"}, {\"env\"}, {\"credential\"} is due");
}

live_err live_secret_read(const cJSON *given, char **ret_text, live_error *error)
{
    return cJSON_IsString(given) ? copy(given->valuestring, ret_text, error)
                                 : read_reference(given, ret_text, error);
}
