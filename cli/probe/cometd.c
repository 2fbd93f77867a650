// SPDX-License-Identifier: Apache-2.0
// Trials of CometD: what a handshake offers, how sessions and connects are treated.
#include <live/json.h>
#include <live/loop.h>
#include <stdio.h>
#include <string.h>

#include "probe/conversation.h"

enum { HELD_MS = 2000 };

#define HANDSHAKE                                                                                  \
    "{\"channel\":\"/meta/"                                                                        \
    "handshake\",\"id\":\"h\",\"version\":\"1.0\",\"minimumVersion\":\"1.0\","                     \
    "\"supportedConnectionTypes\":[\"websocket\",\"long-polling\"],\"ext\":{\"ack\":true,"         \
    "\"timesync\":{\"tc\":1,\"l\":0,\"o\":0}}}"

static const cJSON *handshake_of(const probe_answer *answer)
{
    const cJSON *reply = cJSON_IsArray(answer->json)
                             ? conversation_reply(answer->json, "/meta/handshake")
                             : answer->json;

    return probe_answer_is_good(answer) && live_json_bool(reply, "successful", false) ? reply
                                                                                      : NULL;
}

static bool lists(const cJSON *list, const char *word)
{
    const cJSON *element;

    cJSON_ArrayForEach (element, list) {
        if (cJSON_IsString(element) && strcmp(element->valuestring, word) == 0)
            return true;
    }
    return false;
}

static void look_at_advice(probe *probe, const cJSON *reply)
{
    const cJSON *advice = live_json_get(reply, "advice");

    if (!live_json_get(advice, "timeout"))
        return;
    probe_saw_number(probe, FACT_COMETD_TIMEOUT, (int)live_json_int(advice, "timeout", -1));
    probe_saw_number(probe, FACT_COMETD_INTERVAL, (int)live_json_int(advice, "interval", -1));
}

static void look_at_offer(probe *probe, const cJSON *reply)
{
    const cJSON *ext = live_json_get(reply, "ext"), *ack = live_json_get(ext, "ack");
    const cJSON *types = live_json_get(reply, "supportedConnectionTypes");

    probe_saw(probe, FACT_COMETD_WEBSOCKET, lists(types, "websocket") ? "offered" : "missing");
    probe_saw(probe, FACT_COMETD_ACK, ack && !cJSON_IsFalse(ack) ? "offered" : "missing");
    probe_saw(probe, FACT_COMETD_TIMESYNC, live_json_get(ext, "timesync") ? "offered" : "missing");
    look_at_advice(probe, reply); // a connect's counts more, where it has one
}

static void end_session(probe *probe, live_client *client, const cJSON *handshake)
{
    char body[256];
    probe_answer answer;

    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/disconnect\",\"id\":\"d\",\"clientId\":\"%.100s\"}]",
             live_json_str(handshake, "clientId", ""));
    probe_ask(probe, client, "/cometd", body, &answer);
    probe_answer_clear(&answer);
}

typedef void (*look_fn)(probe *probe, const cJSON *handshake);

// A handshake in its own way; what it shows is for `look`.
static bool shake_hands(probe *probe, live_client *client, const char *body, look_fn look)
{
    probe_answer answer;

    probe_ask(probe, client, "/cometd", body, &answer);
    const cJSON *reply = handshake_of(&answer);
    bool agreed = reply;
    if (reply && look)
        look(probe, reply);
    if (reply)
        end_session(probe, client, reply);
    probe_answer_clear(&answer);
    return agreed;
}

// Connects

typedef struct first_connect {
    probe *probe;
    cJSON *replies;
    bool done;
} first_connect;

static void keep_replies(const live_answer *answer, const live_error *error, void *user)
{
    first_connect *first = user;

    if (!error && answer && live_json_parse(answer->text, answer->length, &first->replies, NULL))
        first->replies = NULL;
    first->done = true;
    live_loop_stop(first->probe->session->loop);
}

static void try_first_connect(probe *probe, const char *body)
{
    first_connect first = { .probe = probe };
    live_call *call = NULL;

    if (live_client_ask(probe->client, "/cometd", body, keep_replies, &first, &call, NULL))
        return;
    if (probe_wait(probe, &first.done, HELD_MS)) {
        if (conversation_agreed(first.replies, "/meta/connect"))
            probe_saw(probe, FACT_COMETD_FIRST_CONNECT, "at-once");
        look_at_advice(probe, conversation_reply(first.replies, "/meta/connect"));
        cJSON_Delete(first.replies);
        return;
    }
    live_call_free(call);
    probe_saw(probe, FACT_COMETD_FIRST_CONNECT, "held");
}

// With the session's id alone, from a client that has no cookie.
static void try_cookie(probe *probe, const char *body)
{
    probe_answer answer;

    probe_ask(probe, probe->second, "/cometd", body, &answer);
    if (probe_answer_is_good(&answer) && conversation_reply(answer.json, "/meta/connect"))
        probe_saw(probe, FACT_COMETD_COOKIE,
                  conversation_agreed(answer.json, "/meta/connect") ? "not-needed" : "needed");
    if (conversation_agreed(answer.json, "/meta/connect"))
        look_at_advice(probe, conversation_reply(answer.json, "/meta/connect"));
    probe_answer_clear(&answer);
}

static void look_at_connects(probe *probe, const cJSON *handshake)
{
    char body[320];
    const char *id = live_json_str(handshake, "clientId", "");
    static const char head[] = "[{\"channel\":\"/meta/connect\",\"id\":\"c\",\"connectionType\":"
                               "\"long-polling\",\"clientId\":\"";

    snprintf(body, sizeof body, "%s%.100s\"}]", head, id);
    try_first_connect(probe, body);
    snprintf(body, sizeof body, "%s%.100s\",\"advice\":{\"timeout\":0}}]", head, id);
    try_cookie(probe, body);
}

void probe_try_cometd(probe *probe)
{
    static const char list[] = "[" HANDSHAKE "]";
    static const char plain[] =
        "[{\"channel\":\"/meta/handshake\",\"id\":\"h\",\"version\":\"1.0\",\"minimumVersion\":"
        "\"1.0\",\"supportedConnectionTypes\":[\"long-polling\"]}]";

    if (!shake_hands(probe, probe->client, list, look_at_offer)) {
        for (int id = FACT_COMETD_CREDENTIALS; id <= FACT_COMETD_OBJECT; id++)
            probe_missed(probe, (fact_id)id, "no handshake");
        return;
    }
    shake_hands(probe, probe->client, plain, look_at_connects);
    probe_saw(probe, FACT_COMETD_CREDENTIALS,
              shake_hands(probe, probe->stranger, plain, NULL) ? "not-needed" : "needed");
    probe_saw(probe, FACT_COMETD_OBJECT,
              shake_hands(probe, probe->client, HANDSHAKE, NULL) ? "taken" : "refused");
}
