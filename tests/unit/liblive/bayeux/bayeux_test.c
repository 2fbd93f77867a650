// SPDX-License-Identifier: Apache-2.0
// Client checks of the CometD conversation, by their numbers: what the client sends to a server that plays given
// answers, and what it makes of them.
#include "bayeux_talk.h"

#include <live/json.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#define HANDSHAKEN                                                                                 \
    "[{\"channel\":\"/meta/handshake\",\"id\":\"1\",\"successful\":true,\"clientId\":\"c1\","      \
    "\"version\":\"1.0\",\"supportedConnectionTypes\":[\"websocket\",\"long-polling\"],"           \
    "\"advice\":{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}}]"

static void C_03_client_id_is_in_every_message_but_the_handshake(void **state)
{
    bayeux_talk *talk = *state;

    assert_null(live_json_get(talk_next(talk), "clientId"));
    talk_answer(talk, LV_SLOT_CONNECT, HANDSHAKEN);
    assert_string_equal(live_json_str(talk_next(talk), "clientId", ""), "c1");
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                           "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]");
    const cJSON *again = talk_next(talk);
    assert_string_equal(talk_channel(again), "/meta/handshake");
    assert_null(live_json_get(again, "clientId")); // nor that of the session before
}

static void C_04_an_id_that_comes_back_as_a_number_is_matched(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":%s,\"successful\":true}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_CONNECTED);
}

static void C_05_C_36_events_before_and_after_a_reply_are_delivered_in_order(void **state)
{
    bayeux_talk *talk = *state;
    char text[64];

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    talk_next(talk);
    talk_next(talk);
    talk_answer_last(
        talk, "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/meta/subscribe\",\"id\":\"%s\","
              "\"successful\":true},{\"channel\":\"/a\",\"data\":2}]");
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "1");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_SUBSCRIBED);
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "2");
}

static void C_06_data_of_each_type_is_delivered_unchanged(void **state)
{
    static const char *const values[] = { "{\"a\":[1]}", "[1,2]", "\"x\"", "1.5",
                                          "true",        "false", "null" };
    bayeux_talk *talk = *state;
    char payload[128], text[64];

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        snprintf(payload, sizeof payload, "[{\"channel\":\"/a\",\"data\":%s}]", values[i]);
        talk_answer(talk, LV_SLOT_OTHER, payload);
        assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
        assert_string_equal(text, values[i]);
    }
}

// Its rows are read later, each as a whole.
static void a_message_that_is_in_no_list_has_the_same_rows(void **state)
{
    bayeux_talk *talk = *state;
    lv_notice notice = { 0 };
    static const char *const answers[] = {
        "[{\"channel\":\"/a\",\"data\":{\"content\":[{\"b\":{\"c\":1}}]}}]",
        "{\"channel\":\"/a\",\"data\":{\"content\":[{\"b\":{\"c\":1}}]}}",
        " \n{\"channel\":\"/a\",\"data\":{\"content\":[{\"b\":{\"c\":1}}]}}",
    };

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_int_equal(
            lv_bayeux_receive(talk->bayeux, answers[i], strlen(answers[i]), talk->now, NULL),
            LIVE_OK);
        assert_true(lv_bayeux_take(talk->bayeux, &notice));
        const cJSON *row = live_json_get(notice.data, "content")->child;
        assert_true(cJSON_IsRaw(row));
        assert_string_equal(row->valuestring, "{\"b\":{\"c\":1}}");
        lv_notice_clear(&notice);
    }
}

static void C_07_unknown_members_and_meta_channels_are_ignored(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    talk_next(talk);
    talk_answer_last(
        talk, "[{\"channel\":\"/meta/new\",\"x\":1},{\"channel\":\"/meta/connect\",\"id\":\"%s\","
              "\"successful\":true,\"ext\":7,\"advice\":[],\"zzz\":{}}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_CONNECTED);
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

static void C_08_a_reply_without_successful_is_a_failure(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\"}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_UNREACHED);
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
    assert_true(lv_bayeux_due(talk->bayeux) > talk->now);
}

static void C_10_C_11_C_47_an_answer_without_the_reply_is_a_failure(void **state)
{
    static const char *const answers[] = { "[]", "[{", "", "7",
                                           "[{\"channel\":\"/x\",\"data\":1}]" };
    bayeux_talk *talk = *state;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
        talk_answer(talk, LV_SLOT_CONNECT, answers[i]);
        assert_null(talk_next(talk));
        talk->now = lv_bayeux_due(talk->bayeux);
    }
}

static void C_12_the_handshake_is_alone_and_whole(void **state)
{
    bayeux_talk *talk = *state;
    const cJSON *message = talk_next(talk);

    assert_null(message->next);
    assert_string_equal(live_json_str(message, "version", ""), "1.0");
    const cJSON *types = live_json_get(message, "supportedConnectionTypes");
    assert_int_equal(cJSON_GetArraySize(types), talk->on_websocket ? 2 : 1);
    if (talk->on_websocket)
        assert_string_equal(types->child->valuestring, "websocket"); // rather
    assert_string_equal(types->child->prev->valuestring, "long-polling");
}

static void C_13_no_transport_in_common_ends_it(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk);
    talk_answer_last(
        talk,
        "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,\"clientId\":\"c\","
        "\"supportedConnectionTypes\":[\"callback-polling\"]}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_TERMINATED);
    assert_null(talk_next(talk));
}

static void C_14_a_refused_handshake_with_none_ends_it(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":false,"
                           "\"error\":\"403::denied\",\"advice\":{\"reconnect\":\"none\"}}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_TERMINATED);
    talk->now += 1000000;
    assert_null(talk_next(talk));
}

static void C_15_a_refused_handshake_is_tried_again_after_interval_and_backoff(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":false,"
                           "\"advice\":{\"reconnect\":\"handshake\",\"interval\":500}}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_UNREACHED);
    assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now + 1500);
    talk->now += 1500;
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
}

static void C_16_C_62_waits_grow_by_a_second_to_the_ceiling(void **state)
{
    bayeux_talk *talk = *state;

    for (int64_t i = 1; i <= 70; i++) {
        assert_non_null(talk_next(talk));
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_CONNECT, 0, true);
        assert_int_equal(lv_bayeux_due(talk->bayeux) - talk->now, (i < 60 ? i : 60) * 1000);
        talk->now = lv_bayeux_due(talk->bayeux);
    }
    talk_handshake(talk);
    assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now);
}

static void C_62_a_connect_that_succeeds_ends_the_growing(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= 3; i++) {
            talk_next(talk);
            talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_CLOSED, 0, true);
            assert_int_equal(lv_bayeux_due(talk->bayeux) - talk->now, i * 1000);
            talk->now = lv_bayeux_due(talk->bayeux);
        }
        talk_connect(talk);
    }
}

static void C_17_a_handshake_without_client_id_is_a_failure(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
                           "\"supportedConnectionTypes\":[\"long-polling\"]}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_UNREACHED);
    assert_null(talk_next(talk));
    talk->now = lv_bayeux_due(talk->bayeux);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
}

static void C_19_C_20_the_first_connect_has_timeout_zero_and_is_alone(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    const cJSON *message = talk_next(talk);
    assert_int_equal(live_json_int(live_json_get(message, "advice"), "timeout", -1), 0);
    assert_string_equal(live_json_str(message, "connectionType", ""),
                        talk->on_websocket ? "websocket" : "long-polling");
    assert_null(talk_next(talk));
}

static void C_21_the_next_connect_waits_for_the_interval(void **state)
{
    bayeux_talk *talk = *state;

    talk_handshake(talk);
    talk_next(talk);
    talk_answer_last(
        talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
              "\"advice\":{\"reconnect\":\"retry\",\"interval\":\"300\",\"timeout\":5000}}]");
    assert_null(talk_next(talk));
    talk->now += 299;
    assert_null(talk_next(talk));
    talk->now += 1;
    assert_null(live_json_get(talk_next(talk), "advice"));
    assert_int_equal(talk->sent.timeout_ms, 5000 + 10000); // C-29
}

static void C_22_C_28_none_and_a_negative_interval_end_the_loop(void **state)
{
    static const char *const advice[] = { "\"reconnect\":\"none\"", "\"interval\":-1" };
    char format[256];

    for (size_t i = 0; i < 2; i++) {
        bayeux_talk *talk = *state;
        talk_handshake(talk);
        talk_next(talk);
        snprintf(
            format, sizeof format,
            "[{\"channel\":\"/meta/connect\",\"id\":\"%%s\",\"successful\":true,\"advice\":{%s}}]",
            advice[i]);
        talk_answer_last(talk, format);
        assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_TERMINATED);
        assert_null(talk_next(talk));
        talk_reopen(state);
    }
}

static void C_23_C_24_C_25_advice_is_kept_replaced_and_overridden(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, 30000 + 10000);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                           "\"advice\":{\"reconnect\":\"retry\"}}]");
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, 60000 + 10000);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                           "\"advice\":{\"timeout\":1000,\"long-polling\":{\"timeout\":2000},"
                           "\"websocket\":{\"timeout\":3000}}}]");
    talk_next(talk);
    assert_int_equal(talk->sent.timeout_ms, (talk->on_websocket ? 3000 : 2000) + 10000);
}

static void C_26_C_27_a_refused_connect_follows_the_advice(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                           "\"advice\":{\"reconnect\":\"retry\",\"interval\":100}}]");
    assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now + 1100);
    talk->now += 1100;
    assert_string_equal(live_json_str(talk_next(talk), "clientId", ""), "c1");
    assert_int_equal(live_json_int(live_json_get(talk->json->child, "advice"), "timeout", -1), 0);
    talk_answer_last(
        talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
              "\"error\":\"402::x\",\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]");
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/handshake");
}

static void C_30_a_late_reply_starts_no_second_loop_but_its_events_count(void **state)
{
    bayeux_talk *talk = *state;
    char text[32];

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_TIMEOUT, 0, true);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_LOST);
    talk_answer(talk, LV_SLOT_CONNECT,
                "[{\"channel\":\"/a\",\"data\":5},{\"channel\":\"/meta/connect\","
                "\"id\":\"3\",\"successful\":true}]");
    assert_int_equal(talk_notice(talk, text, sizeof text), LV_NOTICE_EVENT);
    assert_null(talk_next(talk)); // the wait goes on
    talk->now = lv_bayeux_due(talk->bayeux);
    talk_connect(talk);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_RESTORED);
}

static void C_31_multiple_clients_is_told(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    talk_answer_last(talk,
                     "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,\"advice\":"
                     "{\"multiple-clients\":true,\"interval\":2000,\"timeout\":1000}}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_POLLING);
    assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now + 2000);
}

static void C_33_C_34_C_35_requests_go_beside_the_connect_in_one_payload(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/b", NULL), LIVE_OK);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/connect");
    assert_int_equal(talk->sent.slot, LV_SLOT_CONNECT);
    talk_next(talk);
    assert_int_equal(talk->sent.slot, LV_SLOT_OTHER);
    assert_int_equal(cJSON_GetArraySize(talk->json), 2);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/c", NULL), LIVE_OK);
    assert_null(talk_next(talk)); // no third request
}

static void C_37_a_denied_subscription_is_told_and_not_made_again(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    talk_next(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
                           "\"error\":\"403::denied\"}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_DENIED);
    assert_null(talk_next(talk));
}

static void C_38_unsubscribing_ends_delivery_also_when_it_is_refused(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    lv_bayeux_unsubscribe(talk->bayeux, "/a");
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/unsubscribe");
    talk_answer_last(
        talk, "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/meta/unsubscribe\",\"id\":\"%s\","
              "\"successful\":false}]");
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
    assert_null(talk_next(talk));
    talk_subscribe(talk, "/b"); // nothing waits for an answer any more
}

static void C_40_patterns_cover_concrete_channels_once(void **state)
{
    bayeux_talk *talk = *state;

    assert_true(lv_bayeux_matches("/a/*", "/a/b"));
    assert_false(lv_bayeux_matches("/a/*", "/a/b/c"));
    assert_false(lv_bayeux_matches("/a/*", "/ab"));
    assert_true(lv_bayeux_matches("/a/**", "/a/b/c"));
    assert_false(lv_bayeux_matches("/a/**", "/a"));
    talk_begin(talk);
    talk_subscribe(talk, "/a/**");
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a/b", NULL), LIVE_OK);
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/a/b\",\"data\":1},{\"channel\":\"/c\",\"data\":2}]");
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_EVENT);
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

static void C_41_C_42_several_402_start_one_handshake_and_all_is_subscribed_again(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_subscribe(talk, "/kept");
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/b", NULL), LIVE_OK);
    assert_non_null(talk_next(talk));
    char text[512];
    snprintf(text, sizeof text,
             "[{\"channel\":\"/meta/"
             "subscribe\",\"id\":\"%s\",\"successful\":false,\"error\":\"402::x\"},"
             "{\"channel\":\"/meta/"
             "subscribe\",\"id\":\"%s\",\"successful\":false,\"error\":\"402::x\"}]",
             live_json_str(talk->json->child, "id", ""),
             live_json_str(talk->json->child->next, "id", ""));
    talk_answer(talk, LV_SLOT_OTHER, text);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_LOST);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_FORGOTTEN);
    talk_handshake(talk);
    talk_connect(talk);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_REHANDSHAKEN);
    talk_next(talk); // connect
    talk_next(talk);
    assert_int_equal(cJSON_GetArraySize(talk->json), 3);
}

static void C_41_a_server_that_never_knows_the_session_is_asked_less_and_less(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    for (int64_t i = 0; i < 5; i++) {
        talk_next(talk); // connect
        talk_next(talk);
        talk_answer_last(
            talk, i % 2 ? "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
                          "\"error\":\"401:it:Unknown client\"}]"
                        : "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
                          "\"error\":\"402::x\"}]");
        assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now + i * 1000);
        talk->now = lv_bayeux_due(talk->bayeux);
        talk_handshake(talk);
        talk_connect(talk);
    }
}

static void C_43_disconnect_is_sent_once_and_ends_whatever_the_server_does(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk);
    lv_bayeux_disconnect(talk->bayeux);
    lv_bayeux_disconnect(talk->bayeux);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/disconnect");
    talk_fail(talk, LV_SLOT_OTHER, LIVE_E_TIMEOUT, 0, true);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_TERMINATED);
    assert_null(talk_next(talk));
}

static void C_45_failed_connects_never_lead_to_a_busy_loop(void **state)
{
    static const int statuses[] = { 400, 401, 403, 404, 408, 500, 503 };
    bayeux_talk *talk = *state;

    talk_begin(talk);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        assert_non_null(talk_next(talk));
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_HTTP, statuses[i], statuses[i] >= 500);
        assert_null(talk_next(talk));
        assert_true(lv_bayeux_due(talk->bayeux) >= talk->now + 1000);
        talk->now = lv_bayeux_due(talk->bayeux);
    }
}

static void C_45_C_47_failed_subscriptions_wait_longer_each_time(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/connect"); // held, all the time
    for (int i = 1; i <= 4; i++) {
        assert_string_equal(talk_channel(talk_next(talk)), "/meta/subscribe");
        if (i % 2)
            talk_fail(talk, LV_SLOT_OTHER, LIVE_E_HTTP, 500, true);
        else
            talk_answer(talk, LV_SLOT_OTHER, "[]");
        assert_null(talk_next(talk));
        assert_int_equal(lv_bayeux_due(talk->bayeux), talk->now + i * 1000);
        talk->now = lv_bayeux_due(talk->bayeux);
    }
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/subscribe");
    talk_answer_last(talk, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":true}]");
    assert_int_equal(talk_notice(talk, NULL, 0),
                     LV_NOTICE_LOST); // what failed may have held events
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_SUBSCRIBED);
    assert_int_equal(lv_bayeux_due(talk->bayeux), LIVE_FOREVER);
}

static void C_48_C_49_a_handshake_that_is_not_let_in_ends_it(void **state)
{
    static const int statuses[] = { 401, 302 };

    for (size_t i = 0; i < 2; i++) {
        bayeux_talk *talk = *state;
        talk_next(talk);
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_AUTH, statuses[i], false);
        assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_TERMINATED);
        talk_reopen(state);
    }
}

static void C_65_states_are_told_once_and_in_order(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    for (int i = 0; i < 3; i++) {
        talk_next(talk);
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_CONNECT, 0, true);
        talk->now = lv_bayeux_due(talk->bayeux);
    }
    talk_connect(talk);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_LOST);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_RESTORED);
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_ON_BOTH(C_03_client_id_is_in_every_message_but_the_handshake),
        TALK_ON_BOTH(C_04_an_id_that_comes_back_as_a_number_is_matched),
        TALK_ON_BOTH(C_05_C_36_events_before_and_after_a_reply_are_delivered_in_order),
        TALK_ON_BOTH(C_06_data_of_each_type_is_delivered_unchanged),
        TALK_ON_BOTH(a_message_that_is_in_no_list_has_the_same_rows),
        TALK_ON_BOTH(C_07_unknown_members_and_meta_channels_are_ignored),
        TALK_ON_BOTH(C_08_a_reply_without_successful_is_a_failure),
        TALK_ON_BOTH(C_10_C_11_C_47_an_answer_without_the_reply_is_a_failure),
        TALK_ON_BOTH(C_12_the_handshake_is_alone_and_whole),
        TALK_ON_BOTH(C_13_no_transport_in_common_ends_it),
        TALK_ON_BOTH(C_14_a_refused_handshake_with_none_ends_it),
        TALK_ON_BOTH(C_15_a_refused_handshake_is_tried_again_after_interval_and_backoff),
        TALK_ON_BOTH(C_16_C_62_waits_grow_by_a_second_to_the_ceiling),
        TALK_ON_BOTH(C_62_a_connect_that_succeeds_ends_the_growing),
        TALK_ON_BOTH(C_17_a_handshake_without_client_id_is_a_failure),
        TALK_ON_BOTH(C_19_C_20_the_first_connect_has_timeout_zero_and_is_alone),
        TALK_ON_BOTH(C_21_the_next_connect_waits_for_the_interval),
        TALK_ON_BOTH(C_22_C_28_none_and_a_negative_interval_end_the_loop),
        TALK_ON_BOTH(C_23_C_24_C_25_advice_is_kept_replaced_and_overridden),
        TALK_ON_BOTH(C_26_C_27_a_refused_connect_follows_the_advice),
        TALK_ON_BOTH(C_30_a_late_reply_starts_no_second_loop_but_its_events_count),
        TALK_ON_BOTH(C_31_multiple_clients_is_told),
        TALK_ON_BOTH(C_33_C_34_C_35_requests_go_beside_the_connect_in_one_payload),
        TALK_ON_BOTH(C_37_a_denied_subscription_is_told_and_not_made_again),
        TALK_ON_BOTH(C_38_unsubscribing_ends_delivery_also_when_it_is_refused),
        TALK_ON_BOTH(C_40_patterns_cover_concrete_channels_once),
        TALK_ON_BOTH(C_41_C_42_several_402_start_one_handshake_and_all_is_subscribed_again),
        TALK_ON_BOTH(C_41_a_server_that_never_knows_the_session_is_asked_less_and_less),
        TALK_ON_BOTH(C_43_disconnect_is_sent_once_and_ends_whatever_the_server_does),
        TALK_ON_POLLING(C_45_failed_connects_never_lead_to_a_busy_loop),
        TALK_ON_POLLING(C_45_C_47_failed_subscriptions_wait_longer_each_time),
        TALK_ON_BOTH(C_48_C_49_a_handshake_that_is_not_let_in_ends_it),
        TALK_ON_BOTH(C_65_states_are_told_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
