// SPDX-License-Identifier: Apache-2.0
// A conversation of the CometD engine with a server that plays given answers, on a clock of the test's.
#include "bayeux_talk.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static int open_on(void **state, bool websocket)
{
    const lv_bayeux_options options = { .websocket = websocket };
    bayeux_talk *talk = calloc(1, sizeof *talk);

    if (!talk)
        return -1;
    talk->now = 1000;
    talk->on_websocket = websocket;
    *state = talk;
    return lv_bayeux_new(&options, talk->now, &talk->bayeux, NULL);
}

int talk_open(void **state)
{
    return open_on(state, false);
}

int talk_open_on_websocket(void **state)
{
    return open_on(state, true);
}

int talk_close(void **state)
{
    bayeux_talk *talk = *state;

    cJSON_Delete(talk->json);
    lv_bayeux_free(talk->bayeux);
    free(talk);
    return 0;
}

void talk_reopen(void **state)
{
    bool websocket = ((bayeux_talk *)*state)->on_websocket;

    talk_close(state);
    assert_int_equal(open_on(state, websocket), 0);
}

const cJSON *talk_next(bayeux_talk *talk)
{
    cJSON_Delete(talk->json);
    talk->json = NULL;
    if (!lv_bayeux_next(talk->bayeux, talk->now, &talk->sent))
        return NULL;
    talk->carriers[talk->sent.slot] = talk->sent.transport;
    assert_int_equal(live_json_parse(talk->sent.text, talk->sent.length, &talk->json, NULL),
                     LIVE_OK);
    assert_true(cJSON_IsArray(talk->json)); // C-01
    return talk->json->child;
}

const cJSON *talk_next_due(bayeux_talk *talk)
{
    int64_t due = lv_bayeux_due(talk->bayeux);

    if (due > talk->now)
        talk->now = due;
    return talk_next(talk);
}

void talk_answer(bayeux_talk *talk, lv_slot slot, const char *text)
{
    live_error error = { 0 };

    if (talk->carriers[slot] != LV_WEBSOCKET)
        lv_bayeux_answer(talk->bayeux, slot, text, strlen(text), talk->now);
    else if (lv_bayeux_receive(talk->bayeux, text, strlen(text), talk->now, &error))
        lv_bayeux_lose_socket(talk->bayeux, &error, talk->now);
}

void talk_answer_last(bayeux_talk *talk, const char *format)
{
    char text[1024];
    const char *at = strstr(format, "%s");

    assert_non_null(talk->json);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - format), format,
             live_json_str(talk->json->child, "id", "?"), at + 2);
    talk_answer(talk, talk->sent.slot, text);
}

void talk_fail(bayeux_talk *talk, lv_slot slot, live_err code, int http, bool retry)
{
    live_error error = { .code = code, .http = http, .retry = retry };

    if (talk->carriers[slot] == LV_WEBSOCKET)
        lv_bayeux_lose_socket(talk->bayeux, &error, talk->now);
    else
        lv_bayeux_fail(talk->bayeux, slot, &error, talk->now);
}

const char *talk_channel(const cJSON *message)
{
    return live_json_str(message, "channel", "nothing");
}

int talk_notice(bayeux_talk *talk, char *text, size_t size)
{
    lv_notice got = { 0 };

    if (text)
        *text = '\0';
    if (!lv_bayeux_take(talk->bayeux, &got))
        return -1;
    int kind = (int)got.kind;
    if (text && got.data)
        cJSON_PrintPreallocated(got.data, text, (int)size, false);
    lv_notice_clear(&got);
    return kind;
}

#define HANDSHAKEN(more)                                                                           \
    "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,\"clientId\":\"c1\","     \
    "\"version\":\"1.0\",\"supportedConnectionTypes\":[" more "\"long-polling\"],"                 \
    "\"advice\":{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}}]"

void talk_handshake(bayeux_talk *talk)
{
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
    talk_answer_last(talk, talk->on_websocket ? HANDSHAKEN("\"websocket\",") : HANDSHAKEN(""));
}

void talk_connect(bayeux_talk *talk)
{
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/connect");
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true}]");
}

void talk_begin(bayeux_talk *talk)
{
    talk_handshake(talk);
    talk_connect(talk);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_CONNECTED);
}

void talk_subscribe(bayeux_talk *talk, const char *channel)
{
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, channel, NULL), LIVE_OK);
    if (strcmp(talk_channel(talk_next(talk)), "/meta/connect") == 0)
        talk_next(talk);
    assert_string_equal(talk_channel(talk->json->child), "/meta/subscribe");
    talk_answer_last(talk, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":true}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_SUBSCRIBED);
}
