// SPDX-License-Identifier: Apache-2.0
// The addresses of a host. The system's resolver blocks, so it is asked on a thread of its own.
#ifndef LV_LOOKUP_H
#define LV_LOOKUP_H

#include <live/error.h>
#include <live/loop.h>
#include <netdb.h>

typedef struct lv_lookup lv_lookup;

// At least one address, yours: freeaddrinfo(); or NULL and the error. The lookup is over.
typedef void (*lv_lookup_fn)(struct addrinfo *addresses, const live_error *error, void *user);

// Addresses written as numbers need no resolver and no thread. There is no time limit: free it when the
// answer comes too late.
live_err lv_lookup_start(live_loop *loop, const char *host, int port, lv_lookup_fn fn, void *user,
                         lv_lookup **ret_lookup, live_error *error);

// Does not wait for the resolver, which ends by itself. NULL is fine.
void lv_lookup_free(lv_lookup *lookup);

#endif
