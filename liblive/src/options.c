// SPDX-License-Identifier: Apache-2.0
// The `live` object of a settings file, read into a client's options.
#include <live/client.h>
#include <live/json.h>
#include <live/secret.h>

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
    live_err err = live_secret_read(value, ret_secret, error);
    if (err)
        return live_error_context(error, err, "password");
    options->password = *ret_secret;
    return LIVE_OK;
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
