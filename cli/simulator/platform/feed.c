// SPDX-License-Identifier: Apache-2.0
// The feed of arriving events, as a stream of server-sent events.
#include "feed.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>

#include "memory.h"

enum { BACKLOG_BYTES = 4 * 1024 * 1024 };

typedef struct viewer {
    struct viewer *next, **link;
    ag_exchange *exchange;
    bool missed; // something, which it is told with what comes next
} viewer;

struct sim_feed {
    sim_listener *listener;
    viewer *viewers;
};

static void on_gone(ag_exchange *exchange, void *user)
{
    viewer *viewer = user;

    (void)exchange;
    *viewer->link = viewer->next;
    if (viewer->next)
        viewer->next->link = viewer->link;
    free(viewer);
}

// Who does not keep up misses events, and is told so: what was stored can be asked for.
static void write_to(viewer *viewer, const live_buf *message)
{
    static const char notice[] = "event: missed\ndata: 1\n\n";

    if (viewer->missed &&
        !ag_exchange_write(viewer->exchange, notice, sizeof notice - 1, BACKLOG_BYTES))
        return;
    viewer->missed = !ag_exchange_write(viewer->exchange, live_buf_data(message),
                                        live_buf_length(message), BACKLOG_BYTES);
}

static void on_event(sim_row *row, void *user)
{
    sim_feed *feed = user;
    if (!feed->viewers)
        return;

    live_buf *message = live_buf_new();
    live_buf_add_text(message, "data: [");
    live_buf_add_json(message, row->json);
    live_buf_add_text(message, "]\n\n");
    for (viewer *viewer = feed->viewers; viewer && !live_buf_failed(message); viewer = viewer->next)
        write_to(viewer, message);
    live_buf_free(message);
}

void sim_feed_start(sim_feed *feed, ag_exchange *exchange)
{
    static const char hello[] = "retry: 1000\n\n";
    viewer *own = calloc(1, sizeof *own);

    if (!own) {
        ag_exchange_drop(exchange);
        return;
    }
    *own = (viewer){ .exchange = exchange, .next = feed->viewers, .link = &feed->viewers };
    if (own->next)
        own->next->link = &own->next;
    feed->viewers = own;
    ag_exchange_add_header(exchange, "Cache-Control", "no-store");
    ag_exchange_stream(exchange, "text/event-stream;charset=utf-8", on_gone, own);
    ag_exchange_write(exchange, hello, sizeof hello - 1, BACKLOG_BYTES);
}

sim_feed *sim_feed_new(sim_store *store)
{
    sim_feed *feed = sim_alloc(1, sizeof *feed);

    feed->listener = sim_store_listen(store, on_event, feed);
    return feed;
}

void sim_feed_free(sim_feed *feed)
{
    if (!feed)
        return;
    for (viewer *viewer = feed->viewers, *next; viewer; viewer = next) {
        next = viewer->next;
        ag_exchange_finish(viewer->exchange);
        on_gone(viewer->exchange, viewer);
    }
    sim_listener_free(feed->listener);
    free(feed);
}
