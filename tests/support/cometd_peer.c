// SPDX-License-Identifier: Apache-2.0
// A scripted LIVE platform for queries: a CometD server of one session a handshake, and POST /rest/query.
#include "cometd_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *first_member(const peer_request *request, const char *name)
{
    static char value[128];
    cJSON *messages = NULL;

    value[0] = '\0';
    if (!live_json_parse(request->body, strlen(request->body), &messages, NULL))
        snprintf(value, sizeof value, "%s",
                 live_json_str(messages ? messages->child : NULL, name, ""));
    cJSON_Delete(messages);
    return value;
}

const char *cometd_id(const peer_request *request)
{
    return first_member(request, "id");
}

static void answer_handshake(cometd_peer *peer, const peer_request *request)
{
    char body[1024];

    peer->fresh = true;
    peer->held = NULL;
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
             "\"clientId\":\"client%zu\",\"version\":\"1.0\","
             "\"supportedConnectionTypes\":[\"long-polling\"],\"advice\":%s}]",
             cometd_id(request), ++peer->handshakes,
             peer->advice ? peer->advice
                          : "{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}");
    peer_answer(request, "200 OK", peer->cookies ? peer->cookies : "", body);
}

static void answer_connect(cometd_peer *peer, const peer_request *request)
{
    bool at_once = peer->fresh;

    peer->connects++;
    peer->overlaps += peer->held != NULL;
    peer->fresh = false;
    peer->held = request;
    if (at_once || live_buf_length(peer->events) > 0)
        cometd_release(peer);
}

// Agrees to each message of the payload.
static void agree(cometd_peer *peer, const peer_request *request)
{
    cJSON *messages = NULL;
    const cJSON *message;
    live_buf *body = live_buf_new();

    (void)peer;
    peer_must(live_json_parse(request->body, strlen(request->body), &messages, NULL) == LIVE_OK);
    cJSON_ArrayForEach (message, messages) {
        const char *subscription = live_json_str(message, "subscription", NULL);
        live_buf_add_format(body, "%s{\"channel\":\"%s\",\"id\":\"%s\",\"successful\":true",
                            message == messages->child ? "[" : ",",
                            live_json_str(message, "channel", ""),
                            live_json_str(message, "id", ""));
        if (subscription)
            live_buf_add_format(body, ",\"subscription\":\"%s\"", subscription);
        live_buf_add_text(body, "}");
    }
    live_buf_add_text(body, "]");
    peer_answer_json(request, live_buf_data(body));
    live_buf_free(body);
    cJSON_Delete(messages);
}

static void answer_query(cometd_peer *peer, const peer_request *request)
{
    char body[64];

    snprintf(body, sizeof body, "[{\"channel\":\"/data/q%zu\"}]", ++peer->queries);
    peer_answer_json(request, body);
}

static const struct {
    const char *what;
    void (*answer)(cometd_peer *peer, const peer_request *request);
} answers[] = { { "/meta/handshake", answer_handshake },
                { "/meta/connect", answer_connect },
                { "/meta/subscribe", agree },
                { "/meta/unsubscribe", agree },
                { "/meta/disconnect", agree },
                { "POST /rest/query", answer_query } };

static void on_request(http_peer *http, const peer_request *request, void *user)
{
    cometd_peer *peer = user;
    char what[128];

    (void)http;
    if (peer_request_is(request, "POST /cometd "))
        snprintf(what, sizeof what, "%s", first_member(request, "channel"));
    else
        snprintf(what, sizeof what, "%.*s", (int)(strstr(request->head, " HTTP/") - request->head),
                 request->head);
    if (peer->fn && peer->fn(peer, what, request, peer->user))
        return;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strcmp(what, answers[i].what) == 0) {
            answers[i].answer(peer, request);
            return;
        }
    }
    peer_answer(request, "404 Not Found", "", "");
}

cometd_peer *cometd_peer_new(live_loop *loop, cometd_peer_fn fn, void *user)
{
    cometd_peer *peer = calloc(1, sizeof *peer);

    peer_must(peer);
    *peer = (cometd_peer){ .fn = fn,
                           .user = user,
                           .events = live_buf_new(),
                           .http = http_peer_new(loop, on_request, peer) };
    return peer;
}

void cometd_peer_free(cometd_peer *peer)
{
    if (!peer)
        return;
    http_peer_free(peer->http);
    live_buf_free(peer->events);
    free(peer);
}

void cometd_release(cometd_peer *peer)
{
    live_buf *body = live_buf_new();

    peer_must(peer->held);
    live_buf_add_format(body,
                        "[%s{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true}]",
                        live_buf_data(peer->events), cometd_id(peer->held));
    peer_answer_json(peer->held, live_buf_data(body));
    peer->held = NULL;
    live_buf_clear(peer->events);
    live_buf_free(body);
}

void cometd_send(cometd_peer *peer, const char *data)
{
    live_buf_add_format(peer->events, "{\"channel\":\"/data/q%zu\",\"data\":%s},", peer->queries,
                        data);
    if (peer->held)
        cometd_release(peer);
}
