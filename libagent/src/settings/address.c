// SPDX-License-Identifier: Apache-2.0
// Where something listens.
#include "settings/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PORT = 65535, LOOPBACK_NET = 127 };

static bool read_port(const char *text, int *ret_port)
{
    char *end = NULL;
    long port = strtol(text, &end, 10);

    *ret_port = (int)port;
    return *text >= '0' && *text <= '9' && !*end && port <= MOST_PORT;
}

static bool read_host(ag_address *address, bool brackets)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (brackets && inet_pton(AF_INET6, address->host, &v6) == 1) {
        address->is_loopback = IN6_IS_ADDR_LOOPBACK(&v6);
        return true;
    }
    if (brackets || inet_pton(AF_INET, address->host, &v4) != 1)
        return false;
    address->is_loopback = ntohl(v4.s_addr) >> 24 == LOOPBACK_NET;
    return true;
}

live_err ag_address_read(const char *text, ag_address *ret_address, live_error *error)
{
    const char *colon = strrchr(text, ':');
    bool brackets = *text == '[' && colon && colon > text + 1 && colon[-1] == ']';
    size_t length = colon ? (size_t)(colon - text) - (brackets ? 2 : 0) : 0;
    ag_address address = { .port = 0 };

    if (colon && length < sizeof address.host) {
        memcpy(address.host, text + brackets, length);
        if (strcmp(address.host, "localhost") == 0)
            snprintf(address.host, sizeof address.host, "127.0.0.1");
        if (read_port(colon + 1, &address.port) && read_host(&address, brackets)) {
            *ret_address = address;
            return LIVE_OK;
        }
    }
    return live_fail(error, LIVE_E_INVALID,
                     "'%.60s' is no address with a port, such as 127.0.0.1:9464 or [::1]:9464",
                     text);
}
