// SPDX-License-Identifier: Apache-2.0
// Client checks of the CometD conversation, by their numbers: what the client sends to a server that plays given
// answers, and what it makes of them.
#include "bayeux/bayeux.h"

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

typedef struct fixture {
    lv_bayeux *bayeux;
    int64_t now;
    lv_payload sent;
    cJSON *json; // of the payload that was sent last
} fixture;

static int set_up(void **state)
{
    static const lv_bayeux_options options = { 0 };
    fixture *f = test_calloc(1, sizeof *f);

    f->now = 1000;
    *state = f;
    return lv_bayeux_new(&options, f->now, &f->bayeux, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    cJSON_Delete(f->json);
    lv_bayeux_free(f->bayeux);
    test_free(f);
    return 0;
}

// What is sent next: its first message, or NULL.
static const cJSON *next(fixture *f)
{
    cJSON_Delete(f->json);
    f->json = NULL;
    if (!lv_bayeux_next(f->bayeux, f->now, &f->sent))
        return NULL;
    assert_int_equal(live_json_parse(f->sent.text, f->sent.length, &f->json, NULL), LIVE_OK);
    assert_true(cJSON_IsArray(f->json)); // C-01
    return f->json->child;
}

static void answer(fixture *f, lv_slot slot, const char *text)
{
    lv_bayeux_answer(f->bayeux, slot, text, strlen(text), f->now);
}

// Answers with %s replaced by the id of the message that was sent last.
static void answer_last(fixture *f, const char *format)
{
    char text[1024];
    const char *at = strstr(format, "%s");

    assert_non_null(f->json);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - format), format,
             live_json_str(f->json->child, "id", "?"), at + 2);
    answer(f, f->sent.slot, text);
}

static void break_off(fixture *f, lv_slot slot, live_err code, int http, bool retry)
{
    live_error error = { .code = code, .http = http, .retry = retry };

    lv_bayeux_fail(f->bayeux, slot, &error, f->now);
}

static const char *channel(const cJSON *message)
{
    return live_json_str(message, "channel", "nothing");
}

// The kind of the next notice; its data is printed into `text`.
static int notice(fixture *f, char *text, size_t size)
{
    lv_notice got = { 0 };

    if (text)
        *text = '\0';
    if (!lv_bayeux_take(f->bayeux, &got))
        return -1;
    int kind = (int)got.kind;
    if (text && got.data)
        cJSON_PrintPreallocated(got.data, text, (int)size, false);
    lv_notice_clear(&got);
    return kind;
}

static void handshake(fixture *f)
{
    assert_string_equal(channel(next(f)), "/meta/handshake");
    answer_last(
        f,
        "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,\"clientId\":\"c1\","
        "\"version\":\"1.0\",\"supportedConnectionTypes\":[\"long-polling\"],"
        "\"advice\":{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}}]");
}

static void connect_once(fixture *f)
{
    assert_string_equal(channel(next(f)), "/meta/connect");
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true}]");
}

static void connect_first(fixture *f)
{
    handshake(f);
    connect_once(f);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_CONNECTED);
}

static void subscribe(fixture *f, const char *name)
{
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, name, NULL), LIVE_OK);
    assert_string_equal(channel(next(f)), "/meta/connect");
    assert_string_equal(channel(next(f)), "/meta/subscribe");
    answer_last(f, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":true}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_SUBSCRIBED);
}

static void C_03_client_id_is_in_every_message_but_the_handshake(void **state)
{
    fixture *f = *state;

    assert_null(live_json_get(next(f), "clientId"));
    answer(f, LV_SLOT_CONNECT, HANDSHAKEN);
    assert_string_equal(live_json_str(next(f), "clientId", ""), "c1");
}

static void C_04_an_id_that_comes_back_as_a_number_is_matched(void **state)
{
    fixture *f = *state;

    handshake(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":%s,\"successful\":true}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_CONNECTED);
}

static void C_05_C_36_events_before_and_after_a_reply_are_delivered_in_order(void **state)
{
    fixture *f = *state;
    char text[64];

    connect_first(f);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    next(f);
    next(f);
    answer_last(f,
                "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/meta/subscribe\",\"id\":\"%s\","
                "\"successful\":true},{\"channel\":\"/a\",\"data\":2}]");
    assert_int_equal(notice(f, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "1");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_SUBSCRIBED);
    assert_int_equal(notice(f, text, sizeof text), LV_NOTICE_EVENT);
    assert_string_equal(text, "2");
}

static void C_06_data_of_each_type_is_delivered_unchanged(void **state)
{
    static const char *const values[] = { "{\"a\":[1]}", "[1,2]", "\"x\"", "1.5",
                                          "true",        "false", "null" };
    fixture *f = *state;
    char payload[128], text[64];

    connect_first(f);
    subscribe(f, "/a");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        snprintf(payload, sizeof payload, "[{\"channel\":\"/a\",\"data\":%s}]", values[i]);
        answer(f, LV_SLOT_OTHER, payload);
        assert_int_equal(notice(f, text, sizeof text), LV_NOTICE_EVENT);
        assert_string_equal(text, values[i]);
    }
}

static void C_07_unknown_members_and_meta_channels_are_ignored(void **state)
{
    fixture *f = *state;

    handshake(f);
    next(f);
    answer_last(f,
                "[{\"channel\":\"/meta/new\",\"x\":1},{\"channel\":\"/meta/connect\",\"id\":\"%s\","
                "\"successful\":true,\"ext\":7,\"advice\":[],\"zzz\":{}}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_CONNECTED);
    assert_int_equal(notice(f, NULL, 0), -1);
}

static void C_08_a_reply_without_successful_is_a_failure(void **state)
{
    fixture *f = *state;

    handshake(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\"}]");
    assert_int_equal(notice(f, NULL, 0), -1);
    assert_true(lv_bayeux_due(f->bayeux) > f->now);
}

static void C_10_C_11_C_47_an_answer_without_the_reply_is_a_failure(void **state)
{
    static const char *const answers[] = { "[]", "[{", "", "7",
                                           "[{\"channel\":\"/x\",\"data\":1}]" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_string_equal(channel(next(f)), "/meta/handshake");
        answer(f, LV_SLOT_CONNECT, answers[i]);
        assert_null(next(f));
        f->now = lv_bayeux_due(f->bayeux);
    }
}

static void C_12_the_handshake_is_alone_and_whole(void **state)
{
    fixture *f = *state;
    const cJSON *message = next(f);

    assert_null(message->next);
    assert_string_equal(live_json_str(message, "version", ""), "1.0");
    assert_int_equal(cJSON_GetArraySize(live_json_get(message, "supportedConnectionTypes")), 1);
}

static void C_13_no_transport_in_common_ends_it(void **state)
{
    fixture *f = *state;

    next(f);
    answer_last(
        f, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,\"clientId\":\"c\","
           "\"supportedConnectionTypes\":[\"websocket\"]}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_TERMINATED);
    assert_null(next(f));
}

static void C_14_a_refused_handshake_with_none_ends_it(void **state)
{
    fixture *f = *state;

    next(f);
    answer_last(f, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":false,"
                   "\"error\":\"403::denied\",\"advice\":{\"reconnect\":\"none\"}}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_TERMINATED);
    f->now += 1000000;
    assert_null(next(f));
}

static void C_15_a_refused_handshake_is_tried_again_after_interval_and_backoff(void **state)
{
    fixture *f = *state;

    next(f);
    answer_last(f, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":false,"
                   "\"advice\":{\"reconnect\":\"handshake\",\"interval\":500}}]");
    assert_int_equal(lv_bayeux_due(f->bayeux), f->now + 1500);
    f->now += 1500;
    assert_string_equal(channel(next(f)), "/meta/handshake");
}

static void C_16_C_62_waits_grow_by_a_second_to_the_ceiling(void **state)
{
    fixture *f = *state;

    for (int64_t i = 1; i <= 70; i++) {
        assert_non_null(next(f));
        break_off(f, LV_SLOT_CONNECT, LIVE_E_CONNECT, 0, true);
        assert_int_equal(lv_bayeux_due(f->bayeux) - f->now, (i < 60 ? i : 60) * 1000);
        f->now = lv_bayeux_due(f->bayeux);
    }
    handshake(f);
    assert_int_equal(lv_bayeux_due(f->bayeux), f->now);
}

static void C_17_a_handshake_without_client_id_is_a_failure(void **state)
{
    fixture *f = *state;

    next(f);
    answer_last(f, "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,"
                   "\"supportedConnectionTypes\":[\"long-polling\"]}]");
    assert_null(next(f));
    f->now = lv_bayeux_due(f->bayeux);
    assert_string_equal(channel(next(f)), "/meta/handshake");
}

static void C_19_C_20_the_first_connect_has_timeout_zero_and_is_alone(void **state)
{
    fixture *f = *state;

    handshake(f);
    const cJSON *message = next(f);
    assert_int_equal(live_json_int(live_json_get(message, "advice"), "timeout", -1), 0);
    assert_string_equal(live_json_str(message, "connectionType", ""), "long-polling");
    assert_null(next(f));
}

static void C_21_the_next_connect_waits_for_the_interval(void **state)
{
    fixture *f = *state;

    handshake(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                   "\"advice\":{\"reconnect\":\"retry\",\"interval\":\"300\",\"timeout\":5000}}]");
    assert_null(next(f));
    f->now += 299;
    assert_null(next(f));
    f->now += 1;
    assert_null(live_json_get(next(f), "advice"));
    assert_int_equal(f->sent.timeout_ms, 5000 + 10000); // C-29
}

static void C_22_C_28_none_and_a_negative_interval_end_the_loop(void **state)
{
    static const char *const advice[] = { "\"reconnect\":\"none\"", "\"interval\":-1" };
    char format[256];

    for (size_t i = 0; i < 2; i++) {
        fixture *f = *state;
        handshake(f);
        next(f);
        snprintf(
            format, sizeof format,
            "[{\"channel\":\"/meta/connect\",\"id\":\"%%s\",\"successful\":true,\"advice\":{%s}}]",
            advice[i]);
        answer_last(f, format);
        assert_int_equal(notice(f, NULL, 0), LV_NOTICE_TERMINATED);
        assert_null(next(f));
        tear_down(state);
        set_up(state);
    }
}

static void C_23_C_24_C_25_advice_is_kept_replaced_and_overridden(void **state)
{
    fixture *f = *state;

    connect_first(f);
    next(f);
    assert_int_equal(f->sent.timeout_ms, 30000 + 10000);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                   "\"advice\":{\"reconnect\":\"retry\"}}]");
    next(f);
    assert_int_equal(f->sent.timeout_ms, 60000 + 10000);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,"
                   "\"advice\":{\"timeout\":1000,\"long-polling\":{\"timeout\":2000}}}]");
    next(f);
    assert_int_equal(f->sent.timeout_ms, 2000 + 10000);
}

static void C_26_C_27_a_refused_connect_follows_the_advice(void **state)
{
    fixture *f = *state;

    connect_first(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                   "\"advice\":{\"reconnect\":\"retry\",\"interval\":100}}]");
    assert_int_equal(lv_bayeux_due(f->bayeux), f->now + 1100);
    f->now += 1100;
    assert_string_equal(live_json_str(next(f), "clientId", ""), "c1");
    assert_int_equal(live_json_int(live_json_get(f->json->child, "advice"), "timeout", -1), 0);
    answer_last(f,
                "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                "\"error\":\"402::x\",\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]");
    assert_string_equal(channel(next(f)), "/meta/handshake");
}

static void C_30_a_late_reply_starts_no_second_loop_but_its_events_count(void **state)
{
    fixture *f = *state;
    char text[32];

    connect_first(f);
    subscribe(f, "/a");
    break_off(f, LV_SLOT_CONNECT, LIVE_E_TIMEOUT, 0, true);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_LOST);
    answer(f, LV_SLOT_CONNECT,
           "[{\"channel\":\"/a\",\"data\":5},{\"channel\":\"/meta/connect\","
           "\"id\":\"3\",\"successful\":true}]");
    assert_int_equal(notice(f, text, sizeof text), LV_NOTICE_EVENT);
    assert_null(next(f)); // the wait goes on
    f->now = lv_bayeux_due(f->bayeux);
    connect_once(f);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_RESTORED);
}

static void C_31_multiple_clients_is_told(void **state)
{
    fixture *f = *state;

    connect_first(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true,\"advice\":"
                   "{\"multiple-clients\":true,\"interval\":2000,\"timeout\":1000}}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_POLLING);
    assert_int_equal(lv_bayeux_due(f->bayeux), f->now + 2000);
}

static void C_33_C_34_C_35_requests_go_beside_the_connect_in_one_payload(void **state)
{
    fixture *f = *state;

    connect_first(f);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/b", NULL), LIVE_OK);
    assert_string_equal(channel(next(f)), "/meta/connect");
    assert_int_equal(f->sent.slot, LV_SLOT_CONNECT);
    next(f);
    assert_int_equal(f->sent.slot, LV_SLOT_OTHER);
    assert_int_equal(cJSON_GetArraySize(f->json), 2);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/c", NULL), LIVE_OK);
    assert_null(next(f)); // no third request
}

static void C_37_a_denied_subscription_is_told_and_not_made_again(void **state)
{
    fixture *f = *state;

    connect_first(f);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    next(f);
    next(f);
    answer_last(f, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
                   "\"error\":\"403::denied\"}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_DENIED);
    assert_null(next(f));
}

static void C_38_unsubscribing_ends_delivery_also_when_it_is_refused(void **state)
{
    fixture *f = *state;

    connect_first(f);
    subscribe(f, "/a");
    lv_bayeux_unsubscribe(f->bayeux, "/a");
    assert_string_equal(channel(next(f)), "/meta/unsubscribe");
    answer_last(f,
                "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/meta/unsubscribe\",\"id\":\"%s\","
                "\"successful\":false}]");
    assert_int_equal(notice(f, NULL, 0), -1);
    assert_null(next(f));
}

static void C_40_patterns_cover_concrete_channels_once(void **state)
{
    fixture *f = *state;

    assert_true(lv_bayeux_matches("/a/*", "/a/b"));
    assert_false(lv_bayeux_matches("/a/*", "/a/b/c"));
    assert_false(lv_bayeux_matches("/a/*", "/ab"));
    assert_true(lv_bayeux_matches("/a/**", "/a/b/c"));
    assert_false(lv_bayeux_matches("/a/**", "/a"));
    connect_first(f);
    subscribe(f, "/a/**");
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a/b", NULL), LIVE_OK);
    answer(f, LV_SLOT_OTHER, "[{\"channel\":\"/a/b\",\"data\":1},{\"channel\":\"/c\",\"data\":2}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_EVENT);
    assert_int_equal(notice(f, NULL, 0), -1);
}

static void C_41_C_42_several_402_start_one_handshake_and_all_is_subscribed_again(void **state)
{
    fixture *f = *state;

    connect_first(f);
    subscribe(f, "/kept");
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/b", NULL), LIVE_OK);
    assert_non_null(next(f));
    char text[512];
    snprintf(text, sizeof text,
             "[{\"channel\":\"/meta/"
             "subscribe\",\"id\":\"%s\",\"successful\":false,\"error\":\"402::x\"},"
             "{\"channel\":\"/meta/"
             "subscribe\",\"id\":\"%s\",\"successful\":false,\"error\":\"402::x\"}]",
             live_json_str(f->json->child, "id", ""),
             live_json_str(f->json->child->next, "id", ""));
    answer(f, LV_SLOT_OTHER, text);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_LOST);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_FORGOTTEN);
    handshake(f);
    connect_once(f);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_REHANDSHAKEN);
    next(f); // connect
    next(f);
    assert_int_equal(cJSON_GetArraySize(f->json), 3);
}

static void C_41_a_server_that_never_knows_the_session_is_asked_less_and_less(void **state)
{
    fixture *f = *state;

    connect_first(f);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    for (int64_t i = 0; i < 5; i++) {
        next(f); // connect
        next(f);
        answer_last(f, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":false,"
                       "\"error\":\"402::x\"}]");
        assert_int_equal(lv_bayeux_due(f->bayeux), f->now + i * 1000);
        f->now = lv_bayeux_due(f->bayeux);
        handshake(f);
        connect_once(f);
    }
}

static void C_43_disconnect_is_sent_once_and_ends_whatever_the_server_does(void **state)
{
    fixture *f = *state;

    connect_first(f);
    next(f);
    lv_bayeux_disconnect(f->bayeux);
    lv_bayeux_disconnect(f->bayeux);
    assert_string_equal(channel(next(f)), "/meta/disconnect");
    break_off(f, LV_SLOT_OTHER, LIVE_E_TIMEOUT, 0, true);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_TERMINATED);
    assert_null(next(f));
}

static void C_45_failed_connects_never_lead_to_a_busy_loop(void **state)
{
    static const int statuses[] = { 400, 401, 403, 404, 408, 500, 503 };
    fixture *f = *state;

    connect_first(f);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        assert_non_null(next(f));
        break_off(f, LV_SLOT_CONNECT, LIVE_E_HTTP, statuses[i], statuses[i] >= 500);
        assert_null(next(f));
        assert_true(lv_bayeux_due(f->bayeux) >= f->now + 1000);
        f->now = lv_bayeux_due(f->bayeux);
    }
}

static void C_45_C_47_failed_subscriptions_wait_longer_each_time(void **state)
{
    fixture *f = *state;

    connect_first(f);
    assert_int_equal(lv_bayeux_subscribe(f->bayeux, "/a", NULL), LIVE_OK);
    assert_string_equal(channel(next(f)), "/meta/connect"); // held, all the time
    for (int i = 1; i <= 4; i++) {
        assert_string_equal(channel(next(f)), "/meta/subscribe");
        if (i % 2)
            break_off(f, LV_SLOT_OTHER, LIVE_E_HTTP, 500, true);
        else
            answer(f, LV_SLOT_OTHER, "[]");
        assert_null(next(f));
        assert_int_equal(lv_bayeux_due(f->bayeux), f->now + i * 1000);
        f->now = lv_bayeux_due(f->bayeux);
    }
    assert_string_equal(channel(next(f)), "/meta/subscribe");
    answer_last(f, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":true}]");
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_SUBSCRIBED);
    assert_int_equal(lv_bayeux_due(f->bayeux), LIVE_FOREVER);
}

static void C_48_C_49_a_handshake_that_is_not_let_in_ends_it(void **state)
{
    static const int statuses[] = { 401, 302 };

    for (size_t i = 0; i < 2; i++) {
        fixture *f = *state;
        next(f);
        break_off(f, LV_SLOT_CONNECT, LIVE_E_AUTH, statuses[i], false);
        assert_int_equal(notice(f, NULL, 0), LV_NOTICE_TERMINATED);
        tear_down(state);
        set_up(state);
    }
}

static void C_65_states_are_told_once_and_in_order(void **state)
{
    fixture *f = *state;

    connect_first(f);
    for (int i = 0; i < 3; i++) {
        next(f);
        break_off(f, LV_SLOT_CONNECT, LIVE_E_CONNECT, 0, true);
        f->now = lv_bayeux_due(f->bayeux);
    }
    connect_once(f);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_LOST);
    assert_int_equal(notice(f, NULL, 0), LV_NOTICE_RESTORED);
    assert_int_equal(notice(f, NULL, 0), -1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(C_03_client_id_is_in_every_message_but_the_handshake),
        CASE(C_04_an_id_that_comes_back_as_a_number_is_matched),
        CASE(C_05_C_36_events_before_and_after_a_reply_are_delivered_in_order),
        CASE(C_06_data_of_each_type_is_delivered_unchanged),
        CASE(C_07_unknown_members_and_meta_channels_are_ignored),
        CASE(C_08_a_reply_without_successful_is_a_failure),
        CASE(C_10_C_11_C_47_an_answer_without_the_reply_is_a_failure),
        CASE(C_12_the_handshake_is_alone_and_whole),
        CASE(C_13_no_transport_in_common_ends_it),
        CASE(C_14_a_refused_handshake_with_none_ends_it),
        CASE(C_15_a_refused_handshake_is_tried_again_after_interval_and_backoff),
        CASE(C_16_C_62_waits_grow_by_a_second_to_the_ceiling),
        CASE(C_17_a_handshake_without_client_id_is_a_failure),
        CASE(C_19_C_20_the_first_connect_has_timeout_zero_and_is_alone),
        CASE(C_21_the_next_connect_waits_for_the_interval),
        CASE(C_22_C_28_none_and_a_negative_interval_end_the_loop),
        CASE(C_23_C_24_C_25_advice_is_kept_replaced_and_overridden),
        CASE(C_26_C_27_a_refused_connect_follows_the_advice),
        CASE(C_30_a_late_reply_starts_no_second_loop_but_its_events_count),
        CASE(C_31_multiple_clients_is_told),
        CASE(C_33_C_34_C_35_requests_go_beside_the_connect_in_one_payload),
        CASE(C_37_a_denied_subscription_is_told_and_not_made_again),
        CASE(C_38_unsubscribing_ends_delivery_also_when_it_is_refused),
        CASE(C_40_patterns_cover_concrete_channels_once),
        CASE(C_41_C_42_several_402_start_one_handshake_and_all_is_subscribed_again),
        CASE(C_41_a_server_that_never_knows_the_session_is_asked_less_and_less),
        CASE(C_43_disconnect_is_sent_once_and_ends_whatever_the_server_does),
        CASE(C_45_failed_connects_never_lead_to_a_busy_loop),
        CASE(C_45_C_47_failed_subscriptions_wait_longer_each_time),
        CASE(C_48_C_49_a_handshake_that_is_not_let_in_ends_it),
        CASE(C_65_states_are_told_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
