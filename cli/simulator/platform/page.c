// SPDX-License-Identifier: Apache-2.0
// The simulator's page, and the feed of arriving events that it shows.
#include "page.h"

#include <errno.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKLOG_BYTES = 256 * 1024, PATH_BYTES = 4096 };

static const struct {
    const char *path, *file, *type;
} files[] = {
    { "/", "index.html", "text/html;charset=utf-8" },
    { "/style.css", "style.css", "text/css;charset=utf-8" },
    { "/feed.js", "feed.js", "text/javascript;charset=utf-8" },
};

typedef struct viewer {
    struct viewer *next, **link;
    sim_page *page;
    ag_exchange *exchange;
} viewer;

struct sim_page {
    sim_store *store;
    sim_listener *listener;
    char *directory;
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

// A viewer that does not keep up misses events: the page shows them, it does not keep them.
static void on_event(sim_row *row, void *user)
{
    sim_page *page = user;
    live_buf *message = page->viewers ? live_buf_new() : NULL;

    live_buf_add_text(message, "data: [");
    live_buf_add_json(message, row->json);
    live_buf_add_text(message, "]\n\n");
    for (const viewer *viewer = page->viewers; viewer && !live_buf_failed(message);
         viewer = viewer->next)
        ag_exchange_write(viewer->exchange, live_buf_data(message), live_buf_length(message),
                          BACKLOG_BYTES);
    live_buf_free(message);
}

static void start_feed(sim_page *page, ag_exchange *exchange)
{
    static const char hello[] = "retry: 1000\n\n";
    viewer *own = calloc(1, sizeof *own);

    if (!own) {
        ag_exchange_drop(exchange);
        return;
    }
    *own = (viewer){
        .page = page, .exchange = exchange, .next = page->viewers, .link = &page->viewers
    };
    if (own->next)
        own->next->link = &own->next;
    page->viewers = own;
    ag_exchange_add_header(exchange, "Cache-Control", "no-store");
    ag_exchange_stream(exchange, "text/event-stream;charset=utf-8", on_gone, own);
    ag_exchange_write(exchange, hello, sizeof hello - 1, BACKLOG_BYTES);
}

static void send_file(const sim_page *page, ag_exchange *exchange, const char *name,
                      const char *type)
{
    static const char gone[] = "a file of the page is missing";
    char path[PATH_BYTES], chunk[4096];
    size_t got;
    live_buf *body = live_buf_new();

    snprintf(path, sizeof path, "%s/%s", page->directory, name);
    FILE *file = fopen(path, "re");
    while (file && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
        live_buf_add(body, chunk, got);
    if (file)
        fclose(file);
    ag_exchange_add_header(exchange, "Content-Security-Policy",
                           "default-src 'none'; script-src 'self'; style-src 'self'; "
                           "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    ag_exchange_add_header(exchange, "X-Content-Type-Options", "nosniff");
    if (file)
        ag_exchange_reply(exchange, 200, type, live_buf_data(body), live_buf_length(body));
    else
        ag_exchange_reply(exchange, 500, "text/plain;charset=utf-8", gone, sizeof gone - 1);
    live_buf_free(body);
}

bool sim_page_handle(sim_page *page, ag_exchange *exchange)
{
    const char *path = ag_exchange_path(exchange);

    if (strcmp(ag_exchange_method(exchange), "GET") != 0)
        return false;
    if (strcmp(path, "/feed") == 0) {
        start_feed(page, exchange);
        return true;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(path, files[i].path) == 0) {
            send_file(page, exchange, files[i].file, files[i].type);
            return true;
        }
    }
    return false;
}

live_err sim_page_new(sim_store *store, const char *directory, sim_page **ret_page,
                      live_error *error)
{
    sim_page *page = calloc(1, sizeof *page);

    if (page) {
        page->store = store;
        page->directory = strdup(directory);
        page->listener = sim_store_listen(store, on_event, page);
    }
    if (!page || !page->directory || !page->listener) {
        sim_page_free(page);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_page = page;
    return LIVE_OK;
}

void sim_page_free(sim_page *page)
{
    if (!page)
        return;
    while (page->viewers) {
        viewer *viewer = page->viewers;
        ag_exchange_finish(viewer->exchange);
        on_gone(viewer->exchange, viewer);
    }
    sim_listener_free(page->listener);
    free(page->directory);
    free(page);
}
