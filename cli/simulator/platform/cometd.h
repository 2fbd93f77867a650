// SPDX-License-Identifier: Apache-2.0
// The CometD server behind the HTTP server: long-polling and WebSocket on one path.
#ifndef SIM_COMETD_H
#define SIM_COMETD_H

#include "bayeux/bayeux_server.h"
#include "http_server.h"

// Handles a request below /cometd.
void sim_cometd_handle(bayeux_server *server, ag_exchange *exchange, bool with_websocket);

#endif
