// SPDX-License-Identifier: Apache-2.0
// The log on its way to the platform: nobody waits, nothing feeds on itself.
#include "log/forward.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cmocka_all.h"

typedef struct fixture {
    ag_forward *forward;
    char text[4096]; // what arrived last
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)ag_forward_new(&f->forward, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_forward_free(f->forward);
    free(f);
    return 0;
}

static void say(const fixture *f, const char *process, live_level level)
{
    live_log_record record = { .level = level, .process = process };

    ag_forward_line(f->forward, &record, "a line");
}

static bool arrives(fixture *f)
{
    ssize_t got = recv(ag_forward_fd(f->forward), f->text, sizeof f->text - 1, MSG_DONTWAIT);

    f->text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static void a_line_is_a_message(void **state)
{
    fixture *f = *state;

    say(f, "count", LIVE_LOG_WARN);
    say(f, "gateway", LIVE_LOG_WARN);
    assert_true(arrives(f));
    assert_string_equal(f->text, "a line");
    assert_true(arrives(f));
    assert_string_equal(f->text, "a line");
    assert_false(arrives(f));
}

static void what_sending_makes_them_say_is_not_sent(void **state)
{
    fixture *f = *state;

    say(f, "remote_log", LIVE_LOG_ERROR);
    say(f, "gateway", LIVE_LOG_DEBUG);
    assert_false(arrives(f));
}

static void what_finds_no_room_is_counted_and_told_when_there_is(void **state)
{
    fixture *f = *state;
    int sent = 5000, arrived = 0;

    for (int i = 0; i < sent; i++)
        say(f, "count", LIVE_LOG_INFO);
    while (arrives(f))
        arrived++;
    assert_true(arrived > 0);
    assert_true(arrived < sent);
    say(f, "count", LIVE_LOG_INFO);
    assert_true(arrives(f));
    cJSON *line = cJSON_Parse(f->text);
    assert_string_equal(live_json_str(line, "event", ""), "log.lost");
    assert_int_equal(atoi(live_json_str(line, "text", "")), sent - arrived);
    cJSON_Delete(line);
    assert_true(arrives(f));
    assert_string_equal(f->text, "a line");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_is_a_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_sending_makes_them_say_is_not_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_finds_no_room_is_counted_and_told_when_there_is,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
