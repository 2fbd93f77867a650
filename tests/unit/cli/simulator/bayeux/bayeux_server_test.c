// SPDX-License-Identifier: Apache-2.0
// Server checks of the CometD conversation, by their numbers, in simulated time.
#include "bayeux/channel.h"
#include "bayeux_bench.h"

static void S_01_S_02_S_03_an_array_or_an_object_is_taken_nothing_else(void **state)
{
    fixture *f = *state;

    assert_non_null(strstr(post(f, HANDSHAKE), "\"successful\":true"));
    assert_non_null(strstr(post(f, "[" HANDSHAKE "]"), "\"successful\":true"));
    post(f, "[]");
    assert_int_equal(f->status, 400);
    post(f, "{");
    assert_int_equal(f->status, 400);
}

static void S_04_ids_come_back_as_they_were(void **state)
{
    static const char *const ids[] = { "\"7\"", "7", "1.5" };
    fixture *f = *state;
    char message[256], expected[64];

    handshake(f);
    for (size_t i = 0; i < 3; i++) {
        snprintf(message, sizeof message,
                 "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%%s\",\"id\":%s}]", ids[i]);
        snprintf(expected, sizeof expected, "\"id\":%s,", ids[i]);
        assert_non_null(strstr(post(f, message), expected));
    }
    assert_null(strstr(post(f, "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\"}]"), "\"id\""));
}

static void S_05_an_id_may_come_again(void **state)
{
    fixture *f = *state;

    handshake(f);
    for (int i = 0; i < 3; i++)
        assert_string_equal(
            post(f, "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\",\"id\":\"0\"}]"),
            "[{\"channel\":\"/a\",\"id\":\"0\",\"successful\":true}]");
}

static void S_06_S_07_S_08_each_message_has_its_reply(void **state)
{
    fixture *f = *state;

    handshake(f);
    const char *text =
        post(f, "[{\"id\":\"a\"},{\"channel\":\"/\\\"x\",\"id\":\"b\"},"
                "{\"channel\":\"/ok\",\"data\":1,\"clientId\":\"%s\",\"id\":\"c\"}]");
    assert_non_null(strstr(text, "400::channel_missing"));
    assert_non_null(strstr(text, "405::channel_invalid"));
    assert_non_null(strstr(text, "\"channel\":\"/ok\",\"id\":\"c\",\"successful\":true"));
}

static void S_10_S_69_a_handshake_says_everything(void **state)
{
    static const char *const parts[] = {
        "\"clientId\":\"", "\"version\":\"1.0\"",
        "\"supportedConnectionTypes\":[\"long-polling\",\"websocket\"]",
        "\"advice\":{\"reconnect\":\"retry\",\"interval\":0,\"timeout\":30000}"
    };
    fixture *f = *state;

    post(f, "[" HANDSHAKE "]");
    for (size_t i = 0; i < 4; i++)
        assert_non_null(strstr(f->text, parts[i]));
}

static void S_14_a_handshake_with_an_old_id_makes_a_new_session(void **state)
{
    fixture *f = *state;
    char first[64];

    handshake(f);
    memcpy(first, f->id, sizeof first);
    post(f, "[{\"channel\":\"/meta/handshake\",\"clientId\":\"%s\","
            "\"supportedConnectionTypes\":[\"long-polling\"]}]");
    assert_non_null(strstr(f->text, "\"successful\":true"));
    assert_null(strstr(f->text, first));
    assert_int_equal(bayeux_session_count(f->server), 2);
}

static void S_12_no_common_transport_is_refused_and_unknown_ones_are_passed_over(void **state)
{
    fixture *f = *state;

    post(f, "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"pigeon\",7]}]");
    assert_non_null(strstr(f->text, "\"successful\":false"));
    assert_non_null(
        strstr(f->text, "\"supportedConnectionTypes\":[\"long-polling\",\"websocket\"]"));
    assert_int_equal(bayeux_session_count(f->server), 0);
    post(f, "[{\"channel\":\"/meta/handshake\","
            "\"supportedConnectionTypes\":[\"pigeon\",7,\"long-polling\"]}]");
    assert_non_null(strstr(f->text, "\"successful\":true"));
}

static void S_13_a_handshake_stands_alone_wherever_it_is(void **state)
{
#define OTHER "{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\"}"
    static const char *const payloads[] = { "[" HANDSHAKE "," OTHER "]",
                                            "[" OTHER "," HANDSHAKE "]",
                                            "[" HANDSHAKE "," HANDSHAKE "]" };
    fixture *f = *state;

    connect_and_subscribe(f);
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        cJSON *replies = cJSON_Parse(post(f, payloads[i]));
        assert_int_equal(cJSON_GetArraySize(replies), 1);
        assert_string_equal(live_json_str(replies->child, "channel", ""), "/meta/handshake");
        assert_true(cJSON_IsTrue(live_json_get(replies->child, "successful")));
        cJSON_Delete(replies);
    }
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll); // nothing was published
}

static bool refuse(const cJSON *ext, void *user)
{
    (void)ext;
    (void)user;
    return false;
}

static int set_up_refusing(void **state)
{
    return set_up_with(state, (bayeux_options){ .may_handshake = refuse });
}

static void S_15_refused_credentials_make_no_session(void **state)
{
    fixture *f = *state;

    post(f, "[" HANDSHAKE "]");
    assert_non_null(strstr(f->text, "403::handshake_denied"));
    assert_non_null(strstr(f->text, "\"reconnect\":\"none\""));
    assert_null(strstr(f->text, "clientId"));
    assert_int_equal(bayeux_session_count(f->server), 0);
}

static void S_18_S_19_the_first_connect_is_answered_the_second_is_held(void **state)
{
    fixture *f = *state;

    handshake(f);
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "\"timeout\":30000"));
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll);
    pass(f, 29999);
    assert_non_null(f->poll);
    pass(f, 1);
    assert_string_equal(f->text,
                        "[{\"channel\":\"/meta/connect\",\"id\":\"2\",\"successful\":true}]");
}

static void S_18_so_is_a_first_connect_that_asks_for_it(void **state)
{
    fixture *f = *state;

    handshake(f);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"advice\":{\"timeout\":0}}]");
    assert_null(f->poll);
    assert_non_null(strstr(f->text, "\"interval\":0,\"timeout\":30000"));
}

static void S_20_the_client_may_ask_for_less(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"advice\":{\"timeout\":0}}]");
    assert_null(f->poll);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"advice\":{\"timeout\":500}}]");
    pass(f, 499);
    assert_non_null(f->poll);
    pass(f, 1);
    assert_null(f->poll);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"advice\":{\"timeout\":60000}}]");
    pass(f, 29999);
    assert_non_null(f->poll);
    pass(f, 1);
    assert_null(f->poll);
}

static void S_21_an_event_ends_the_hold(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT "]");
    publish(f, "/a", "{\"n\":1.5}");
    assert_string_equal(f->text,
                        "[{\"channel\":\"/a\",\"data\":{\"n\":1.5}},"
                        "{\"channel\":\"/meta/connect\",\"id\":\"2\",\"successful\":true}]");
}

static void S_22_S_41_events_that_wait_are_sent_at_once_in_order(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    publish(f, "/a", "1");
    publish(f, "/a", "2");
    post(f, "[" CONNECT "]");
    assert_non_null(
        strstr(f->text, "{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/a\",\"data\":2}"));
}

static void S_23_a_batched_connect_is_not_held(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT ",{\"channel\":\"/x\",\"data\":1,\"clientId\":\"%s\",\"id\":\"9\"}]");
    assert_null(f->poll);
    assert_non_null(strstr(f->text, "\"id\":\"9\""));
}

static void S_24_a_second_connect_releases_the_first(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT "]");
    f->replies = 0;
    bayeux_poll *second = NULL;
    post(f, "[" CONNECT "]");
    second = f->poll;
    assert_int_equal(f->replies, 1);
    assert_int_equal(f->status, 408);
    assert_non_null(second);
    publish(f, "/a", "7");
    assert_non_null(strstr(f->text, "\"data\":7"));
}

static void S_25_S_37_an_unknown_client_is_told_so(void **state)
{
    fixture *f = *state;

    strcpy(f->id, "nobody");
    post(f, "[" CONNECT "]");
    assert_non_null(strstr(f->text, "402::session_unknown"));
    assert_non_null(strstr(f->text, "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}"));
    post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\"}]");
    assert_non_null(strstr(f->text, "402::"));
    assert_null(strstr(f->text, "advice"));
    post(f, "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\"}]");
    assert_non_null(strstr(f->text, "402::"));
    assert_null(strstr(f->text, "advice"));
}

static void S_26_a_poll_whose_peer_left_loses_nothing(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT "]");
    bayeux_poll_gone(f->poll);
    publish(f, "/a", "5");
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "\"data\":5"));
    post(f, "[" CONNECT "]");
    bayeux_poll_gone(f->poll);
    pass(f, 9999);
    assert_int_equal(bayeux_session_count(f->server), 1);
    pass(f, 1); // and who does not come back is forgotten, as ever
    assert_int_equal(bayeux_session_count(f->server), 0);
}

static void S_27_S_28_a_session_lives_as_long_as_it_connects(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    for (int i = 0; i < 5; i++) {
        post(f, "[" CONNECT "]");
        pass(f, 30000);
    }
    assert_int_equal(bayeux_session_count(f->server), 1);
    pass(f, 9999);
    assert_int_equal(bayeux_session_count(f->server), 1);
    pass(f, 1);
    assert_int_equal(bayeux_session_count(f->server), 0);
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "402::"));
}

static void S_28_publishing_does_not_keep_a_session(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    for (int i = 0; i < 9; i++) {
        pass(f, 1000);
        assert_non_null(strstr(post(f, "[{\"channel\":\"/x\",\"data\":1,\"clientId\":\"%s\"}]"),
                               "\"successful\":true"));
    }
    pass(f, 1000);
    assert_int_equal(bayeux_session_count(f->server), 0);
}

static void S_30_a_subscription_before_the_first_connect_has_its_events(void **state)
{
    fixture *f = *state;

    handshake(f);
    assert_non_null(strstr(post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\","
                                   "\"subscription\":\"/a\"}]"),
                           "\"successful\":true"));
    publish(f, "/a", "6");
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "\"data\":6"));
}

static void S_31_S_34_S_35_subscriptions_repeat_their_type_and_are_checked(void **state)
{
    static const struct {
        const char *subscription, *expected;
    } cases[] = {
        { "\"/b\"", "\"subscription\":\"/b\",\"successful\":true" },
        { "[\"/b\",\"/c\"]", "\"subscription\":[\"/b\",\"/c\"],\"successful\":true" },
        { "\"/meta/connect\"", "403:denied_by_security_policy:subscribe_denied" },
        { "\"nonsense\"", "403::subscription_invalid" },
        { "\"/a/*/b\"", "403::subscription_invalid" },
        { "\"/service/x\"", "\"successful\":true" },
    };
    fixture *f = *state;
    char message[256];

    handshake(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(message, sizeof message,
                 "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%%s\",\"subscription\":%s}]",
                 cases[i].subscription);
        assert_non_null(strstr(post(f, message), cases[i].expected));
    }
    assert_non_null(strstr(post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\"}]"),
                           "403::subscription_missing"));
}

static void S_32_S_33_overlapping_subscriptions_deliver_one_copy(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":[\"/a\",\"/"
            "*\",\"/**\"]}]");
    publish(f, "/a", "3");
    post(f, "[" CONNECT "]");
    char *first = strstr(f->text, "\"data\":3");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\"data\":3"));
    assert_true(bayeux_channel_covers("/data/**", "/data/a/b"));
    assert_false(bayeux_channel_covers("/data/*", "/data/a/b"));
    assert_false(bayeux_channel_covers("/data/*", "/data"));
    assert_false(bayeux_channel_covers("/data/**", "/data"));
    assert_false(bayeux_channel_covers("/data/*", "/database"));
    assert_false(bayeux_channel_covers("/**", "/meta/connect"));
}

static void S_35_S_40_a_service_reaches_no_subscriber(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\","
            "\"subscription\":[\"/service/x\",\"/**\"]}]");
    post(f, "[{\"channel\":\"/service/x\",\"data\":1,\"clientId\":\"%s\"}]");
    assert_string_equal(f->text, "[{\"channel\":\"/service/x\",\"successful\":true}]");
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll);
}

static void S_36_unsubscribing_stops_delivery(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    for (int i = 0; i < 2; i++)
        assert_non_null(
            strstr(post(f, "[{\"channel\":\"/meta/"
                           "unsubscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\"}]"),
                   "\"successful\":true"));
    publish(f, "/a", "1");
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll);
}

static void S_38_S_39_S_40_publishing(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/a\",\"data\":[1],\"clientId\":\"%s\",\"id\":\"8\"}]");
    assert_string_equal(f->text, "[{\"channel\":\"/a\",\"id\":\"8\",\"successful\":true},"
                                 "{\"channel\":\"/a\",\"data\":[1]}]");
    assert_non_null(strstr(post(f, "[{\"channel\":\"/meta/x\",\"data\":1,\"clientId\":\"%s\"}]"),
                           "publish_denied"));
    assert_non_null(strstr(post(f, "[{\"channel\":\"/a/*\",\"data\":1,\"clientId\":\"%s\"}]"),
                           "publish_denied"));
}

static void S_42_data_of_each_type_is_delivered(void **state)
{
    static const char *const values[] = {
        "null",
        "true",
        "false",
        "1.5",
        "-0.001",
        "9007199254740991",
        "0.30000000000000004",
        "\"x \\\" \xc3\xa4\"",
        "[1,{},[]]",
        "{\"a\":null,\"A\":{\"b\":[]}}",
    };
    fixture *f = *state;
    char expected[64];

    connect_and_subscribe(f);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        publish(f, "/a", values[i]);
        snprintf(expected, sizeof expected, "\"data\":%s}", values[i]);
        assert_non_null(strstr(post(f, "[" CONNECT "]"), expected));
    }
}

static void S_44_S_45_disconnecting_ends_the_session(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[" CONNECT "]");
    f->replies = 0;
    post(f, "[{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\",\"id\":\"9\"}]");
    assert_int_equal(f->replies, 2); // the held connect and the disconnect
    assert_non_null(
        strstr(f->text, "\"channel\":\"/meta/disconnect\",\"id\":\"9\",\"successful\":true"));
    assert_int_equal(bayeux_session_count(f->server), 0);
    assert_non_null(
        strstr(post(f, "[{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}]"), "402::"));
}

static int set_up_with_cookie(void **state)
{
    return set_up_with(state, (bayeux_options){ .require_cookie = true });
}

static void S_51_with_the_cookie_required_another_browser_is_unknown(void **state)
{
    fixture *f = *state;
    char text[256];

    handshake(f);
    snprintf(text, sizeof text, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\"}]", f->id);
    bayeux_post(f->server, text, strlen(text), "other", on_reply, f);
    assert_non_null(strstr(f->text, "402::"));
    bayeux_post(f->server, text, strlen(text), "", on_reply, f);
    assert_non_null(strstr(f->text, "402::"));
    bayeux_post(f->server, text, strlen(text), "browser", on_reply, f);
    assert_non_null(strstr(f->text, "\"successful\":true"));
}

static void S_51_else_any_browser_is_known(void **state)
{
    fixture *f = *state;
    char text[256];

    handshake(f);
    snprintf(text, sizeof text, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\"}]", f->id);
    bayeux_post(f->server, text, strlen(text), "other", on_reply, f);
    assert_non_null(strstr(f->text, "\"successful\":true"));
}

static void S_60_acks_are_given_only_to_who_asks_with_true(void **state)
{
    static const char *const wishes[] = { "\"true\"", "1", "false", "{}" };
    fixture *f = *state;
    char message[256];

    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        snprintf(message, sizeof message,
                 "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":"
                 "[\"long-polling\"],\"ext\":{\"ack\":%s}}]",
                 wishes[i]);
        assert_non_null(strstr(post(f, message), "\"successful\":true"));
        assert_null(strstr(f->text, "\"ext\""));
    }
}

static void S_65_an_unknown_extension_is_passed_over(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\",\"ext\":{\"sparkle\":[1]}},"
            "{\"channel\":\"/b\",\"data\":1,\"clientId\":\"%s\",\"ext\":\"none\"}]");
    assert_string_equal(f->text, "[{\"channel\":\"/a\",\"successful\":true},"
                                 "{\"channel\":\"/b\",\"successful\":true},"
                                 "{\"channel\":\"/a\",\"data\":1}]");
}

static void S_60_S_61_S_62_unacknowledged_events_are_sent_again(void **state)
{
    fixture *f = *state;

    post(f, "[{\"channel\":\"/meta/"
            "handshake\",\"supportedConnectionTypes\":[\"long-polling\"],\"ext\":{\"ack\":true}}]");
    assert_non_null(strstr(f->text, "\"ext\":{\"ack\":true}"));
    sscanf(strstr(f->text, "clientId\":\"") + 11, "%32[0-9a-f]", f->id);
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":0}}]");
    assert_non_null(strstr(f->text, "\"ack\":1"));
    post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/a\"}]");
    publish(f, "/a", "1");
    post(f, "[{\"channel\":\"/x\",\"data\":1,\"clientId\":\"%s\"}]");
    assert_null(strstr(f->text, "/a")); // events ride on connect replies only
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":1}}]");
    assert_non_null(strstr(f->text, "\"data\":1"));
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":1}}]");
    assert_non_null(strstr(f->text, "\"data\":1")); // at once, without a newer one
    publish(f, "/a", "2");
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":1}}]");
    assert_non_null(
        strstr(f->text, "{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/a\",\"data\":2}"));
    assert_non_null(strstr(f->text, "\"ack\":4"));
    post(f, "[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"ext\":{\"ack\":4}}]");
    assert_non_null(f->poll);
}

static int set_up_with_small_queue(void **state)
{
    return set_up_with(state, (bayeux_options){ .max_queue = 2 });
}

static void S_70_a_queue_that_overflows_costs_its_own_session(void **state)
{
    fixture *f = *state;
    char other[64];

    handshake(f);
    post(f, "[" CONNECT "]");
    memcpy(other, f->id, sizeof other);
    connect_and_subscribe(f);
    for (int i = 0; i < 3; i++)
        publish(f, "/a", "1");
    assert_non_null(strstr(post(f, "[" CONNECT "]"), "402::"));
    memcpy(f->id, other, sizeof other);
    post(f, "[" CONNECT "]");
    assert_non_null(f->poll);
}

static void S_70_a_session_may_overflow_its_own_queue(void **state)
{
    fixture *f = *state;

    connect_and_subscribe(f);
    post(f, "[{\"channel\":\"/a\",\"data\":1,\"clientId\":\"%s\"},"
            "{\"channel\":\"/a\",\"data\":2,\"clientId\":\"%s\"},"
            "{\"channel\":\"/a\",\"data\":3,\"clientId\":\"%s\"}]");
    assert_int_equal(f->status, 200);
    assert_int_equal(bayeux_session_count(f->server), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(S_01_S_02_S_03_an_array_or_an_object_is_taken_nothing_else),
        CASE(S_04_ids_come_back_as_they_were),
        CASE(S_05_an_id_may_come_again),
        CASE(S_06_S_07_S_08_each_message_has_its_reply),
        CASE(S_10_S_69_a_handshake_says_everything),
        CASE(S_14_a_handshake_with_an_old_id_makes_a_new_session),
        CASE(S_12_no_common_transport_is_refused_and_unknown_ones_are_passed_over),
        CASE(S_13_a_handshake_stands_alone_wherever_it_is),
        OWN(S_15_refused_credentials_make_no_session, set_up_refusing),
        CASE(S_18_S_19_the_first_connect_is_answered_the_second_is_held),
        CASE(S_18_so_is_a_first_connect_that_asks_for_it),
        CASE(S_20_the_client_may_ask_for_less),
        CASE(S_21_an_event_ends_the_hold),
        CASE(S_22_S_41_events_that_wait_are_sent_at_once_in_order),
        CASE(S_23_a_batched_connect_is_not_held),
        CASE(S_24_a_second_connect_releases_the_first),
        CASE(S_25_S_37_an_unknown_client_is_told_so),
        CASE(S_26_a_poll_whose_peer_left_loses_nothing),
        CASE(S_27_S_28_a_session_lives_as_long_as_it_connects),
        CASE(S_28_publishing_does_not_keep_a_session),
        CASE(S_30_a_subscription_before_the_first_connect_has_its_events),
        CASE(S_31_S_34_S_35_subscriptions_repeat_their_type_and_are_checked),
        CASE(S_32_S_33_overlapping_subscriptions_deliver_one_copy),
        CASE(S_35_S_40_a_service_reaches_no_subscriber),
        CASE(S_36_unsubscribing_stops_delivery),
        CASE(S_38_S_39_S_40_publishing),
        CASE(S_42_data_of_each_type_is_delivered),
        CASE(S_44_S_45_disconnecting_ends_the_session),
        OWN(S_51_with_the_cookie_required_another_browser_is_unknown, set_up_with_cookie),
        CASE(S_51_else_any_browser_is_known),
        CASE(S_60_acks_are_given_only_to_who_asks_with_true),
        CASE(S_65_an_unknown_extension_is_passed_over),
        CASE(S_60_S_61_S_62_unacknowledged_events_are_sent_again),
        OWN(S_70_a_queue_that_overflows_costs_its_own_session, set_up_with_small_queue),
        OWN(S_70_a_session_may_overflow_its_own_queue, set_up_with_small_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
