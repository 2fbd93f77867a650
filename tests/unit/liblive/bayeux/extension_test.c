// SPDX-License-Identifier: Apache-2.0
// Acknowledged delivery and the server's clock. Client checks by their numbers.
#include "bayeux/extension.h"

#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "bayeux_talk.h"
#include "cmocka_all.h"

static int open_with(void **state, lv_bayeux_options options)
{
    int rc = talk_open(state);
    bayeux_talk *talk = *state;

    lv_bayeux_free(talk->bayeux);
    return rc ? rc : (int)lv_bayeux_new(&options, talk->now, &talk->bayeux, NULL);
}

static int open_ack(void **state)
{
    return open_with(state, (lv_bayeux_options){ .ack = true });
}

static int open_ack_on_websocket(void **state)
{
    return open_with(state, (lv_bayeux_options){ .ack = true, .websocket = true });
}

static int open_timesync(void **state)
{
    return open_with(state, (lv_bayeux_options){ .timesync = true });
}

static int open_timesync_on_websocket(void **state)
{
    return open_with(state, (lv_bayeux_options){ .timesync = true, .websocket = true });
}

#define HANDSHAKEN                                                                                 \
    "[{\"channel\":\"/meta/handshake\",\"id\":\"%s\",\"successful\":true,\"clientId\":\"c1\","     \
    "\"supportedConnectionTypes\":[\"long-polling\",\"websocket\"],\"ext\":"
#define EVENT     "{\"channel\":\"/a\",\"data\":%d}"
#define CONNECTED "{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":true"

static const cJSON *ext(const bayeux_talk *talk, const char *name)
{
    return live_json_get(live_json_get(talk->json->child, "ext"), name);
}

static double acknowledged(const bayeux_talk *talk)
{
    const cJSON *number = ext(talk, "ack");

    return cJSON_IsNumber(number) ? number->valuedouble : -1;
}

// Agrees to acknowledgements and answers the first connect with batch 1.
static void begin(bayeux_talk *talk)
{
    talk_next_due(talk);
    assert_true(cJSON_IsTrue(ext(talk, "ack")));
    talk_answer_last(talk, HANDSHAKEN "{\"ack\":true}}]");
    talk_next(talk);
    assert_int_equal(acknowledged(talk), 0);
    talk_answer_last(talk, "[" CONNECTED ",\"ext\":{\"ack\":1}}]");
    talk_notice(talk, NULL, 0);
}

static size_t count_events(bayeux_talk *talk, const char *due)
{
    char text[64], all[256] = "";
    size_t count = 0;

    for (int kind; (kind = talk_notice(talk, text, sizeof text)) >= 0;) {
        if (kind != LV_NOTICE_EVENT)
            continue;
        strcat(all, text);
        count++;
    }
    assert_string_equal(all, due);
    return count;
}

static void C_58_the_last_batch_is_named_in_each_connect(void **state)
{
    bayeux_talk *talk = *state;

    begin(talk);
    for (int batch = 2; batch < 5; batch++) {
        char answer[128];
        talk_next(talk);
        assert_int_equal(acknowledged(talk), batch - 1);
        snprintf(answer, sizeof answer, "[" CONNECTED ",\"ext\":{\"ack\":%d}}]", "%s", batch);
        talk_answer_last(talk, answer);
    }
}

static void C_58_a_server_that_does_not_agree_is_sent_nothing_of_it(void **state)
{
    static const char *const answers[] = { "{}", "{\"ack\":false}", "{\"ack\":\"true\"}", "7",
                                           "{\"ack\":{\"enabled\":false,\"batch\":3}}" };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        bayeux_talk *talk = *state;
        char text[512];
        talk_next(talk);
        snprintf(text, sizeof text, HANDSHAKEN "%s}]", "%s", answers[i]);
        talk_answer_last(talk, text);
        talk_next(talk);
        assert_null(live_json_get(talk->json->child, "ext"));
        assert_false(lv_bayeux_acknowledges(talk->bayeux));
        talk_close(state);
        open_ack(state);
    }
}

static void C_58_the_handshake_may_bring_a_batch(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk);
    talk_answer_last(talk, HANDSHAKEN "{\"ack\":{\"enabled\":true,\"batch\":3}}}]");
    talk_next(talk);
    assert_int_equal(acknowledged(talk), 3);
}

static void C_59_a_batch_sent_again_after_a_lost_answer_is_delivered_once(void **state)
{
    bayeux_talk *talk = *state;

    begin(talk);
    talk_subscribe(talk, "/a");
    talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_CLOSED, 0, true); // the answer with batch 2 is lost
    talk_next_due(talk);
    assert_int_equal(acknowledged(talk), 1);
    talk_answer_last(talk,
                     "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/a\",\"data\":2}," CONNECTED
                     ",\"ext\":{\"ack\":3}},{\"channel\":\"/a\",\"data\":3}]");
    assert_int_equal(count_events(talk, "123"), 3);
    talk_next(talk);
    assert_int_equal(acknowledged(talk), 3);
}

static void C_59_the_late_answer_of_a_connect_given_up_delivers_nothing(void **state)
{
    bayeux_talk *talk = *state;

    begin(talk);
    talk_subscribe(talk, "/a");
    talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_TIMEOUT, 0, true);
    talk_next_due(talk);
    talk_answer(talk, LV_SLOT_CONNECT,
                "[{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/meta/connect\",\"id\":\"3\","
                "\"successful\":true,\"ext\":{\"ack\":2}}]");
    count_events(talk, "");
    talk_next_due(talk); // what came could not be told from what is sent again
    assert_int_equal(acknowledged(talk), 1);
    talk_answer_last(talk, "[{\"channel\":\"/a\",\"data\":1}," CONNECTED ",\"ext\":{\"ack\":3}}]");
    count_events(talk, "1");
}

static void receive(bayeux_talk *talk, const char *text)
{
    assert_int_equal(lv_bayeux_receive(talk->bayeux, text, strlen(text), talk->now, NULL), LIVE_OK);
}

static void C_59_events_ahead_of_a_reply_that_never_came_are_not_delivered_twice(void **state)
{
    bayeux_talk *talk = *state;
    const live_error lost = { .code = LIVE_E_CLOSED, .retry = true };
    char text[256];

    talk_next(talk);
    talk_answer_last(talk, HANDSHAKEN "{\"ack\":true}}]");
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    talk_next(talk);
    assert_int_equal(talk->sent.transport, LV_WEBSOCKET);
    receive(
        talk,
        "[{\"channel\":\"/meta/connect\",\"id\":\"2\",\"successful\":true,\"ext\":{\"ack\":1}}]");
    talk_next(talk);
    receive(talk,
            "[{\"channel\":\"/a\",\"data\":1}]"); // each in a message of its own, the reply last
    receive(talk, "[{\"channel\":\"/a\",\"data\":2}]");
    lv_bayeux_lose_socket(talk->bayeux, &lost, talk->now);
    count_events(talk, "");
    talk_next_due(talk);
    receive(talk, "[{\"channel\":\"/a\",\"data\":1}]");
    receive(talk, "[{\"channel\":\"/a\",\"data\":2}]");
    snprintf(text, sizeof text, "[" CONNECTED ",\"ext\":{\"ack\":3}}]",
             live_json_str(talk->json->child, "id", ""));
    receive(talk, text);
    count_events(talk, "12");
}

static void C_60_a_new_session_counts_anew(void **state)
{
    bayeux_talk *talk = *state;

    begin(talk);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                           "\"error\":\"402::x\",\"advice\":{\"reconnect\":\"handshake\"}}]");
    talk->now += 100000;
    begin(talk); // which expects 0
    talk_next(talk);
    assert_int_equal(acknowledged(talk), 1);
}

static void C_61_the_offset_is_computed_from_what_the_server_says(void **state)
{
    bayeux_talk *talk = *state;
    char text[512];
    int64_t offset = 0;

    talk_next(talk);
    assert_int_equal(live_json_int(ext(talk, "timesync"), "tc", 0), talk->now);
    talk_answer_last(talk, HANDSHAKEN "{}}]");
    assert_false(lv_bayeux_clock_offset(talk->bayeux, &offset));
    talk_next(talk);
    int64_t sent = talk->now;
    talk->now += 140; // 20 each way, and 100 at the server, whose clock is 5000 ahead
    snprintf(text, sizeof text,
             "[" CONNECTED ",\"ext\":{\"timesync\":{\"tc\":%lld,\"ts\":%lld,\"p\":100,\"a\":5}}}]",
             "%s", (long long)sent, (long long)(sent + 20 + 5000));
    talk_answer_last(talk, text);
    assert_true(lv_bayeux_clock_offset(talk->bayeux, &offset));
    assert_int_equal(offset, 5000);
    talk_next(talk);
    assert_int_equal(live_json_int(ext(talk, "timesync"), "l", 0), 20);
    assert_int_equal(live_json_int(ext(talk, "timesync"), "o", 0), 5000);
}

static void C_61_what_no_clock_says_is_passed_over(void **state)
{
    static const char *const answers[] = {
        "{\"tc\":1e300,\"ts\":1,\"p\":0}",
        "{\"tc\":-1,\"ts\":1}",
        "{\"tc\":5,\"ts\":1e18,\"p\":0}",
        "{\"tc\":5,\"ts\":7,\"p\":-1}",
        "{\"tc\":5,\"ts\":7,\"p\":9e15}",
        "[]",
        "{\"tc\":\"5\"}",
    };
    lv_extensions extensions = { .timesync = true };
    int64_t offset;

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char text[256];
        cJSON *reply = NULL;
        snprintf(text, sizeof text, "{\"ext\":{\"timesync\":%s}}", answers[i]);
        assert_int_equal(live_json_parse(text, strlen(text), &reply, NULL), LIVE_OK);
        lv_extensions_read(&extensions, reply, 1000);
        assert_false(lv_extensions_offset(&extensions, &offset));
        cJSON_Delete(reply);
    }
}

static void C_61_the_last_ten_answers_are_averaged(void **state)
{
    lv_extensions extensions = { .timesync = true };
    int64_t offset = 0;

    (void)state;
    for (int i = 0; i < 15; i++) {
        char text[256];
        cJSON *reply = NULL;
        snprintf(text, sizeof text, "{\"ext\":{\"timesync\":{\"tc\":1000,\"ts\":%d,\"p\":0}}}",
                 i < 5 ? 900000 : 2000 + i);
        assert_int_equal(live_json_parse(text, strlen(text), &reply, NULL), LIVE_OK);
        lv_extensions_read(&extensions, reply, 1000);
        cJSON_Delete(reply);
    }
    assert_true(lv_extensions_offset(&extensions, &offset));
    assert_int_equal(offset, 1009); // of 1005 to 1014
}

static void a_connect_is_sent_twice_only_where_the_server_repeats_itself(void **state)
{
    bayeux_talk *talk = *state;

    for (int agrees = 0; agrees < 2; agrees++) {
        talk_next_due(talk);
        assert_false(talk->sent.once); // a handshake
        talk_answer_last(talk, agrees ? HANDSHAKEN "{\"ack\":true}}]" : HANDSHAKEN "{}}]");
        talk_next_due(talk);
        assert_int_equal(talk->sent.once, !agrees);
        talk_answer_last(talk, "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
                               "\"error\":\"402::\",\"advice\":{\"reconnect\":\"handshake\"}}]");
    }
}

static void without_acknowledgements_any_answer_may_be_lost_with_events(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    talk_next(talk); // the connect that is held
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/subscribe");
    talk_fail(talk, LV_SLOT_OTHER, LIVE_E_CONNECT, 0, true); // it was not sent
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
    assert_string_equal(talk_channel(talk_next_due(talk)), "/meta/subscribe");
    talk_fail(talk, LV_SLOT_OTHER, LIVE_E_CLOSED, 0, true);
    assert_int_equal(talk_notice(talk, NULL, 0), LV_NOTICE_LOST);
}

static void read_clock(lv_extensions *extensions, int64_t now, int64_t theirs)
{
    char text[256];
    cJSON *reply = NULL;

    snprintf(text, sizeof text, "{\"ext\":{\"timesync\":{\"tc\":1000,\"ts\":%lld,\"p\":0}}}",
             (long long)theirs);
    assert_int_equal(live_json_parse(text, strlen(text), &reply, NULL), LIVE_OK);
    lv_extensions_read(extensions, reply, now);
    cJSON_Delete(reply);
}

static void a_clock_that_was_set_is_believed_at_once(void **state)
{
    lv_extensions extensions = { .timesync = true };
    int64_t offset = 0;

    (void)state;
    for (int i = 0; i < 10; i++)
        read_clock(&extensions, 1040, 61020 + i % 3);
    assert_true(lv_extensions_offset(&extensions, &offset));
    assert_in_range(offset, 60000, 60002);
    assert_int_equal(lv_extensions_doubt(&extensions),
                     22);                 // half of the way and back, and rounding
    read_clock(&extensions, 1600, 61200); // a slow answer says less, and nothing else
    assert_int_equal(extensions.samples, 11);
    read_clock(&extensions, 1040, 4661020);
    assert_int_equal(extensions.samples, 1);
    assert_true(lv_extensions_offset(&extensions, &offset));
    assert_int_equal(offset, 4660000);
}

int main(void)
{
#define TIMESYNC(name)                                                                             \
    { #name, name, open_timesync, talk_close, NULL },                                              \
    {                                                                                              \
#name "_on_a_websocket", name, open_timesync_on_websocket, talk_close, NULL                \
    }
#define ACK_ON_POLLING(name)                                                                       \
    {                                                                                              \
#name, name, open_ack, talk_close, NULL                                                    \
    }
#define ACK(name)                                                                                  \
    { #name, name, open_ack, talk_close, NULL },                                                   \
    {                                                                                              \
#name "_on_a_websocket", name, open_ack_on_websocket, talk_close, NULL                     \
    }
    const struct CMUnitTest tests[] = {
        ACK(C_58_the_last_batch_is_named_in_each_connect),
        ACK(C_58_a_server_that_does_not_agree_is_sent_nothing_of_it),
        ACK(C_58_the_handshake_may_bring_a_batch),
        ACK(C_59_a_batch_sent_again_after_a_lost_answer_is_delivered_once),
        ACK_ON_POLLING(C_59_the_late_answer_of_a_connect_given_up_delivers_nothing),
        cmocka_unit_test_setup_teardown(
            C_59_events_ahead_of_a_reply_that_never_came_are_not_delivered_twice,
            open_ack_on_websocket, talk_close),
        ACK(C_60_a_new_session_counts_anew),
        ACK(without_acknowledgements_any_answer_may_be_lost_with_events),
        ACK(a_connect_is_sent_twice_only_where_the_server_repeats_itself),
        TIMESYNC(C_61_the_offset_is_computed_from_what_the_server_says),
        cmocka_unit_test(C_61_what_no_clock_says_is_passed_over),
        cmocka_unit_test(C_61_the_last_ten_answers_are_averaged),
        cmocka_unit_test(a_clock_that_was_set_is_believed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
