// SPDX-License-Identifier: Apache-2.0
// Where something listens: "ADDRESS:PORT".
#ifndef AG_ADDRESS_H
#define AG_ADDRESS_H

#include <live/error.h>
#include <stdbool.h>

typedef struct ag_address {
    char host[64];    // numeric, without brackets
    int port;         // 0: any that is free
    bool is_loopback; // only this machine reaches it
} ag_address;

// A numeric address, one of IPv6 in brackets, or "localhost". LIVE_E_INVALID: it is none.
live_err ag_address_read(const char *text, ag_address *ret_address, live_error *error);

#endif
