// SPDX-License-Identifier: Apache-2.0
// The gateway's end of one worker's link: its events in, its query's rows out.
#ifndef AG_PEER_H
#define AG_PEER_H

#include <live/client.h>
#include <live/outbox.h>

typedef struct ag_peers ag_peers;

// `client` NULL: no platform; queries wait for nothing then.
live_err ag_peers_new(live_loop *loop, live_client *client, ag_peers **ret_peers,
                      live_error *error);
void ag_peers_free(ag_peers *peers);

// Where events go from now on; until then workers are not welcomed. NULL: nowhere any more.
void ag_peers_use(ag_peers *peers, live_outbox *outbox);

// {NAME: {"events", "events_per_s", "last_event_ms", "no_rows", "no_rows_since_ms"}}; the last two: why a query of it does not
// run, and since when. Yours.
cJSON *ag_peers_report(const ag_peers *peers);

// A worker's new link; an older one of the same name ends. Takes the descriptor.
void ag_peers_add(ag_peers *peers, const char *name, int fd);

#endif
