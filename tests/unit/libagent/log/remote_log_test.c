// SPDX-License-Identifier: Apache-2.0
// Lines of the log as the platform gets them from the Python agent too.
#include "log/remote_log.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

// The keys of an event, in their order, and those of its values that are known beforehand.
static void expect(const char *line, const char *due)
{
    cJSON *json = cJSON_Parse(line);
    cJSON *event = ag_remote_log_event(json, "dda_log");
    char *text = NULL;

    assert_non_null(json);
    assert_int_equal(live_json_print(event, &text, NULL), LIVE_OK);
    assert_string_equal(text, due);
    live_free(text);
    cJSON_Delete(event);
    cJSON_Delete(json);
}

static void a_message_has_the_captured_keys_in_their_order(void **state)
{
    (void)state;
    expect("{\"time_ms\":1500,\"level\":\"warn\",\"process\":\"count\",\"event\":\"query.timeout\","
           "\"text\":\"inside\",\"task_uuid\":\"u\",\"task_level\":[2]}",
           "{\"message\":\"inside\",\"process\":\"count\",\"event\":\"query.timeout\","
           "\"timestamp\":1.5,\"task_uuid\":\"u\",\"task_level\":[2],\"message_type\":\"warn\","
           "\"__type\":\"dda_log\"}");
}

static void an_action_has_its_status_and_no_message(void **state)
{
    (void)state;
    expect("{\"time_ms\":1500,\"level\":\"info\",\"process\":\"count\",\"event\":\"my action\","
           "\"text\":\"started\",\"task_uuid\":\"u\",\"task_level\":[3,1],"
           "\"action_status\":\"started\"}",
           "{\"process\":\"count\",\"action_status\":\"started\",\"timestamp\":1.5,"
           "\"task_uuid\":\"u\",\"action_type\":\"my action\",\"task_level\":[3,1],"
           "\"__type\":\"dda_log\"}");
}

static void a_message_of_no_action_is_a_task_of_its_own(void **state)
{
    cJSON *line = cJSON_Parse("{\"time_ms\":1,\"level\":\"info\",\"text\":\"hello\"}");
    cJSON *event = ag_remote_log_event(line, "x"), *other = ag_remote_log_event(line, "x");

    (void)state;
    assert_int_equal(strlen(live_json_str(event, "task_uuid", "")), 36);
    assert_string_not_equal(live_json_str(event, "task_uuid", ""),
                            live_json_str(other, "task_uuid", ""));
    assert_int_equal(cJSON_GetArraySize(live_json_get(event, "task_level")), 1);
    assert_string_equal(live_json_str(event, "__type", ""), "x");
    cJSON_Delete(event);
    cJSON_Delete(other);
    cJSON_Delete(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_has_the_captured_keys_in_their_order),
        cmocka_unit_test(an_action_has_its_status_and_no_message),
        cmocka_unit_test(a_message_of_no_action_is_a_task_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
