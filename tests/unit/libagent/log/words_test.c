// SPDX-License-Identifier: Apache-2.0
// A child's last words.
#include "log/words.h"

#include <fcntl.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    live_loop *loop;
    ag_journal *journal;
    ag_words *words;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    live_log_to_fd(LIVE_LOG_INFO, open("/dev/null", O_WRONLY | O_CLOEXEC), "agent");
    f->journal = ag_journal_new(LIVE_LOG_INFO);
    live_err err = live_loop_new(&f->loop, NULL);
    return (int)(err ? err : ag_words_new(f->loop, f->journal, "it", &f->words, NULL));
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_words_free(f->words);
    ag_journal_free(f->journal);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static void say(const fixture *f, const char *text)
{
    assert_int_equal(write(ag_words_fd(f->words), text, strlen(text)), (ssize_t)strlen(text));
}

static const char *line(const fixture *f, int index)
{
    return cJSON_GetStringValue(cJSON_GetArrayItem(ag_words_lines(f->words), index));
}

static void who_has_not_ended_has_no_last_words(void **state)
{
    fixture *f = *state;

    say(f, "one\n");
    assert_null(ag_words_lines(f->words));
    assert_string_equal(ag_words_error(f->words), "");
}

static void the_last_error_is_the_reason_and_the_last_five_lines_are_kept(void **state)
{
    fixture *f = *state;

    say(f, "{\"level\":\"error\",\"event\":\"x.y\",\"text\":\"it broke\"}\n"
           "{\"level\":\"info\",\"event\":\"x.y\",\"text\":\"1\"}\n"
           "{\"level\":\"info\",\"event\":\"x.y\",\"text\":\"2\"}\n"
           "{\"level\":\"info\",\"event\":\"x.y\",\"text\":\"3\"}\n"
           "{\"level\":\"info\",\"event\":\"x.y\",\"text\":\"4\"}\n"
           "{\"level\":\"info\",\"event\":\"x.y\",\"text\":\"5\"}\n");
    ag_words_end(f->words);
    assert_string_equal(ag_words_error(f->words), "it broke");
    assert_int_equal(cJSON_GetArraySize(ag_words_lines(f->words)), 5);
    assert_string_equal(line(f, 0), "1");
    assert_string_equal(line(f, 4), "5");
}

static void what_is_no_record_is_grave_also_without_its_end(void **state)
{
    fixture *f = *state;

    say(f, "Segmentation fault");
    ag_words_end(f->words);
    assert_string_equal(ag_words_error(f->words), "Segmentation fault");
    assert_string_equal(line(f, 0), "Segmentation fault");
}

static void who_says_nothing_the_next_time_keeps_its_lines_but_not_its_error(void **state)
{
    fixture *f = *state;

    say(f, "it broke\n");
    ag_words_end(f->words);
    ag_words_end(f->words);
    assert_string_equal(ag_words_error(f->words), "");
    assert_string_equal(line(f, 0), "it broke");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(who_has_not_ended_has_no_last_words),
        CASE(the_last_error_is_the_reason_and_the_last_five_lines_are_kept),
        CASE(what_is_no_record_is_grave_also_without_its_end),
        CASE(who_says_nothing_the_next_time_keeps_its_lines_but_not_its_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
