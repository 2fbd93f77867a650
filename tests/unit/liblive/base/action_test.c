// SPDX-License-Identifier: Apache-2.0
// What is logged finds its place in what is being done.
#include <live/action.h>
#include <live/log.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

// Each record as "[LEVEL] STATUS EVENT", and the tasks of the first and the last.
typedef struct heard {
    char text[1024], first[40], last[40];
} heard;

static void on_record(const live_log_record *record, void *user)
{
    heard *heard = user;
    size_t at = strlen(heard->text);

    for (size_t i = 0; i < record->task_depth; i++)
        at += (size_t)snprintf(heard->text + at, sizeof heard->text - at, "%s%d", i ? "." : "",
                               record->task_level[i]);
    snprintf(heard->text + at, sizeof heard->text - at, " %s %s\n",
             record->action_status ? record->action_status : "-", record->event);
    snprintf(*heard->first ? heard->last : heard->first, sizeof heard->last, "%s",
             record->task_uuid ? record->task_uuid : "");
}

static void lines_and_actions_nest(void **state)
{
    heard heard = { .text = "" };
    live_action outer, inner;
    live_error why = { 0 };

    (void)state;
    live_log_to(LIVE_LOG_INFO, on_record, &heard);
    live_action_begin(&outer, "outer", NULL);
    live_log(LIVE_LOG_INFO, "one", "text");
    live_log(LIVE_LOG_DEBUG, "unheard", "text");
    live_action_begin(&inner, "inner", "it");
    live_log(LIVE_LOG_INFO, "two", "text");
    live_fail(&why, LIVE_E_INVALID, "no");
    live_action_end(&inner, &why);
    live_log(LIVE_LOG_INFO, "three", "text");
    live_action_end(&outer, NULL);
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    assert_string_equal(heard.text, "1 started outer\n"
                                    "2 - one\n"
                                    "3.1 started inner\n"
                                    "3.2 - two\n"
                                    "3.3 failed inner\n"
                                    "4 - three\n"
                                    "5 succeeded outer\n");
    assert_int_equal(strlen(heard.first), 36);
    assert_string_equal(heard.first, heard.last);
}

static void one_that_is_left_goes_on_later(void **state)
{
    heard heard = { .text = "" };
    live_action slow, other;

    (void)state;
    live_log_to(LIVE_LOG_INFO, on_record, &heard);
    live_action_begin(&slow, "slow", NULL);
    live_action_leave(&slow);
    live_log(LIVE_LOG_INFO, "outside", "text");
    live_action_begin(&other, "other", NULL);
    live_action_enter(&slow);
    live_log(LIVE_LOG_INFO, "inside", "text");
    live_action_end(&slow, NULL);
    live_log(LIVE_LOG_INFO, "in other", "text");
    live_action_end(&other, NULL);
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    assert_string_equal(heard.text, "1 started slow\n - outside\n1 started other\n2 - inside\n"
                                    "3 succeeded slow\n2 - in other\n3 succeeded other\n");
}

static void a_part_elsewhere_has_the_place_that_was_reserved(void **state)
{
    char place[LIVE_ACTION_ID_BYTES], deeper[LIVE_ACTION_ID_BYTES];
    heard heard = { .text = "" };
    live_action whole, inner, part;

    (void)state;
    live_log_to(LIVE_LOG_INFO, on_record, &heard);
    live_action_reserve(place);
    assert_string_equal(place, "");
    live_action_begin(&whole, "whole", NULL);
    live_action_begin(&inner, "inner", NULL);
    live_action_reserve(place);
    live_action_end(&inner, NULL);
    live_action_end(&whole, NULL);
    assert_memory_equal(place, whole.task_uuid, 36);
    assert_string_equal(place + 36, "@/2/2");
    live_action_begin_at(&part, place, "part", "it"); // in another process
    live_action_reserve(deeper);
    assert_string_equal(deeper + 36, "@/2/2/2");
    live_action_end(&part, NULL);
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    assert_string_equal(heard.text,
                        "1 started whole\n2.1 started inner\n2.3 succeeded inner\n"
                        "3 succeeded whole\n2.2.1 started part\n2.2.3 succeeded part\n");
    assert_string_equal(heard.first, heard.last);
}

static void a_place_that_is_none_begins_a_task(void **state)
{
    static const char *const places[] = {
        "",
        "x",
        "0f0e0d0c-0b0a-4908-8706-050403020100",
        "0f0e0d0c-0b0a-4908-8706-050403020100@",
        "0f0e0d0c-0b0a-4908-8706-050403020100@1",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/0",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/1/",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/-1",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/99999999999",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1",
        "0f0e0d0c-0b0a-4908-8706-050403020100@/1x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        live_action action;
        live_action_begin_at(&action, places[i], "a", NULL);
        assert_int_equal(action.depth, 1);
        assert_int_not_equal(strncmp(action.task_uuid, "0f0e", 4), 0);
        live_action_end(&action, NULL);
    }
    live_action action;
    live_action_begin_at(&action, NULL, "a", NULL);
    assert_int_equal(action.depth, 1);
    live_action_end(&action, NULL);
}

static void what_belongs_to_none_has_no_place(void **state)
{
    heard heard = { .text = "" };
    live_action action;

    (void)state;
    live_log_to(LIVE_LOG_INFO, on_record, &heard);
    live_action_begin(&action, "a", NULL);
    live_action_end(&action, NULL);
    memset(&heard, 0, sizeof heard);
    live_log(LIVE_LOG_INFO, "one", "text");
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    assert_string_equal(heard.text, " - one\n");
    assert_string_equal(heard.first, "");
}

static void an_action_that_is_too_deep_is_a_part_of_the_deepest(void **state)
{
    live_action actions[LIVE_ACTION_DEPTH + 3];
    heard heard = { .text = "" };
    size_t count = sizeof actions / sizeof *actions;

    (void)state;
    live_log_to(LIVE_LOG_ERROR, on_record, &heard);
    for (size_t i = 0; i < count; i++)
        live_action_begin(&actions[i], "a", NULL);
    assert_int_equal(actions[count - 1].depth, LIVE_ACTION_DEPTH);
    for (size_t i = count; i > 0; i--)
        live_action_end(&actions[i - 1], NULL);
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    assert_string_equal(heard.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_actions_nest),
        cmocka_unit_test(one_that_is_left_goes_on_later),
        cmocka_unit_test(a_part_elsewhere_has_the_place_that_was_reserved),
        cmocka_unit_test(a_place_that_is_none_begins_a_task),
        cmocka_unit_test(what_belongs_to_none_has_no_place),
        cmocka_unit_test(an_action_that_is_too_deep_is_a_part_of_the_deepest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
