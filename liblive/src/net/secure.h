// SPDX-License-Identifier: Apache-2.0
// What libcurl is told of trust, identity and the way to a host.
#ifndef LV_SECURE_H
#define LV_SECURE_H

#include <curl/curl.h>

#include "net/http.h"
#include "net/proxy.h"

// LIVE_E_INVALID, LIVE_E_TLS: what the options name is not there or has no such form.
live_err lv_secure_check(const lv_http_options *options, live_error *error);

// `*asked` becomes true once a server asks for the client's certificate; it outlives every connection.
void lv_secure(CURL *easy, const lv_http_options *options, bool *asked);

// The bytes by which TLS says that nothing more will come (close_notify), for the socket; 0: there is no TLS. libcurl says them
// only where it closes.
size_t lv_secure_goodbye(CURL *easy, void *out, size_t room);

void lv_secure_route(CURL *easy, const lv_http_options *options, const lv_proxy *proxy);

#endif
