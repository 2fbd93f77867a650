// SPDX-License-Identifier: Apache-2.0
// Client checks by their numbers, of what a request is made of and how long its answer may take.
#include <live/json.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux_talk.h"
#include "cmocka_all.h"

enum { MOST_IDS = 200 };

// Checks the ids of all messages of the payload that was sent last.
static void check_ids(const bayeux_talk *talk, bool *seen)
{
    const cJSON *message;

    cJSON_ArrayForEach (message, talk->json) {
        const char *id = live_json_str(message, "id", "");
        assert_int_equal(strspn(id, "0123456789"), strlen(id));
        size_t number = strtoul(id, NULL, 10);
        assert_true(number > 0 && number < MOST_IDS);
        assert_false(seen[number]);
        seen[number] = true;
    }
}

static void C_01_every_body_is_an_array(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk); // each of these is looked at by talk_next()
    talk_connect(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    talk_next(talk);
    assert_true(cJSON_IsArray(talk->json));
    assert_int_equal(talk->sent.text[0], '[');
    char *word = lv_bayeux_last_word(talk->bayeux);
    assert_int_equal(word[0], '[');
    free(word);
}

static void C_02_every_request_has_an_id_of_its_own_also_after_a_new_handshake(void **state)
{
    bayeux_talk *talk = *state;
    bool seen[MOST_IDS] = { false };

    for (int session = 0; session < 5; session++) {
        talk_handshake(talk);
        check_ids(talk, seen);
        talk_connect(talk);
        check_ids(talk, seen);
        for (int i = 0; i < 3; i++)
            assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
        lv_bayeux_unsubscribe(talk->bayeux, "/a");
        while (talk_next(talk))
            check_ids(talk, seen);
        talk_answer(
            talk, LV_SLOT_OTHER,
            "[{\"channel\":\"/meta/subscribe\",\"successful\":false,\"error\":\"402::x\"}]");
        talk->now += 100000;
    }
}

static void C_09_text_of_any_language_is_delivered_as_it_was_sent(void **state)
{
    bayeux_talk *talk = *state;
    char text[128];

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/a\",\"data\":\"caf\\u00e9 \\ud83e\\udd16 \xe6\xb2\xb9\"},"
                "{\"channel\":\"\\/a\",\"data\":{\"\\u6cb9\":\"\xf0\x9f\xa4\x96\"}}]");
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "\"caf\xc3\xa9 \xf0\x9f\xa4\x96 \xe6\xb2\xb9\"");
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "{\"\xe6\xb2\xb9\":\"\xf0\x9f\xa4\x96\"}");
}

static void C_09_a_channel_of_any_language_is_asked_for_as_it_is(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/caf\xc3\xa9/\xf0\x9f\xa4\x96", NULL),
                     LIVE_OK);
    talk_next(talk);
    assert_string_equal(live_json_str(talk_next(talk), "subscription", ""),
                        "/caf\xc3\xa9/\xf0\x9f\xa4\x96");
}

static void C_29_a_held_connect_has_its_time_and_that_of_the_network(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    assert_int_equal(talk->sent.timeout_ms, 10000);
    talk_connect(talk); // which is to be answered at once
    assert_int_equal(talk->sent.timeout_ms, 10000);
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, 30000 + 10000);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                           "\"advice\":{\"reconnect\":\"retry\",\"timeout\":5000}}]");
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, 5000 + 10000);
}

static void C_29_after_advice_without_a_timeout_the_default_holds(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                           "\"advice\":{\"reconnect\":\"retry\",\"interval\":0}}]");
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, 60000 + 10000);
}

static void C_29_a_silent_server_is_left_and_asked_whether_it_is_back(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_TIMEOUT, 0, true);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_LOST);
    const cJSON *message = talk_next_due(talk);
    assert_string_equal(talk_channel(message), "/meta/connect");
    assert_string_equal(live_json_str(message, "clientId", ""), "c1");
    assert_int_equal(live_json_int(live_json_get(message, "advice"), "timeout", -1), 0);
}

static void C_32_other_hosts_in_advice_are_not_followed(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                           "\"error\":\"402::x\",\"advice\":{\"reconnect\":\"handshake\","
                           "\"interval\":0,\"hosts\":[\"elsewhere.example\",7]}}]");
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
    assert_null(strstr(talk->sent.text, "elsewhere"));
}

static void C_39_the_reply_to_a_publish_is_no_event(void **state)
{
    bayeux_talk *talk = *state;
    char text[32];

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/a\",\"id\":\"77\",\"successful\":true},"
                "{\"channel\":\"/a\",\"id\":\"78\",\"successful\":false,\"error\":\"403::denied\"},"
                "{\"channel\":\"/a\",\"data\":null}]");
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "null");
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

// The client does not ask for the extension: whatever the server says of it, it says nothing.
static void C_58_without_the_ack_extension_nothing_of_it_is_sent(void **state)
{
    bayeux_talk *talk = *state;

    assert_null(live_json_get(talk_next(talk), "ext"));
    talk_answer_last(talk, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
                           "\"clientId\":\"c1\",\"supportedConnectionTypes\":[\"long-polling\"],"
                           "\"ext\":{\"ack\":true}}]");
    for (int i = 0; i < 3; i++) {
        assert_null(live_json_get(talk_next(talk), "ext"));
        talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\","
                               "\"successful\":true,\"ext\":{\"ack\":7}}]");
    }
}

static void C_63_a_server_that_is_down_at_the_start_is_asked_until_it_is_there(void **state)
{
    bayeux_talk *talk = *state;

    for (int i = 0; i < 50; i++) {
        assert_string_equal(talk_channel(talk_next_due(talk)), "/meta/handshake");
        assert_null(talk_next(talk));
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_CONNECT, 0, true);
        assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_UNREACHED);
        assert_int_equal(talk_notice(talk, NULL, 0), -1); // nothing was there to be lost
    }
    talk->now = lv_bayeux_due(talk->bayeux);
    talk_begin(talk);
}

// Something else answers at this address: whoever reads of it should see that.
static void an_answer_that_is_no_json_is_named_with_its_place(void **state)
{
    bayeux_talk *talk = *state;
    lv_notice told = { 0 };

    talk_next(talk);
    lv_bayeux_answer(talk->bayeux, LV_SLOT_CONNECT, "<html>", 6, talk->now);
    assert_true(lv_bayeux_take(talk->bayeux, &told));
    assert_string_equal(told.error.text,
                        "/cometd: the answer is no JSON: 1:1: a value is due here");
    lv_notice_clear(&told);
}

static void C_64_a_conversation_may_be_freed_at_any_point_of_it(void **state)
{
    static const char *const steps[] = { "/meta/handshake", "/meta/connect", "/meta/connect",
                                         "/meta/subscribe" };

    for (size_t stop = 0; stop <= sizeof steps / sizeof *steps; stop++) {
        bayeux_talk *talk = *state;
        assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
        for (size_t step = 0; step < stop; step++) {
            assert_string_equal(talk_channel(talk_next(talk)), steps[step]);
            if (step + 1 < stop && step == 0)
                talk_answer_last(
                    talk, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
                          "\"clientId\":\"c1\",\"supportedConnectionTypes\":[\"long-polling\"]}]");
            else if (step + 1 < stop && step == 1)
                talk_answer_last(
                    talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true},"
                          "{\"channel\":\"/a\",\"data\":[1,2]}]");
        }
        char *word = lv_bayeux_last_word(talk->bayeux);
        assert_int_equal(word != NULL, stop > 1);
        free(word);
        talk_reopen(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_ON_BOTH(C_01_every_body_is_an_array),
        TALK_ON_BOTH(C_02_every_request_has_an_id_of_its_own_also_after_a_new_handshake),
        TALK_ON_BOTH(C_09_text_of_any_language_is_delivered_as_it_was_sent),
        TALK_ON_BOTH(C_09_a_channel_of_any_language_is_asked_for_as_it_is),
        TALK_ON_BOTH(C_29_a_held_connect_has_its_time_and_that_of_the_network),
        TALK_ON_BOTH(C_29_after_advice_without_a_timeout_the_default_holds),
        TALK_ON_BOTH(C_29_a_silent_server_is_left_and_asked_whether_it_is_back),
        TALK_ON_BOTH(C_32_other_hosts_in_advice_are_not_followed),
        TALK_ON_BOTH(C_39_the_reply_to_a_publish_is_no_event),
        TALK_ON_BOTH(C_58_without_the_ack_extension_nothing_of_it_is_sent),
        TALK_ON_BOTH(C_63_a_server_that_is_down_at_the_start_is_asked_until_it_is_there),
        TALK_ON_BOTH(an_answer_that_is_no_json_is_named_with_its_place),
        TALK_ON_BOTH(C_64_a_conversation_may_be_freed_at_any_point_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
