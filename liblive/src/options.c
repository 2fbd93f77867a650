// SPDX-License-Identifier: Apache-2.0
// The `live` object of a settings file, read into a client's options.
#include <live/client.h>
#include <live/json.h>
#include <live/secret.h>

#include <stddef.h>
#include <string.h>

// One member: where it stands, and what it fills. Of a secret `secret` is what was read of it.
typedef struct member {
    const char *group, *name; // NULL: in `live` itself
    size_t offset, secret;
} member;

#define TEXT(group, name, option)                                                                  \
    {                                                                                              \
        group, name, offsetof(live_client_options, option), 0                                      \
    }
#define SECRET(group, name, option, secret)                                                        \
    {                                                                                              \
        group, name, offsetof(live_client_options, option), offsetof(live_client_secrets, secret)  \
    }

static const member texts[] = {
    TEXT(NULL, "url", url),
    TEXT(NULL, "username", username),
    TEXT(NULL, "rest_input", rest_input),
    TEXT(NULL, "ip", tcp_host),
    TEXT("tls", "certificate", tls_certificate),
    TEXT("tls", "key", tls_key),
    TEXT("tls", "pinned_key", tls_pinned_key),
    TEXT("tls", "min_version", tls_min_version),
    TEXT("proxy", "url", proxy),
    TEXT("proxy", "except", proxy_except),
    TEXT("proxy", "username", proxy_username),
};

static const member secrets[] = {
    SECRET(NULL, "password", password, password),
    SECRET("tls", "key_password", tls_key_password, key_password),
    SECRET("proxy", "password", proxy_password, proxy_password),
};

#undef TEXT
#undef SECRET

static const cJSON *find(const cJSON *live, const member *member)
{
    const cJSON *value =
        live_json_get(member->group ? live_json_get(live, member->group) : live, member->name);

    return cJSON_IsNull(value) ? NULL : value;
}

static live_err refuse(const member *member, const char *due, live_error *error)
{
    return live_fail(error, LIVE_E_INVALID, "%s%s%s: %s is due", member->group ? member->group : "",
                     member->group ? "." : "", member->name, due);
}

static void fill(live_client_options *options, const member *member, const char *text)
{
    if (*text)
        *(const char **)((char *)options + member->offset) = text;
}

static live_err read_texts(const cJSON *live, live_client_options *options, live_error *error)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const cJSON *value = find(live, &texts[i]);
        if (!value)
            continue;
        if (!cJSON_IsString(value))
            return refuse(&texts[i], "a text", error);
        fill(options, &texts[i], value->valuestring);
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

// `tls` is an object; so is `proxy`, in whose place its URL may stand.
static live_err read_groups(const cJSON *live, live_client_options *options, live_error *error)
{
    const cJSON *tls = live_json_get(live, "tls"), *proxy = live_json_get(live, "proxy");
    const cJSON *input = live_json_get(tls, "tcp_input");

    if (tls && !cJSON_IsNull(tls) && !cJSON_IsObject(tls))
        return live_fail(error, LIVE_E_INVALID, "tls: an object is due");
    if (proxy && !cJSON_IsNull(proxy) && !cJSON_IsObject(proxy) && !cJSON_IsString(proxy))
        return live_fail(error, LIVE_E_INVALID, "proxy: a text or an object is due");
    if (input && !cJSON_IsNull(input) && !cJSON_IsBool(input))
        return live_fail(error, LIVE_E_INVALID, "tls.tcp_input: true or false is due");
    if (cJSON_IsTrue(input))
        options->tcp_tls = true;
    const char *address = cJSON_GetStringValue(proxy);
    if (address && *address)
        options->proxy = address;
    return LIVE_OK;
}

static live_err read_secret(const cJSON *live, const member *member, live_client_options *options,
                            live_client_secrets *ret_secrets, live_error *error)
{
    char **slot = (char **)((char *)ret_secrets + member->secret);
    const cJSON *value = find(live, member);

    if (!value)
        return LIVE_OK;
    if (cJSON_IsString(value)) {
        *(const char **)((char *)options + member->offset) = value->valuestring;
        return LIVE_OK;
    }
    live_err err = live_secret_read(value, slot, error);
    if (err)
        return live_error_context(error, err, "%s%s%s", member->group ? member->group : "",
                                  member->group ? "." : "", member->name);
    *(const char **)((char *)options + member->offset) = *slot;
    return LIVE_OK;
}

void live_client_secrets_clear(live_client_secrets *own)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        char **slot = (char **)((char *)own + secrets[i].secret);
        if (*slot)
            explicit_bzero(*slot, strlen(*slot));
        live_free(*slot);
        *slot = NULL;
    }
}

live_err live_client_options_read(const cJSON *live, live_client_options *options,
                                  live_client_secrets *ret_secrets, live_error *error)
{
    if (!cJSON_IsObject(live))
        return live_fail(error, LIVE_E_INVALID, "an object is due");

    live_err err = read_groups(live, options, error);
    if (!err)
        err = read_texts(live, options, error);
    if (!err)
        err = read_port(live, options, error);
    if (!err)
        err = read_verify(live, options, error);
    for (size_t i = 0; !err && i < sizeof secrets / sizeof *secrets; i++)
        err = read_secret(live, &secrets[i], options, ret_secrets, error);
    return err;
}
