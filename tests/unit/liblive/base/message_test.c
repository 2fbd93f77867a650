// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: messenger events as recorded, and messages as anybody may write them.
#include <live/event.h>
#include <live/json.h>
#include <live/message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "recording.h"

static const live_author oliver = { .id = 2, .name = "Oliver" };
static const live_author ann = { .id = 9, .name = "Ann" };

static void is_as_recorded(const char *file, int request, cJSON *event)
{
    assert_non_null(event);
    assert_int_equal(live_event_check(event, NULL), LIVE_OK);
    recording_is(file, request, event);
    cJSON_Delete(event);
}

static void P_15_a_message_and_a_marker_are_as_recorded(void **state)
{
    const live_author driller = { .id = 2, .name = "Driller" };

    (void)state;
    is_as_recorded("messenger_send_author_name.json", 0,
                   live_message_new("room-1", &driller, "hello"));
    is_as_recorded("messenger_send_event.json", 0, live_marker_new("raw_well", "MSG", "hello", 0));
    is_as_recorded("messenger_send_both.json", 0, live_marker_new("raw_well", "MSG", "hello", 0));
    is_as_recorded("messenger_send_both.json", 1, live_message_new("room-1", &oliver, "hello"));
}

static void P_16_membership_has_both_lists(void **state)
{
    (void)state;
    is_as_recorded("messenger_join.json", 0, live_join_new(&oliver));
    is_as_recorded("messenger_add_to_room.json", 0, live_room_add_new("room-1", &ann, &oliver));
    is_as_recorded("messenger_remove_from_room.json", 0,
                   live_room_remove_new("room-1", &ann, &oliver));
}

static void a_marker_stands_at_its_time(void **state)
{
    cJSON *marker = live_marker_new("t", "M", "x", 1600000000000);

    (void)state;
    assert_int_equal(live_json_int(marker, "liverig__index__timestamp", 0), 1600000000000);
    cJSON_Delete(marker);
}

static void P_15_what_lacks_a_part_is_refused(void **state)
{
    const live_author nameless = { .id = 2 }, unnamed = { .id = 2, .name = "" };
    live_error error;

    (void)state;
    assert_null(live_message_new(NULL, &oliver, "x"));
    assert_null(live_message_new("", &oliver, "x"));
    assert_null(live_message_new("r", NULL, "x"));
    assert_null(live_message_new("r", &nameless, "x"));
    assert_null(live_message_new("r", &unnamed, "x"));
    assert_null(live_message_new("r", &oliver, NULL));
    assert_null(live_marker_new(NULL, "M", "x", 0));
    assert_null(live_marker_new("t", "", "x", 0));
    assert_null(live_marker_new("t", "M", NULL, 0));
    assert_null(live_join_new(NULL));
    assert_null(live_join_new(&nameless));
    assert_null(live_room_add_new("r", &oliver, NULL));
    assert_null(live_room_add_new("r", NULL, &ann));
    assert_null(live_room_add_new("", &oliver, &ann));
    assert_null(live_room_remove_new("r", &oliver, &unnamed));

    assert_int_equal(live_message_check("", &oliver, "x", &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "a message has a room");
    assert_int_equal(live_message_check("r", &nameless, "x", &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "a message has an author with a name");
    assert_int_equal(live_message_check("r", &oliver, NULL, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "a message has a text");
    assert_int_equal(live_message_check("r", &oliver, "", &error), LIVE_OK);
}

static void a_text_that_is_not_utf8_is_refused_when_it_is_sent(void **state)
{
    cJSON *event = live_message_new("r", &oliver, "\xff");
    live_error error;

    (void)state;
    assert_int_equal(live_event_check(event, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "member 'message' is not valid UTF-8");
    cJSON_Delete(event);
}

static void an_id_beyond_a_double_is_written_exactly(void **state)
{
    const live_author big = { .id = INT64_C(9007199254740993), .name = "x" };
    cJSON *event = live_join_new(&big);
    char *text = NULL;

    (void)state;
    assert_int_equal(live_json_print(event, &text, NULL), LIVE_OK);
    assert_non_null(strstr(text, "\"id\":9007199254740993,"));
    free(text);
    cJSON_Delete(event);
}

// Reading

static bool reads(cJSON **event, const char *json, live_message *message)
{
    *event = cJSON_Parse(json);
    assert_non_null(*event);
    return live_message_read(*event, message);
}

static void a_message_is_read_as_it_was_made(void **state)
{
    cJSON *event = live_message_new("room-1", &oliver, "*hello* <http://x|y>");
    live_message message;

    (void)state;
    assert_true(live_message_read(event, &message));
    assert_string_equal(message.text, "*hello* <http://x|y>");
    assert_string_equal(message.room_id, "room-1");
    assert_int_equal(message.author.id, 2);
    assert_string_equal(message.author.name, "Oliver");
    assert_int_equal(message.created_ms, live_json_int(event, "createdAt", 0));
    assert_int_equal(strlen(message.uid), 36);
    assert_string_equal(message.time_zone, "UTC");
    assert_false(message.deleted);
    cJSON_Delete(event);
}

static void P_18_a_time_that_is_none_does_not_fail(void **state)
{
    static const struct {
        const char *members;
        int64_t created_ms;
    } cases[] = {
        { "\"x\":0", 0 },
        { "\"createdAt\":null", 0 },
        { "\"createdAt\":\"yesterday\"", 0 },
        { "\"createdAt\":\"\"", 0 },
        { "\"createdAt\":[1]", 0 },
        { "\"createdAt\":true", 0 },
        { "\"createdAt\":-5", 0 },
        { "\"createdAt\":1e300", 0 },
        { "\"createdAt\":\"nan\"", 0 },
        { "\"createdAt\":\"1e999\"", 0 },
        { "\"createdAt\":1.7E12", 1700000000000 },
        { "\"createdAt\":1700000000000.75", 1700000000000 },
        { "\"createdAt\":\"1700000000000\"", 1700000000000 },
        { "\"createdAt\":null,\"timestamp\":1700000000001", 1700000000001 },
        { "\"createdAt\":1700000000000,\"timestamp\":1700000000001", 1700000000000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[256];
        cJSON *event;
        live_message message;

        snprintf(json, sizeof json, "{\"__type\":\"__message\",\"message\":\"m\",%s}",
                 cases[i].members);
        assert_true(reads(&event, json, &message));
        if (message.created_ms != cases[i].created_ms)
            fail_msg("%s: %lld", cases[i].members, (long long)message.created_ms);
        cJSON_Delete(event);
    }
}

static void P_18_an_unknown_time_zone_does_not_fail_and_is_never_a_path(void **state)
{
    static const char *const zones[][2] = {
        { "\"America/Sao_Paulo\"", "America/Sao_Paulo" },
        { "\"Etc/GMT+3\"", "Etc/GMT+3" },
        { "\"Mars/Olympus_Mons\"", "Mars/Olympus_Mons" },
        { "null", "UTC" },
        { "7", "UTC" },
        { "\"\"", "UTC" },
        { "\"/etc/passwd\"", "UTC" },
        { "\":../../x\"", "UTC" },
        { "\"a/../../x\"", "UTC" },
        { "\"a b\"", "UTC" },
        { "\"ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE\"", "UTC" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char json[256];
        cJSON *event;
        live_message message;

        snprintf(json, sizeof json, "{\"__type\":\"__message\",\"message\":\"m\",\"timeZone\":%s}",
                 zones[i][0]);
        assert_true(reads(&event, json, &message));
        assert_string_equal(message.time_zone, zones[i][1]);
        cJSON_Delete(event);
    }
}

static void what_says_nothing_is_no_message(void **state)
{
    static const char *const events[] = {
        "{}",
        "[]",
        "null",
        "7",
        "{\"__type\":\"__message\"}",
        "{\"__type\":\"__message\",\"message\":null}",
        "{\"__type\":\"__message\",\"message\":{\"a\":1}}",
        "{\"__type\":\"__messages\",\"message\":\"m\"}",
        "{\"__type\":7,\"message\":\"m\"}",
        "{\"message\":\"m\"}",
        "{\"__type\":\"__message\",\"message\":\"m\",\"__delete\":true}",
        "{\"__type\":\"__message\",\"message\":\"m\",\"__delete\":\"by ann\"}",
    };
    live_message message;

    (void)state;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        cJSON *event;
        if (reads(&event, events[i], &message))
            fail_msg("%s is a message", events[i]);
        assert_non_null(message.author.name);
        assert_non_null(message.room_id);
        assert_non_null(message.uid);
        cJSON_Delete(event);
    }
    assert_false(live_message_read(NULL, &message));
    assert_string_equal(message.time_zone, "UTC");
}

static void authors_and_rooms_may_be_anything(void **state)
{
    static const struct {
        const char *members, *name, *room;
        int64_t id;
    } cases[] = {
        { "\"author\":null,\"room\":null", "", "", 0 },
        { "\"author\":\"Ann\",\"room\":\"r\"", "", "", 0 },
        { "\"author\":{\"id\":\"12\",\"name\":null},\"room\":{\"id\":7}", "", "", 12 },
        { "\"author\":{\"id\":\"x\",\"name\":\"Ann\"},\"room\":{\"id\":\"r\"}", "Ann", "r", 0 },
        { "\"author\":{\"id\":3.0},\"room\":{\"id\":\"\"}", "", "", 3 },
        { "\"author\":{\"id\":1e300},\"room\":[]", "", "", 0 },
        { "\"author\":[{\"id\":3}],\"room\":{}", "", "", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[256];
        cJSON *event;
        live_message message;

        snprintf(json, sizeof json, "{\"__type\":\"__message\",\"message\":\"\",%s}",
                 cases[i].members);
        assert_true(reads(&event, json, &message));
        assert_int_equal(message.author.id, cases[i].id);
        assert_string_equal(message.author.name, cases[i].name);
        assert_string_equal(message.room_id, cases[i].room);
        cJSON_Delete(event);
    }
}

static void a_megabyte_and_control_characters_are_read_as_they_are(void **state)
{
    size_t length = 1 << 20;
    char *text = test_malloc(length + 1);
    live_message message;

    (void)state;
    memset(text, '\x1b', length);
    text[length] = '\0';
    cJSON *event = live_message_new("r", &ann, text);
    assert_true(live_message_read(event, &message));
    assert_string_equal(message.text, text);
    cJSON_Delete(event);
    test_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P_15_a_message_and_a_marker_are_as_recorded),
        cmocka_unit_test(P_15_what_lacks_a_part_is_refused),
        cmocka_unit_test(P_16_membership_has_both_lists),
        cmocka_unit_test(P_18_a_time_that_is_none_does_not_fail),
        cmocka_unit_test(P_18_an_unknown_time_zone_does_not_fail_and_is_never_a_path),
        cmocka_unit_test(a_marker_stands_at_its_time),
        cmocka_unit_test(a_megabyte_and_control_characters_are_read_as_they_are),
        cmocka_unit_test(a_message_is_read_as_it_was_made),
        cmocka_unit_test(a_text_that_is_not_utf8_is_refused_when_it_is_sent),
        cmocka_unit_test(an_id_beyond_a_double_is_written_exactly),
        cmocka_unit_test(authors_and_rooms_may_be_anything),
        cmocka_unit_test(what_says_nothing_is_no_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
