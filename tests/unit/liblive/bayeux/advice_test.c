// SPDX-License-Identifier: Apache-2.0
// Advice of a server, right and wrong.
#include "bayeux/advice.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static lv_advice read(const char *text)
{
    lv_advice advice;
    cJSON *json = NULL;

    lv_advice_init(&advice);
    assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    lv_advice_read(&advice, json, "long-polling");
    cJSON_Delete(json);
    return advice;
}

static void without_a_word_the_defaults_hold(void **state)
{
    lv_advice advice = read("{}");

    (void)state;
    assert_int_equal(advice.reconnect, LV_RECONNECT_UNSET);
    assert_int_equal(advice.interval_ms, 0);
    assert_int_equal(advice.timeout_ms, 60000);
    assert_false(advice.multiple_clients);
}

static void each_word_for_reconnecting_is_known_and_others_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(read("{\"reconnect\":\"retry\"}").reconnect, LV_RECONNECT_RETRY);
    assert_int_equal(read("{\"reconnect\":\"handshake\"}").reconnect, LV_RECONNECT_HANDSHAKE);
    assert_int_equal(read("{\"reconnect\":\"none\"}").reconnect, LV_RECONNECT_NONE);
    assert_int_equal(read("{\"reconnect\":\"later\"}").reconnect, LV_RECONNECT_UNKNOWN);
    assert_int_equal(read("{\"reconnect\":7}").reconnect, LV_RECONNECT_UNKNOWN);
}

static void numbers_may_be_texts_and_nonsense_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(read("{\"timeout\":\"2500\"}").timeout_ms, 2500);
    assert_int_equal(read("{\"timeout\":2.5e3}").timeout_ms, 2500);
    assert_int_equal(read("{\"timeout\":\"soon\"}").timeout_ms, 60000);
    assert_int_equal(read("{\"timeout\":\"\"}").timeout_ms, 60000);
    assert_int_equal(read("{\"timeout\":\"5 s\"}").timeout_ms, 60000);
    assert_int_equal(read("{\"timeout\":null}").timeout_ms, 60000);
    assert_int_equal(read("{\"timeout\":{}}").timeout_ms, 60000);
}

static void times_stay_within_a_day_and_never_read_as_negative(void **state)
{
    lv_advice advice = read("{\"interval\":-5,\"timeout\":1e300}");

    (void)state;
    assert_int_equal(advice.interval_ms, -1);
    assert_int_equal(lv_advice_interval(&advice), 0);
    assert_int_equal(lv_advice_timeout(&advice), 24 * 3600 * 1000);
    advice = read("{\"timeout\":-1}");
    assert_int_equal(lv_advice_timeout(&advice), 0);
}

static void not_a_number_at_all_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(read("{\"interval\":\"nan\"}").interval_ms, 0);
    assert_int_equal(read("{\"timeout\":\"nan\"}").timeout_ms, 60000);
    assert_int_equal(read("{\"timeout\":\"inf\"}").timeout_ms, 24 * 3600 * 1000);
}

static void its_transports_section_wins_member_by_member(void **state)
{
    lv_advice advice = read("{\"interval\":10,\"timeout\":20,\"long-polling\":{\"interval\":30},"
                            "\"websocket\":{\"timeout\":40}}");

    (void)state;
    assert_int_equal(advice.interval_ms, 30);
    assert_int_equal(advice.timeout_ms, 20);
}

static void what_is_no_object_changes_nothing(void **state)
{
    lv_advice advice = read("{\"timeout\":20}");
    cJSON *list = cJSON_CreateArray();

    (void)state;
    lv_advice_read(&advice, list, "long-polling");
    lv_advice_read(&advice, NULL, "long-polling");
    assert_int_equal(advice.timeout_ms, 20);
    cJSON_Delete(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_the_defaults_hold),
        cmocka_unit_test(each_word_for_reconnecting_is_known_and_others_are_told_apart),
        cmocka_unit_test(numbers_may_be_texts_and_nonsense_is_left_out),
        cmocka_unit_test(times_stay_within_a_day_and_never_read_as_negative),
        cmocka_unit_test(not_a_number_at_all_is_left_out),
        cmocka_unit_test(its_transports_section_wins_member_by_member),
        cmocka_unit_test(what_is_no_object_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
