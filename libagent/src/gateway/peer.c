// SPDX-License-Identifier: Apache-2.0
// The gateway's end of the workers' links.
#include "gateway/peer.h"

#include <live/log.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/question.h"

typedef struct peer {
    struct peer *next;
    ag_peers *peers;
    char *name;
    uint64_t incarnation, sequence; // of the last event that was stored
    ag_channel *channel;            // NULL: the worker is away
    bool blocked;                   // the store was full: its next event waits in the link
    ag_questions *questions;
} peer;

struct ag_peers {
    live_loop *loop;
    live_client *client;
    ag_store *store;
    ag_sender *sender;
    peer *first;
};

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
