// SPDX-License-Identifier: Apache-2.0
// What belongs to an action stands together.
#include "log_tree.h"

#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

// The texts of the lines in their order, each behind its indentation.
static void expect(const char *json, const char *text)
{
    cJSON *lines = cJSON_Parse(json);
    const cJSON *line;
    char got[512] = "";

    assert_non_null(lines);
    log_tree_order(lines);
    cJSON_ArrayForEach (line, lines) {
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, "%*s%s\n", log_tree_indent(line), "",
                 live_json_str(line, "text", ""));
    }
    assert_string_equal(got, text);
    cJSON_Delete(lines);
}

#define LINE(text, task, level)                                                                    \
    "{\"text\":\"" text "\",\"task_uuid\":\"" task "\",\"task_level\":" level "}"
#define MARK(text, task, level)                                                                    \
    "{\"text\":\"" text "\",\"task_uuid\":\"" task "\",\"task_level\":" level                      \
    ",\"action_status\":\"started\"}"

static void lines_without_actions_stay_as_they_are(void **state)
{
    (void)state;
    expect("[]", "");
    expect("[{\"text\":\"b\"},{\"text\":\"a\"},{\"text\":\"c\"}]", "b\na\nc\n");
}

static void lines_of_two_tasks_do_not_mix(void **state)
{
    (void)state;
    expect("[" MARK("one", "z", "[1]") "," MARK("two", "a", "[1]") ",{\"text\":\"alone\"}," LINE(
               "in one", "z", "[2]") "," LINE("in two", "a", "[2]") "]",
           "one\n  in one\ntwo\n  in two\nalone\n");
}

static void places_count_as_numbers_and_parts_stand_in_their_whole(void **state)
{
    (void)state;
    expect("[" MARK("start", "t", "[1]") "," LINE("eleventh", "t", "[11]") "," LINE(
               "third", "t", "[3]") "," MARK("part ends", "t",
                                             "[2,10]") "," MARK("part", "t",
                                                                "[2,1]") "," LINE("in part", "t",
                                                                                  "[2,2]") "]",
           "start\n  part\n    in part\n  part ends\n  third\n  eleventh\n");
}

static void lines_of_one_place_keep_their_order(void **state)
{
    (void)state;
    expect(
        "[" LINE("first", "t", "[1]") "," LINE("second", "t", "[1]") "," LINE("odd", "t", "7") "]",
        "odd\n  first\n  second\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_without_actions_stay_as_they_are),
        cmocka_unit_test(lines_of_two_tasks_do_not_mix),
        cmocka_unit_test(places_count_as_numbers_and_parts_stand_in_their_whole),
        cmocka_unit_test(lines_of_one_place_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
