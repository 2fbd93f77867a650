// SPDX-License-Identifier: Apache-2.0
// The gateway's end of the workers' links.
#include "gateway/peer.h"

#include <live/json.h>
#include <live/log.h>
#include <live/query.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/channel.h"

enum { MAX_ROWS_BYTES = 4 * 1024 * 1024, FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000 };

typedef struct peer {
    struct peer *next;
    ag_peers *peers;
    char *name;
    uint64_t incarnation, sequence; // of the last event that was stored
    ag_channel *channel;            // NULL: the worker is away
    bool blocked;                   // the store was full: its next event waits in the link
    // Its query.
    cJSON *request; // NULL: none
    uint64_t id;
    live_query *query;
    live_buf *rows; // frames beyond the credit
    int64_t credit; // bytes of rows that the worker takes
    live_timer *retry;
    int64_t wait_ms;
} peer;

struct ag_peers {
    live_loop *loop;
    live_client *client;
    ag_store *store;
    ag_sender *sender;
    peer *first;
};

// Rows

static void start_query(peer *peer);

static void stop_query(peer *peer)
{
    live_query_free(peer->query);
    peer->query = NULL;
    live_timer_set(peer->retry, -1, 0);
    live_buf_clear(peer->rows);
}

// Sends whole frames of what waits, as long as there is credit.
static void send_rows(peer *peer)
{
    ag_frame frame;
    size_t bytes = 1;

    while (peer->channel && peer->credit > 0 && live_buf_length(peer->rows) > 0) {
        if (ag_frame_read(peer->rows, 0, &frame, &bytes, NULL) || bytes == 0)
            return;
        ag_channel_send(peer->channel, frame.type, frame.number, frame.text, frame.length);
        peer->credit -= (int64_t)frame.length;
        live_buf_drop(peer->rows, bytes);
    }
}

// A worker that does not keep up must not hold the platform's other rows: its query ends and begins again
// once it has taken what waits.
static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    peer *peer = user;
    char *text = NULL;

    (void)query;
    if (live_json_print(row, &text, NULL))
        return LIVE_CONTINUE;
    ag_frame_add(peer->rows, AG_FRAME_ROW, peer->id, text, strlen(text));
    live_free(text);
    send_rows(peer);
    peer->wait_ms = 0;
    if (live_buf_length(peer->rows) <= MAX_ROWS_BYTES && !live_buf_failed(peer->rows))
        return LIVE_CONTINUE;
    live_log(LIVE_LOG_WARN, "gateway.rows",
             "%s takes its rows too slowly: its query begins again later", peer->name);
    live_timer_set(peer->retry, FIRST_WAIT_MS, 0);
    return LIVE_STOP;
}

static void try_later(peer *peer)
{
    peer->wait_ms = peer->wait_ms ? peer->wait_ms * 2 : FIRST_WAIT_MS;
    if (peer->wait_ms > LONGEST_WAIT_MS)
        peer->wait_ms = LONGEST_WAIT_MS;
    live_timer_set(peer->retry, peer->wait_ms, 0);
}

// The expression's own fault ends the query; everything else is the platform's or the link's condition.
static void on_end(live_query *query, const live_error *why, void *user)
{
    peer *peer = user;

    (void)query;
    if (!why)
        return;
    if (why->code == LIVE_E_PARSE && peer->channel) {
        ag_channel_send(peer->channel, AG_FRAME_END, peer->id, why->text, strlen(why->text));
        return;
    }
    live_log(LIVE_LOG_WARN, "gateway.query", "the query of %s: %s; again later", peer->name,
             why->text);
    try_later(peer);
}

static void start_query(peer *peer)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };

    stop_query(peer);
    if (!peer->request || !peer->peers->client)
        return;
    options.realtime = true;
    options.span = live_json_str(peer->request, "span", NULL);
    if (live_query_start(peer->peers->client, live_json_str(peer->request, "expression", ""),
                         &options, on_row, on_end, peer, &peer->query, &error)) {
        live_log(LIVE_LOG_WARN, "gateway.query", "the query of %s: %s; again later", peer->name,
                 error.text);
        try_later(peer);
    }
}

static void on_retry(live_timer *timer, void *user)
{
    peer *peer = user;

    if (live_buf_length(peer->rows) > 0) { // not drained yet
        live_timer_set(timer, FIRST_WAIT_MS, 0);
        return;
    }
    start_query(peer);
}

// Frames

static void on_hello(peer *peer, const ag_frame *frame)
{
    if (peer->incarnation != frame->number) {
        char *accepted = strndup(frame->text, frame->length);
        peer->incarnation = frame->number;
        peer->sequence = accepted ? strtoull(accepted, NULL, 10) : 0;
        free(accepted);
    }
    ag_channel_send(peer->channel, AG_FRAME_WELCOME, peer->sequence, NULL, 0);
}

static void on_event(peer *peer, const ag_frame *frame)
{
    if (frame->number != peer->sequence + 1 || peer->blocked)
        return; // it is there already; or one before it had no room, and both come again
    if (!ag_store_put(peer->peers->store, frame->text, frame->length)) {
        live_log(LIVE_LOG_WARN, "gateway.full", "the store of unsent events is full: %s waits",
                 peer->name);
        peer->blocked = true;
        ag_channel_pause(peer->channel, true);
        return;
    }
    peer->sequence = frame->number;
    ag_channel_send(peer->channel, AG_FRAME_ACK, peer->sequence, NULL, 0);
    ag_sender_wake(peer->peers->sender);
}

static void on_query(peer *peer, const ag_frame *frame)
{
    cJSON *request = NULL;

    if (live_json_parse(frame->text, frame->length, &request, NULL))
        return;
    cJSON_Delete(peer->request);
    peer->request = request;
    peer->id = frame->number;
    start_query(peer);
}

static void on_cancel(peer *peer, const ag_frame *frame)
{
    (void)frame;
    stop_query(peer);
    cJSON_Delete(peer->request);
    peer->request = NULL;
}

static void on_credit(peer *peer, const ag_frame *frame)
{
    peer->credit += (int64_t)(frame->number & 0x7fffffff);
    send_rows(peer);
}

static void (*const handlers[AG_FRAME_TYPES])(peer *, const ag_frame *) = {
    [AG_FRAME_HELLO] = on_hello,   [AG_FRAME_EVENT] = on_event,   [AG_FRAME_QUERY] = on_query,
    [AG_FRAME_CANCEL] = on_cancel, [AG_FRAME_CREDIT] = on_credit,
};

static void on_frame(const ag_frame *frame, void *user)
{
    if (handlers[frame->type])
        handlers[frame->type](user, frame);
}

static void detach(peer *peer)
{
    ag_channel_free(peer->channel);
    peer->channel = NULL;
    peer->blocked = false;
    peer->credit = 0;
    stop_query(peer);
    cJSON_Delete(peer->request);
    peer->request = NULL;
}

static void on_closed(ag_channel *channel, void *user)
{
    (void)channel;
    detach(user);
}

// Peers

static void free_peer(peer *peer)
{
    detach(peer);
    live_timer_free(peer->retry);
    live_buf_free(peer->rows);
    free(peer->name);
    free(peer);
}

static peer *find_or_make(ag_peers *peers, const char *name)
{
    for (peer *peer = peers->first; peer; peer = peer->next)
        if (strcmp(peer->name, name) == 0)
            return peer;

    peer *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->peers = peers;
    made->name = strdup(name);
    made->rows = live_buf_new();
    if (!made->name || !made->rows ||
        live_timer_new(peers->loop, -1, 0, on_retry, made, &made->retry, NULL)) {
        live_buf_free(made->rows);
        free(made->name);
        free(made);
        return NULL;
    }
    made->next = peers->first;
    peers->first = made;
    return made;
}

void ag_peers_add(ag_peers *peers, const char *name, int fd)
{
    static const ag_channel_hooks hooks = { .on_frame = on_frame, .on_closed = on_closed };
    peer *peer = find_or_make(peers, name);
    live_error error = { 0 };

    // What the worker before it sent last may still be there to be read.
    if (peer && peer->channel && ag_channel_drain(peer->channel))
        detach(peer);
    if (!peer)
        close(fd);
    if (!peer || ag_channel_new(peers->loop, fd, &hooks, peer, &peer->channel, &error))
        live_log(LIVE_LOG_ERROR, "gateway.attach", "%s: %s", name,
                 peer ? error.text : "out of memory");
}

void ag_peers_resume(ag_peers *peers)
{
    for (peer *peer = peers->first; peer; peer = peer->next) {
        if (!peer->blocked || !peer->channel)
            continue;
        // What it sent meanwhile was not kept: it is told what is there and sends the rest again.
        peer->blocked = false;
        ag_channel_send(peer->channel, AG_FRAME_WELCOME, peer->sequence, NULL, 0);
        ag_channel_pause(peer->channel, false);
    }
}

live_err ag_peers_new(live_loop *loop, live_client *client, ag_store *store, ag_peers **ret_peers,
                      live_error *error)
{
    ag_peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *peers = (ag_peers){ .loop = loop, .client = client, .store = store };
    *ret_peers = peers;
    return LIVE_OK;
}

void ag_peers_attach_sender(ag_peers *peers, ag_sender *sender)
{
    peers->sender = sender;
}

void ag_peers_free(ag_peers *peers)
{
    if (!peers)
        return;
    while (peers->first) {
        peer *peer = peers->first;
        peers->first = peer->next;
        free_peer(peer);
    }
    free(peers);
}
