// SPDX-License-Identifier: Apache-2.0
// Where Prometheus asks: GET /metrics is the text of `live status --prometheus`.
#ifndef AG_ENDPOINT_H
#define AG_ENDPOINT_H

#include <cJSON.h>
#include <live/error.h>
#include <live/loop.h>

#include "settings/address.h"

typedef struct ag_endpoint ag_endpoint;

typedef struct ag_endpoint_options {
    const ag_address *address;
    const cJSON
        *hosts; // names by which it may be asked, besides addresses and "localhost"; NULL: none
    const char *folder; // of the control socket
    unsigned idle_s;    // until a connection on which nothing passes is closed; 0: 5
} ag_endpoint_options;

// The options and what they point to are borrowed. LIVE_E_SYSTEM: the port is in use, or not ours to take.
live_err ag_endpoint_new(live_loop *loop, const ag_endpoint_options *options,
                         ag_endpoint **ret_endpoint, live_error *error);
void ag_endpoint_free(ag_endpoint *endpoint);
int ag_endpoint_port(const ag_endpoint *endpoint);

#endif
