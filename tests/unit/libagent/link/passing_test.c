// SPDX-License-Identifier: Apache-2.0
#include "link/passing.h"

#include <fcntl.h>
#include <live/log.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"

static void descriptors_arrive_in_order_with_their_names(void **state)
{
    int ends[2], pipes[2], got = -1;
    char name[AG_NAME_BYTES], byte = 0;

    (void)state;
    assert_int_equal(ag_passing_pair(ends, NULL), LIVE_OK);
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(ag_passing_receive(ends[1], name, &got, NULL), LIVE_E_NOTFOUND);
    assert_int_equal(ag_passing_send(ends[0], "reader", pipes[0], NULL), LIVE_OK);
    assert_int_equal(ag_passing_send(ends[0], "writer", pipes[1], NULL), LIVE_OK);
    close(pipes[0]);
    close(pipes[1]);

    assert_int_equal(ag_passing_receive(ends[1], name, &pipes[0], NULL), LIVE_OK);
    assert_string_equal(name, "reader");
    assert_int_equal(ag_passing_receive(ends[1], name, &pipes[1], NULL), LIVE_OK);
    assert_string_equal(name, "writer");
    assert_true(fcntl(pipes[0], F_GETFD) & FD_CLOEXEC);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_int_equal(byte, 'x');
    for (int i = 0; i < 2; i++) {
        close(pipes[i]);
        close(ends[i]);
    }
}

static void the_end_of_the_other_side_is_told_after_what_it_sent(void **state)
{
    int ends[2], got = -1;
    char name[AG_NAME_BYTES];

    (void)state;
    assert_int_equal(ag_passing_pair(ends, NULL), LIVE_OK);
    assert_int_equal(ag_passing_send(ends[0], "a", STDERR_FILENO, NULL), LIVE_OK);
    close(ends[0]);
    assert_int_equal(ag_passing_send(ends[1], "b", STDERR_FILENO, NULL), LIVE_E_CLOSED);
    assert_int_equal(ag_passing_receive(ends[1], name, &got, NULL), LIVE_OK);
    close(got);
    assert_int_equal(ag_passing_receive(ends[1], name, &got, NULL), LIVE_E_CLOSED);
    close(ends[1]);
}

static void a_word_comes_without_a_descriptor(void **state)
{
    int ends[2], got = -1;
    char name[AG_NAME_BYTES];

    (void)state;
    assert_int_equal(ag_passing_pair(ends, NULL), LIVE_OK);
    got = 7;
    assert_int_equal(ag_passing_send(ends[0], "level debug", -1, NULL), LIVE_OK);
    assert_int_equal(ag_passing_receive(ends[1], name, &got, NULL), LIVE_OK);
    assert_string_equal(name, "level debug");
    assert_int_equal(got, -1);
    close(ends[0]);
    close(ends[1]);
}

static void count(const live_log_record *record, void *user)
{
    (void)record;
    ++*(int *)user;
}

static void a_word_sets_the_level_of_the_log_and_nonsense_does_not(void **state)
{
    static const struct {
        const char *word;
        int heard; // of a line of debug
    } rows[] = { { "level debug", 1 }, { "level info", 0 }, { "level warn", 0 },
                 { "level debug", 1 }, { "level loud", 1 }, { "level", 1 },
                 { "what is this", 1 } };
    int heard = 0;

    (void)state;
    live_log_to(LIVE_LOG_INFO, count, &heard);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heard = 0;
        ag_passing_obey(rows[i].word);
        live_log(LIVE_LOG_DEBUG, "test", "text");
        assert_int_equal(heard, rows[i].heard);
    }
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_arrive_in_order_with_their_names),
        cmocka_unit_test(the_end_of_the_other_side_is_told_after_what_it_sent),
        cmocka_unit_test(a_word_comes_without_a_descriptor),
        cmocka_unit_test(a_word_sets_the_level_of_the_log_and_nonsense_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
