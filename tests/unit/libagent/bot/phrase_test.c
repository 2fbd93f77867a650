// SPDX-License-Identifier: Apache-2.0
// Numbers, lengths of time and words in what people write.
#include <agent/chat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_number_is_the_first_whole_one_that_stands_alone(void **unused)
{
    static const struct {
        const char *text;
        bool found;
        int64_t number;
    } cases[] = {
        { "over the last 5 minutes", true, 5 },
        { "-3 degrees", true, -3 },
        { "RIG12 and 7", true, 7 },
        { "RIG-12", true, 12 },
        { "none", false, 0 },
        { "", false, 0 },
        { "99999999999999999999", false, 0 },
        { "9223372036854775807", true, INT64_MAX },
        { "é5 6", true, 6 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number = 0;
        assert_int_equal(agent_find_int(cases[i].text, &number), cases[i].found);
        assert_int_equal(number, cases[i].number);
    }
}

static void a_length_of_time_has_a_number_or_a_word_that_says_one(void **unused)
{
    static const struct {
        const char *text;
        int64_t ms; // 0: none
    } cases[] = {
        { "over the last 5 minutes?", 300000 },
        { "90s", 90000 },
        { "1.5 hours", 5400000 },
        { "the last minute", 60000 },
        { "an hour ago", 3600000 },
        { "the past week", 604800000 },
        { "250 ms", 250 },
        { "2 h", 7200000 },
        { "Last Day", 86400000 },
        { "5 rigs in 10 min", 600000 },
        { "last minutes of RIG-5", 60000 },
        { "5 minutesx", 0 },
        { "breakfast hour", 0 },
        { "a m", 0 },
        { "the last rig", 0 },
        { "0 seconds", 0 },
        { "", 0 },
        { "1e300 days", 0 },
        { "5 Sekunden", 0 },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 0;
        bool found = agent_find_duration(cases[i].text, &ms);
        if (found != (cases[i].ms > 0) || ms != cases[i].ms)
            fail_msg("'%s' is %lld ms", cases[i].text, (long long)ms);
    }
}

static void a_word_is_found_whole_and_in_any_case(void **unused)
{
    (void)unused;
    assert_string_equal(agent_find_word("hey OLIVER, help", "Oliver"), "OLIVER, help");
    assert_string_equal(agent_find_word("Olivers or oliver", "oliver"), "oliver");
    assert_null(agent_find_word("bolivers", "oliver"));
    assert_null(agent_find_word("oliver_x", "oliver"));
    assert_null(agent_find_word("olivér", "oliv"));
    assert_non_null(agent_find_word("\xE2\x80\x9Coliver\xE2\x80\x9D", "oliver"));
    assert_non_null(agent_find_word("oliver\xF0\x9F\x98\x80", "oliver"));
    assert_non_null(agent_find_word("the rig bot's", "rig bot"));
    assert_null(agent_find_word("anything", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_the_first_whole_one_that_stands_alone),
        cmocka_unit_test(a_length_of_time_has_a_number_or_a_word_that_says_one),
        cmocka_unit_test(a_word_is_found_whole_and_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
