// SPDX-License-Identifier: Apache-2.0
// The gateway's end of the workers' links.
#include "gateway/peer.h"

#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/meter.h"
#include "gateway/question.h"

enum { RETRY_MS = 250 };

typedef struct peer {
    struct peer *next;
    ag_peers *peers;
    char *name;
    uint64_t incarnation, sequence; // of the last event that was stored
    ag_channel *channel;            // NULL: the worker is away
    uint64_t claimed;               // the last event accepted of it, as it says
    bool greeted;                   // it has said who it is
    bool blocked;                   // the outbox refused: its next event waits in the link
    live_outbox_wait *wait;         // for a sync
    uint64_t sync;                  // number of what is to be synced
    ag_questions *questions;
    ag_meter meter; // of its events
} peer;

struct ag_peers {
    live_loop *loop;
    live_client *client;
    live_outbox *outbox; // NULL: not open yet
    live_timer *retry;   // armed while a peer is blocked
    peer *first;
};

// Frames

// What the outbox knows of this worker counts; a new outbox believes what the worker says.
static void welcome(peer *peer)
{
    live_outbox *outbox = peer->peers->outbox;

    if (!outbox || !peer->greeted || !peer->channel)
        return;
    if (live_outbox_resume(outbox, peer->name, peer->incarnation, peer->claimed, NULL))
        live_log(LIVE_LOG_DEBUG, "gateway.resume", "%s: not noted in the outbox", peer->name);
    peer->sequence = live_outbox_last(outbox, peer->name, peer->incarnation);
    peer->sequence = peer->sequence < peer->claimed ? peer->claimed : peer->sequence;
    ag_channel_send(peer->channel, AG_FRAME_WELCOME, peer->sequence, NULL, 0);
}

static void on_hello(peer *peer, const ag_frame *frame)
{
    char *accepted = strndup(frame->text, frame->length);

    peer->incarnation = frame->number;
    peer->claimed = accepted ? strtoull(accepted, NULL, 10) : 0;
    peer->greeted = true;
    free(accepted);
    welcome(peer);
}

static void accept(peer *peer, uint64_t number)
{
    peer->sequence = number;
    ag_channel_send(peer->channel, AG_FRAME_ACK, number, NULL, 0);
}

// It is tried again later; what the worker sends meanwhile is not kept, and comes again.
static void block(peer *peer, const live_error *why)
{
    live_log(LIVE_LOG_WARN, "gateway.full", "%s waits: %s", peer->name, why->text);
    peer->blocked = true;
    ag_channel_pause(peer->channel, true);
    live_timer_set(peer->peers->retry, RETRY_MS, 0);
}

static void on_event(peer *peer, const ag_frame *frame)
{
    const live_outbox_source source = { peer->name, peer->incarnation, frame->number };
    live_outbox *outbox = peer->peers->outbox;
    live_error error = { 0 };

    if (frame->number != peer->sequence + 1 || peer->blocked || !outbox)
        return; // it is there already; or one before it had no room, and both come again
    live_err err = live_outbox_put_next(outbox, &source, frame->text, frame->length, &error);
    if (!err) {
        ag_meter_add(&peer->meter, live_loop_monotonic_ms(peer->peers->loop));
        accept(peer, frame->number);
        return;
    }
    if (error.retry || err == LIVE_E_NOMEM || err == LIVE_E_TIMEOUT) {
        block(peer, &error);
        return;
    }
    // No second attempt makes an event of it: the next ones are not to wait for it.
    live_log(LIVE_LOG_ERROR, "gateway.event", "%s: an event is left out: %s", peer->name,
             error.text);
    if (!live_outbox_resume(outbox, peer->name, peer->incarnation, frame->number, NULL))
        accept(peer, frame->number);
}

static void on_synced(void *user)
{
    peer *peer = user;

    peer->wait = NULL;
    if (peer->channel)
        ag_channel_send(peer->channel, AG_FRAME_SYNCED, peer->sync, NULL, 0);
}

static void on_sync(peer *peer, const ag_frame *frame)
{
    live_error error = { 0 };

    live_outbox_wait_free(peer->wait);
    peer->wait = NULL;
    peer->sync = frame->number;
    if (peer->peers->outbox && live_outbox_when_synced(peer->peers->outbox, peer->peers->loop,
                                                       on_synced, peer, &peer->wait, &error))
        live_log(LIVE_LOG_WARN, "gateway.sync", "%s: %s", peer->name, error.text);
}

static void on_query(peer *peer, const ag_frame *frame)
{
    ag_questions_query(peer->questions, frame);
}

static void on_request(peer *peer, const ag_frame *frame)
{
    ag_questions_request(peer->questions, frame);
}

static void on_cancel(peer *peer, const ag_frame *frame)
{
    ag_questions_cancel(peer->questions, frame);
}

static void on_credit(peer *peer, const ag_frame *frame)
{
    ag_questions_credit(peer->questions, frame);
}

static void (*const handlers[AG_FRAME_TYPES])(peer *, const ag_frame *) = {
    [AG_FRAME_HELLO] = on_hello,     [AG_FRAME_EVENT] = on_event,   [AG_FRAME_QUERY] = on_query,
    [AG_FRAME_REQUEST] = on_request, [AG_FRAME_CANCEL] = on_cancel, [AG_FRAME_CREDIT] = on_credit,
    [AG_FRAME_SYNC] = on_sync,
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
    peer->blocked = peer->greeted = false;
    live_outbox_wait_free(peer->wait);
    peer->wait = NULL;
    ag_questions_attach(peer->questions, NULL);
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
    ag_questions_free(peer->questions);
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
    if (!made->name ||
        ag_questions_new(peers->loop, peers->client, made->name, &made->questions, NULL)) {
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
    else
        ag_questions_attach(peer->questions, peer->channel);
}

// What a worker sent while it was blocked was not kept: it is told what is there and sends the rest again.
static void on_retry(live_timer *timer, void *user)
{
    const ag_peers *peers = user;

    (void)timer;
    for (peer *peer = peers->first; peer; peer = peer->next) {
        if (!peer->blocked || !peer->channel)
            continue;
        peer->blocked = false;
        ag_channel_send(peer->channel, AG_FRAME_WELCOME, peer->sequence, NULL, 0);
        ag_channel_pause(peer->channel, false);
    }
}

static void report_trouble(const peer *peer, cJSON *own)
{
    int64_t since_ms = 0;
    const char *why = ag_questions_trouble(peer->questions, &since_ms);

    if (!why)
        return;
    cJSON_AddStringToObject(own, "no_rows", why);
    live_json_add_int(own, "no_rows_since_ms", since_ms);
}

cJSON *ag_peers_report(const ag_peers *peers)
{
    int64_t now_ms = live_loop_monotonic_ms(peers->loop);
    cJSON *report = cJSON_CreateObject();

    for (const peer *peer = peers->first; peer; peer = peer->next) {
        cJSON *own = cJSON_AddObjectToObject(report, peer->name);
        report_trouble(peer, own);
        live_json_add_int(own, "events", peer->meter.total);
        cJSON_AddNumberToObject(own, "events_per_s", ag_meter_rate(&peer->meter, now_ms));
        if (peer->meter.total > 0)
            live_json_add_int(own, "last_event_ms",
                              live_loop_time_ms(peers->loop) - (now_ms - peer->meter.last_ms));
    }
    return report;
}

void ag_peers_use(ag_peers *peers, live_outbox *outbox)
{
    peers->outbox = outbox;
    for (peer *peer = peers->first; peer; peer = peer->next) {
        live_outbox_wait_free(outbox ? NULL : peer->wait);
        peer->wait = outbox ? peer->wait : NULL;
        welcome(peer);
    }
}

live_err ag_peers_new(live_loop *loop, live_client *client, ag_peers **ret_peers, live_error *error)
{
    ag_peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *peers = (ag_peers){ .loop = loop, .client = client };
    live_err err = live_timer_new(loop, -1, 0, on_retry, peers, &peers->retry, error);
    if (err) {
        free(peers);
        return err;
    }
    *ret_peers = peers;
    return LIVE_OK;
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
    live_timer_free(peers->retry);
    free(peers);
}
