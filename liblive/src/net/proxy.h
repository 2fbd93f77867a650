// SPDX-License-Identifier: Apache-2.0
// Which proxy the way to a host leads through: the one of the options, else the one of the environment.
#ifndef LV_PROXY_H
#define LV_PROXY_H

#include <live/error.h>
#include <stdbool.h>

enum { LV_PROXY_NAME_BYTES = 96 };

typedef struct lv_proxy {
    const char *
        url; // with a scheme or without; NULL: the way is direct. Borrowed from the options or the environment
    bool of_options;                // whose credentials are the options', too
    char name[LV_PROXY_NAME_BYTES]; // for people: without credentials
} lv_proxy;

// Whether `proxy` of the options has one of the forms that are understood; NULL has.
live_err lv_proxy_check(const char *proxy, live_error *error);

// `proxy` and `except` are those of the options, NULL where they are not set. `url` begins with http://, https://, or tcp://
// or tls:// for what is no HTTP.
lv_proxy lv_proxy_choose(const char *proxy, const char *except, const char *url);

// Whether a list as that of NO_PROXY names the host: names with what is below them, addresses, blocks of addresses, "*".
bool lv_proxy_excepts(const char *list, const char *host);

#endif
