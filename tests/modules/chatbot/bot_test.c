// SPDX-License-Identifier: Apache-2.0
// The bot on the bench: messages in, messages out.
#include <agent/testing.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

extern const agent_module agent_module_v1;

#define OUTPUT "\"output\": {\"author\": {\"id\": 7, \"name\": \"Oliver\"}}"
#define OLIVER "{\"alias\": \"Oliver\", " OUTPUT "}"

static agent_bench *bot_with(const char *settings)
{
    agent_bench *bench = agent_bench_new(&agent_module_v1, "chatterbot", settings);

    if (agent_bench_error(bench))
        fail_msg("%s", agent_bench_error(bench)->text);
    return bench;
}

static void row(agent_bench *bench, const char *room, const char *author, const char *text)
{
    char line[8192];

    snprintf(line, sizeof line,
             "{\"__type\": \"__message\", \"uid\": \"u\", \"createdAt\": 1700000000000, "
             "\"message\": \"%s\","
             " \"room\": {\"id\": \"%s\"}, \"author\": {\"id\": 1, \"name\": \"%s\"}}",
             text, room, author);
    agent_bench_row(bench, line);
}

// What it says to Ada in a room; NULL: nothing.
static const char *tell(agent_bench *bench, const char *text)
{
    size_t before = 0;

    while (agent_bench_said(bench, before))
        before++;
    row(bench, "r1", "Ada", text);
    agent_bench_pass(bench, 0);
    assert_null(agent_bench_error(bench));
    return agent_bench_said(bench, before);
}

static void assert_begins(const char *text, const char *beginning)
{
    if (!text || strncmp(text, beginning, strlen(beginning)) != 0)
        fail_msg("'%s' does not begin with '%s'", text ? text : "(nothing)", beginning);
}

static void assert_has(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("'%s' has no '%s'", text ? text : "(nothing)", part);
}

// The log

static char logged[4096];

static void keep_log(const live_log_record *record, void *user)
{
    size_t length = strlen(logged);

    (void)user;
    snprintf(logged + length, sizeof logged - length, "%s\n", record->event);
}

static size_t times_logged(const char *event)
{
    size_t times = 0;

    for (const char *at = logged; (at = strstr(at, event)); at++)
        times++;
    return times;
}

static int clear_log(void **unused)
{
    (void)unused;
    *logged = '\0';
    live_log_to(LIVE_LOG_INFO, keep_log, NULL);
    return 0;
}

// What it watches

static void it_watches_messages_that_have_its_alias(void **unused)
{
    agent_bench *bench = bot_with("{\"alias\": \"O'Neil\"}");

    (void)unused;
    assert_string_equal(agent_bench_watched(bench),
                        "__message -__delete:* => @filter(message:lower():contains('o\\'neil'))");
    assert_null(agent_bench_watched_span(bench));
    agent_bench_free(bench);
}

static void without_settings_it_is_called_intelie_and_has_all_adapters(void **unused)
{
    agent_bench *bench = bot_with("{}");
    const char *said = tell(bench, "intelie, help");

    (void)unused;
    assert_has(said, "Lists the assets: *Intelie, list the assets*");
    assert_has(said, "Keeps values under names");
    agent_bench_free(bench);
}

static void settings_of_which_no_bot_can_be_made_are_refused(void **unused)
{
    static const char *const settings[] = {
        "{\"alias\": \"\"}",
        "{\"alias\": \" Oliver\"}",
        "{\"room_idle\": 0}",
        "{\"logic_adapters\": []}",
        "{\"minimum_confidence\": 0}", // whatever is said would start something
        "{\"minimum_confidence\": 1.1}",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        agent_bench *bench = agent_bench_new(&agent_module_v1, "chatterbot", settings[i]);
        assert_non_null(agent_bench_error(bench));
        assert_int_equal(agent_bench_error(bench)->code, LIVE_E_INVALID);
        agent_bench_free(bench);
    }
}

// Who is meant, who speaks

static void it_answers_whoever_says_its_name_and_nobody_else(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);

    (void)unused;
    assert_begins(tell(bench, "oliver help"), "This is what I can do:");
    assert_begins(tell(bench, "help, OLIVER!"), "This is what I can do:");
    assert_null(tell(bench, "Olivers help"));
    assert_null(tell(bench, "help"));
    agent_bench_free(bench);
}

static void its_answer_is_a_message_of_its_own_in_the_same_room(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);

    (void)unused;
    tell(bench, "oliver help");
    const cJSON *event = agent_bench_event(bench, agent_bench_event_count(bench) - 1);
    assert_string_equal(live_json_str(event, "__type", ""), "__message");
    assert_string_equal(live_json_str(event, "__src", ""), "chatbot");
    assert_string_equal(live_json_str(live_json_get(event, "room"), "id", ""), "r1");
    assert_string_equal(live_json_str(live_json_get(event, "author"), "name", ""), "Oliver");
    assert_int_equal(live_json_int(live_json_get(event, "author"), "id", 0), 7);
    agent_bench_free(bench);
}

static void without_an_author_it_speaks_as_its_alias_and_says_so_in_the_log(void **unused)
{
    agent_bench *bench = bot_with("{\"alias\": \"Oliver\"}");

    (void)unused;
    tell(bench, "oliver help");
    const cJSON *event = agent_bench_event(bench, agent_bench_event_count(bench) - 1);
    assert_string_equal(live_json_str(live_json_get(event, "author"), "name", ""), "Oliver");
    assert_int_equal(times_logged("chatbot.author"), 1);
    agent_bench_free(bench);
}

static void it_says_once_that_it_is_there_and_once_a_room_that_it_came(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);

    (void)unused;
    tell(bench, "oliver help");
    tell(bench, "oliver help");
    row(bench, "r2", "Ada", "oliver help");
    agent_bench_pass(bench, 0);
    assert_int_equal(agent_bench_event_count(bench), 6);
    const cJSON *joined = agent_bench_event(bench, 0), *came = agent_bench_event(bench, 1);
    assert_string_equal(live_json_str(joined, "action", ""), "user_joined_messenger");
    assert_string_equal(live_json_str(came, "action", ""), "room_users_updated");
    assert_string_equal(live_json_str(live_json_get(came, "sender"), "name", ""), "Ada");
    assert_string_equal(live_json_str(live_json_get(agent_bench_event(bench, 4), "room"), "id", ""),
                        "r2");
    assert_non_null(live_json_get(agent_bench_saved(bench, "rooms"), "r1"));
    assert_non_null(live_json_get(agent_bench_saved(bench, "rooms"), "r2"));
    agent_bench_free(bench);
}

static void bots_do_not_answer_bots_and_two_of_one_alias_are_logged_once(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);
    char renamed[512];

    (void)unused;
    tell(bench, "oliver help");
    size_t before = agent_bench_event_count(bench);
    for (size_t i = 0; i < before; i++) { // the platform tells it what it said itself
        char *text = cJSON_PrintUnformatted(agent_bench_event(bench, i));
        agent_bench_row(bench, text);
        cJSON_free(text);
    }
    snprintf(renamed, sizeof renamed, // by the platform, which keeps the uid
             "{\"__type\": \"__message\", \"uid\": \"%s\", \"message\": \"Oliver, help\","
             " \"room\": {\"id\": \"r1\"}, \"author\": {\"id\": 7, \"name\": \"Agent\"}}",
             live_json_str(agent_bench_event(bench, before - 1), "uid", ""));
    agent_bench_row(bench, renamed);
    assert_int_equal(times_logged("chatbot.double"), 0);
    row(bench, "r1", "OLIVER", "Oliver, help");
    row(bench, "r1", "oliver", "Oliver, help");
    agent_bench_row(bench, "{\"__type\": \"__message\", \"uid\": \"x\", \"__src\": \"chatbot\","
                           "\"message\": \"Ask Oliver for help\", \"room\": {\"id\": \"r1\"},"
                           "\"author\": {\"id\": 9, \"name\": \"Night shift\"}}");
    agent_bench_pass(bench, 0);
    assert_int_equal(agent_bench_event_count(bench), before);
    assert_int_equal(times_logged("chatbot.double"), 1);
    agent_bench_free(bench);
}

// What it does not understand

static void it_never_is_silent_nor_does_a_wrong_thing(void **unused)
{
    static const char *const texts[] = { "thanks", "no", "ok", "\xF0\x9F\x91\x8D",
                                         "stop the monitors" };
    agent_bench *bench = bot_with(OLIVER);
    char text[64];

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "Oliver, %s", texts[i]);
        const char *said = tell(bench, text);
        assert_begins(said, "I do not understand that. This is what I can do:");
        assert_has(said, "*Oliver, list the assets*");
    }
    assert_begins(tell(bench, "Oliver!"), "Yes? This is what I can do:");
    assert_null(agent_bench_saved(bench, "room r1"));
    agent_bench_free(bench);
}

static void what_is_not_meant_changes_no_selection(void **unused)
{
    static const char *const texts[] = {
        "do not select RIG-12",   "don't switch to RIG-12", "is RIG-12 active?",
        "RIG-12 changed its bit", "who selected RIG-12?",   "deselect RIG-12",
    };
    agent_bench *bench = bot_with(OLIVER);
    char text[64];

    (void)unused;
    agent_bench_resource(bench, "/services/plugin-liverig/assets/rig",
                         "[{\"id\": 1, \"name\": \"RIG-1\"}, {\"id\": 12, \"name\": \"RIG-12\"}]");
    agent_bench_resource(bench, "/services/plugin-liverig/assets/rig/1/normalizer", "{}");
    agent_bench_resource(bench, "/services/plugin-liverig/assets/rig/12/normalizer", "{}");
    assert_begins(tell(bench, "Oliver, select RIG-1"), "RIG-1 is selected");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "Oliver, %s", texts[i]);
        assert_begins(tell(bench, text), "I do not understand that");
    }
    const cJSON *selected = live_json_get(agent_bench_saved(bench, "room r1"), "selected-asset");
    assert_string_equal(live_json_str(selected, "name", ""), "RIG-1");
    assert_begins(tell(bench, "Oliver, select RIG-12"), "RIG-12 is selected");
    agent_bench_free(bench);
}

static void its_state_is_shown_to_who_knows_the_phrase_and_to_nobody_without_one(void **unused)
{
    agent_bench *closed = bot_with(OLIVER);
    agent_bench *open =
        bot_with("{\"alias\": \"Oliver\", \"logic_adapters\": [\"chatbot.variables\","
                 "{\"name\": \"chatbot.state_debug\", \"phrase\": \"open sesame\"}]}");

    (void)unused;
    assert_begins(tell(closed, "Oliver, open sesame"), "I do not understand that");
    assert_null(strstr(tell(closed, "Oliver, help"), "Shows what the room remembers"));
    tell(open, "Oliver, set n = 1");
    assert_string_equal(tell(open, "Oliver, Open Sesame"),
                        "Room r1:\n- asset-list: nothing\n- selected-asset: nothing\n"
                        "- variables: {\"n\":\"1\"}");
    agent_bench_free(closed);
    agent_bench_free(open);
}

static void the_default_response_is_said_instead(void **unused)
{
    agent_bench *bench =
        bot_with("{\"alias\": \"Oliver\", \"default_response\": \"Pardon?\", " OUTPUT "}");

    (void)unused;
    assert_string_equal(tell(bench, "oliver, sing"), "Pardon?");
    agent_bench_free(bench);
}

static void a_higher_threshold_makes_it_pickier(void **unused)
{
    agent_bench *bench = bot_with("{\"alias\": \"Oliver\", \"minimum_confidence\": 1, " OUTPUT "}");

    (void)unused;
    assert_begins(tell(bench, "oliver help"), "This is");
    assert_begins(tell(bench, "oliver, I need help with tomorrow"), "I do not understand that");
    agent_bench_free(bench);
}

// Bad input

static void no_message_ends_it(void **unused)
{
    static const char *const rows[] = {
        "{}",
        "{\"__type\": \"__message\", \"message\": null}",
        "{\"__type\": \"__message\", \"message\": 7, \"room\": {\"id\": \"r1\"}}",
        "{\"__type\": \"__message\", \"message\": \"oliver help\"}",
        "{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": \"r1\"}",
        "{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": {\"id\": null}}",
        ("{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": {\"id\": \"r1\"},"
         " \"__delete\": true}"),
    };
    static const char *const answered[] = {
        "{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": {\"id\": \"r1\"}}",
        "{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": {\"id\": \"a/../b\"},"
        " \"author\": null, \"createdAt\": \"soon\", \"timeZone\": \"Nowhere/Land\"}",
        "{\"__type\": \"__message\", \"message\": \"oliver help\", \"room\": {\"id\": \"r1\"},"
        " \"author\": {\"id\": \"x\", \"name\": 5}, \"createdAt\": -1e300, \"timeZone\": null}",
        "{\"__type\": \"__message\", \"message\": \"\\u0001\\n*Oliver*\\t<http://x|help>\\u0007\","
        " \"room\": {\"id\": \"r1\"}, \"author\": {\"name\": \"\"}}",
    };
    agent_bench *bench = bot_with(OLIVER);

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        agent_bench_row(bench, rows[i]);
    agent_bench_pass(bench, 0);
    assert_int_equal(agent_bench_event_count(bench), 0);
    for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) {
        agent_bench_row(bench, answered[i]);
        agent_bench_pass(bench, 0);
        assert_begins(agent_bench_said(bench, i), "This is what I can do:");
    }
    assert_null(agent_bench_error(bench));
    agent_bench_free(bench);
}

static void a_message_of_a_megabyte_is_answered(void **unused)
{
    enum { MEGABYTE = 1024 * 1024 };
    static const char before[] =
        "{\"__type\": \"__message\", \"room\": {\"id\": \"r1\"}, \"message\": \"oliver ";
    agent_bench *bench = bot_with(OLIVER);
    char *text = calloc(1, sizeof before + MEGABYTE + 8);

    (void)unused;
    assert_non_null(text);
    memcpy(text, before, sizeof before - 1);
    memset(text + sizeof before - 1, 'x', MEGABYTE);
    memcpy(text + sizeof before - 1 + MEGABYTE, "\"}", 3);
    agent_bench_row(bench, text);
    agent_bench_pass(bench, 0);
    assert_begins(agent_bench_said(bench, 0), "I do not understand that");
    free(text);
    agent_bench_free(bench);
}

// Rooms

static void rooms_are_answered_side_by_side_and_each_in_its_order(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);
    char text[64];
    size_t next[2] = { 1, 1 };

    (void)unused;
    for (int i = 1; i <= 8; i++) {
        snprintf(text, sizeof text, "oliver set n = %d", i);
        row(bench, i % 2 ? "r1" : "r2", "Ada", text);
        row(bench, i % 2 ? "r2" : "r1", "Ada", text);
    }
    agent_bench_pass(bench, 0);
    for (size_t i = 0; i < agent_bench_event_count(bench); i++) {
        const cJSON *event = agent_bench_event(bench, i);
        const char *said = live_json_str(event, "message", NULL);
        size_t room = strcmp(live_json_str(live_json_get(event, "room"), "id", ""), "r2") == 0;
        if (!said)
            continue;
        snprintf(text, sizeof text, "n = %zu", next[room]++);
        assert_string_equal(said, text);
    }
    assert_int_equal(next[0], 9);
    assert_int_equal(next[1], 9);
    agent_bench_free(bench);
}

static void what_finds_no_place_in_the_queue_is_left_out_and_the_room_told_so_once(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);
    size_t answers = 0, told = 0;
    const char *said;

    (void)unused;
    for (int i = 0; i < 40; i++)
        row(bench, "r1", "Ada", "oliver help");
    agent_bench_pass(bench, 0);
    for (size_t i = 0; (said = agent_bench_said(bench, i)); i++) {
        answers += strncmp(said, "This is", 7) == 0;
        told += strncmp(said, "I cannot keep up", 16) == 0;
    }
    assert_int_equal(told, 1);
    assert_int_equal(answers, 17); // one at once, sixteen that waited
    assert_int_equal(times_logged("chatbot.left_out"), 23);
    assert_begins(tell(bench, "oliver help"), "This is");
    agent_bench_free(bench);
}

static void a_room_that_was_idle_for_long_is_freed_and_remembers(void **unused)
{
    agent_bench *bench = bot_with("{\"alias\": \"Oliver\", \"room_idle\": \"10m\", " OUTPUT "}");

    (void)unused;
    tell(bench, "oliver set depth = 1200 m");
    agent_bench_pass(bench, 3600000);
    assert_string_equal(tell(bench, "oliver get depth"), "depth = 1200 m");
    row(bench, "r2", "Ada", "oliver get depth");
    agent_bench_pass(bench, 0);
    assert_begins(agent_bench_said(bench, 2), "depth is not set here.");
    agent_bench_free(bench);
}

static void more_rooms_than_it_keeps_in_memory_are_answered_and_remembered(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);
    char room[32], text[32];

    (void)unused;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 300; i++) {
            snprintf(room, sizeof room, "room %d", i);
            snprintf(text, sizeof text, pass ? "oliver get n" : "oliver set n = %d", i);
            row(bench, room, "Ada", text);
            agent_bench_pass(bench, 0);
        }
    }
    assert_string_equal(agent_bench_said(bench, 300), "n = 0");
    assert_string_equal(agent_bench_said(bench, 599), "n = 299");
    assert_int_equal(times_logged("chatbot.left_out"), 0);
    agent_bench_free(bench);
}

static void a_failure_is_told_in_one_sentence_and_the_next_message_is_answered(void **unused)
{
    agent_bench *bench = bot_with(OLIVER);

    (void)unused;
    assert_begins(
        tell(bench, "oliver list the assets"),
        "I could not do that: the assets cannot be read: GET /services/plugin-liverig/assets/");
    assert_int_equal(times_logged("chatbot.failed"), 1);
    assert_begins(tell(bench, "oliver help"), "This is");
    agent_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_watches_messages_that_have_its_alias),
        cmocka_unit_test(without_settings_it_is_called_intelie_and_has_all_adapters),
        cmocka_unit_test(settings_of_which_no_bot_can_be_made_are_refused),
        cmocka_unit_test(it_answers_whoever_says_its_name_and_nobody_else),
        cmocka_unit_test(its_answer_is_a_message_of_its_own_in_the_same_room),
        cmocka_unit_test_setup(without_an_author_it_speaks_as_its_alias_and_says_so_in_the_log,
                               clear_log),
        cmocka_unit_test(it_says_once_that_it_is_there_and_once_a_room_that_it_came),
        cmocka_unit_test_setup(bots_do_not_answer_bots_and_two_of_one_alias_are_logged_once,
                               clear_log),
        cmocka_unit_test(it_never_is_silent_nor_does_a_wrong_thing),
        cmocka_unit_test(what_is_not_meant_changes_no_selection),
        cmocka_unit_test(its_state_is_shown_to_who_knows_the_phrase_and_to_nobody_without_one),
        cmocka_unit_test(the_default_response_is_said_instead),
        cmocka_unit_test(a_higher_threshold_makes_it_pickier),
        cmocka_unit_test(no_message_ends_it),
        cmocka_unit_test(a_message_of_a_megabyte_is_answered),
        cmocka_unit_test(rooms_are_answered_side_by_side_and_each_in_its_order),
        cmocka_unit_test_setup(
            what_finds_no_place_in_the_queue_is_left_out_and_the_room_told_so_once, clear_log),
        cmocka_unit_test(a_room_that_was_idle_for_long_is_freed_and_remembers),
        cmocka_unit_test_setup(more_rooms_than_it_keeps_in_memory_are_answered_and_remembered,
                               clear_log),
        cmocka_unit_test_setup(a_failure_is_told_in_one_sentence_and_the_next_message_is_answered,
                               clear_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
