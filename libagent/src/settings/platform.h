// SPDX-License-Identifier: Apache-2.0
// The settings of the platform: where it is, who the agent is to it, and how it is reached.
#ifndef AG_PLATFORM_H
#define AG_PLATFORM_H

#include "settings/setting.h"

typedef struct ag_platform_tls {
    const char *certificate, *key, *pinned_key, *min_version;
    agent_secret key_password;
    bool tcp_input;
} ag_platform_tls;

typedef struct ag_platform_proxy {
    const char *url, *username, *except;
    agent_secret password;
} ag_platform_proxy;

typedef struct ag_platform {
    const char *url, *username, *rest_input, *ip, *host;
    agent_secret password;
    agent_bool_or_text verify_ssl;
    int64_t port;
    ag_platform_tls tls;
    ag_platform_proxy proxy;
} ag_platform;

extern const agent_setting ag_platform_rows[];

#endif
