// SPDX-License-Identifier: Apache-2.0
// The settings of the platform.
#include "settings/platform.h"

static const char *const tls_versions[] = { "1.2", "1.3", NULL };

static const agent_setting tls_rows[] = {
    AGENT_STRING(ag_platform_tls, certificate, "",
                 "File (PEM) of the agent's own certificate, for a platform that asks for one."),
    AGENT_STRING(ag_platform_tls, key, "",
                 "File (PEM) of its key; without it the key is in the certificate's file."),
    AGENT_SECRET(ag_platform_tls, key_password, "The key's passphrase."),
    AGENT_STRING(ag_platform_tls, pinned_key, "",
                 "Public key that the platform must have: sha256// and its hash in Base64; several "
                 "with ';' between them.",
                 .pattern = "^(sha256//[A-Za-z0-9+/]{43}=(;sha256//[A-Za-z0-9+/]{43}=)*)?$"),
    AGENT_CHOICE(ag_platform_tls, min_version, "1.2", tls_versions,
                 "The oldest TLS that is spoken."),
    AGENT_BOOL(ag_platform_tls, tcp_input, "false", "Whether the TCP input speaks TLS."),
    { 0 },
};

static const agent_setting proxy_rows[] = {
    AGENT_STRING(
        ag_platform_proxy, url, "",
        "Its address, http://HOST:PORT, also https, socks5 or socks5h (which looks up the "
        "platform's name "
        "itself); \"none\": no proxy. Without it the environment's https_proxy and no_proxy count.",
        .pattern = "^((https?|socks5h?)://[^/?# ]+:[0-9]{1,5}/?|none)?$"),
    AGENT_STRING(ag_platform_proxy, username, "", "Who the agent is to the proxy."),
    AGENT_SECRET(ag_platform_proxy, password, "That user's password."),
    AGENT_STRING(
        ag_platform_proxy, except, "",
        "Hosts that are reached without it, such as \"localhost,.example.com,10.0.0.0/8\"."),
    { 0 },
};

const agent_setting ag_platform_rows[] = {
    AGENT_STRING(ag_platform, url, "", "Address of the platform, such as https://live.example.com.",
                 .pattern = "^(https?://[^/]+.*)?$"),
    AGENT_STRING(ag_platform, username, "", "Who the agent is to the platform."),
    AGENT_SECRET(ag_platform, password, "The user's password."),
    AGENT_STRING(
        ag_platform, rest_input, "",
        "Path of the REST input that takes the events, such as /services/plugin-restinput/rig/.",
        .pattern = "^(/.*)?$"),
    AGENT_BOOL_OR_TEXT(ag_platform, verify_ssl, "true",
                       "Whether the platform's certificate is verified, or a file or folder of "
                       "certificates to trust."),
    AGENT_STRING(ag_platform, ip, "", "Host of the TCP input, used without a REST input."),
    AGENT_INT(ag_platform, port, "17042", "Port of the TCP input.", .least = "1", .most = "65535"),
    AGENT_OBJECT(ag_platform, tls, ag_platform_tls, tls_rows, "How connections are secured."),
    AGENT_OBJECT_OR_TEXT(ag_platform, proxy, ag_platform_proxy, proxy_rows, "url",
                         "The proxy that the platform is reached through, or its address alone."),
    AGENT_STRING(ag_platform, host, "", "Not used; files of the Python agent carry it."),
    AGENT_UNUSED("user_id", "Not used; files of the Python agent carry it."),
    AGENT_UNUSED("user_name", "Not used; files of the Python agent carry it."),
    { 0 },
};
