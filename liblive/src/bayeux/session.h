// SPDX-License-Identifier: Apache-2.0
// The CometD session of a client: the conversation carried by HTTP and a WebSocket on the client's loop.
#ifndef LV_SESSION_H
#define LV_SESSION_H

#include <live/client.h>

#include "bayeux/bayeux.h"

typedef struct lv_session lv_session;
typedef struct lv_listener lv_listener; // one subscription and who listens

// Borrowed for the call: events of the channel, what became of the subscription, and the session's states.
// The listener may free itself, the session and the client; it may take `data`, and leaves NULL.
typedef void (*lv_notice_fn)(lv_notice *notice, void *user);

// The client's session, begun now if there is none.
live_err lv_session_get(live_client *client, lv_session **ret_session, live_error *error);

// Whether events in flight are sent again after a connection broke.
bool lv_session_acknowledges(const lv_session *session);

// Now on the platform's clock, and by how much that may be wrong. Where the platform has not said: on the machine's, and
// LIVE_FOREVER.
int64_t lv_session_platform_ms(const lv_session *session, int64_t *ret_doubt_ms);

// Says goodbye to the server, waiting for it at most half a second.
void lv_session_free(lv_session *session);

// Listens to the session's states, and from lv_listener_subscribe() on to a channel.
live_err lv_listener_new(lv_session *session, lv_notice_fn fn, void *user,
                         lv_listener **ret_listener, live_error *error);
live_err lv_listener_subscribe(lv_listener *listener, const char *channel, live_error *error);

void lv_listener_unsubscribe(lv_listener *listener);

// Unsubscribes.
void lv_listener_free(lv_listener *listener);

#endif
