// SPDX-License-Identifier: Apache-2.0
// The `live` object of a settings file, read into a client's options.
#include <errno.h>
#include <live/client.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SECRET_BYTES = 4096 };

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    { "url", offsetof(live_client_options, url) },
    { "username", offsetof(live_client_options, username) },
    { "rest_input", offsetof(live_client_options, rest_input) },
    { "ip", offsetof(live_client_options, tcp_host) },
};

static live_err read_texts(const cJSON *live, live_client_options *options, live_error *error)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const cJSON *value = live_json_get(live, texts[i].name);
        if (!value || cJSON_IsNull(value))
            continue;
        if (!cJSON_IsString(value))
            return live_fail(error, LIVE_E_INVALID, "%s: a text is due", texts[i].name);
        if (*value->valuestring)
            *(const char **)((char *)options + texts[i].offset) = value->valuestring;
    }
    return LIVE_OK;
}

static live_err read_port(const cJSON *live, live_client_options *options, live_error *error)
{
    const cJSON *value = live_json_get(live, "port");
    int64_t port = live_json_int(live, "port", 0);

    if (!value || cJSON_IsNull(value))
        return LIVE_OK;
    if (port < 1 || port > 65535)
        return live_fail(error, LIVE_E_INVALID, "port: a whole number from 1 to 65535 is due");
    options->tcp_port = (int)port;
    return LIVE_OK;
}

static live_err read_verify(const cJSON *live, live_client_options *options, live_error *error)
{
    const cJSON *value = live_json_get(live, "verify_ssl");

    if (!value || cJSON_IsNull(value) || cJSON_IsTrue(value))
        return LIVE_OK;
    if (cJSON_IsFalse(value))
        options->tls_insecure = true;
    else if (cJSON_IsString(value))
        options->ca_file = value->valuestring;
    else
        return live_fail(error, LIVE_E_INVALID,
                         "verify_ssl: true, false or the path of a file of certificates is due");
    return LIVE_OK;
}

// The first line of a file is the secret.
static live_err read_secret_file(const char *path, char **ret_secret, live_error *error)
{
    char line[MAX_SECRET_BYTES] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return live_fail_errno(error, errno, "password: %s", path);
    char *got = fgets(line, sizeof line, file);
    bool whole = strchr(line, '\n') || feof(file);
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    if (got && !whole) {
        explicit_bzero(line, sizeof line);
        return live_fail(error, LIVE_E_INVALID, "password: the line of %s is longer than %d bytes",
                         path, MAX_SECRET_BYTES - 2);
    }
    if (!got || !*line)
        return live_fail(error, LIVE_E_INVALID, "password: %s holds no line", path);
    *ret_secret = strdup(line);
    explicit_bzero(line, sizeof line);
    return *ret_secret ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
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
            return live_fail(error, LIVE_E_INVALID, "password: the variable %s is not set",
                             variable);
        *ret_secret = strdup(value);
        return *ret_secret ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    if (credential && (!directory || strchr(credential, '/')))
        return live_fail(error, LIVE_E_INVALID, "password: the service has no credential '%s'",
                         credential);
    if (credential) {
        snprintf(path, sizeof path, "%s/%s", directory, credential);
        return read_secret_file(path, ret_secret, error);
    }
    return live_fail(error, LIVE_E_INVALID,
                     "password: a text, or one of {\"file\"}, {\"env\"}, {\"credential\"} is due");
}

static live_err read_password(const cJSON *live, live_client_options *options, char **ret_secret,
                              live_error *error)
{
    const cJSON *value = live_json_get(live, "password");

    if (!value || cJSON_IsNull(value))
        return LIVE_OK;
    if (cJSON_IsString(value)) {
        options->password = value->valuestring;
        return LIVE_OK;
    }
    live_err err = read_reference(value, ret_secret, error);
    if (!err)
        options->password = *ret_secret;
    return err;
}

live_err live_client_options_read(const cJSON *live, live_client_options *options,
                                  char **ret_secret, live_error *error)
{
    if (!cJSON_IsObject(live))
        return live_fail(error, LIVE_E_INVALID, "an object is due");

    live_err err = read_texts(live, options, error);
    if (!err)
        err = read_port(live, options, error);
    if (!err)
        err = read_verify(live, options, error);
    return err ? err : read_password(live, options, ret_secret, error);
}
