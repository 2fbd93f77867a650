// SPDX-License-Identifier: Apache-2.0
#include "log/capture.h"

#include <live/buf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    live_loop *loop;
    ag_capture *capture;
    live_buf *heard; // lines, each followed by "|"
} fixture;

static void on_line(const char *line, size_t length, void *user)
{
    fixture *f = user;

    live_buf_add(f->heard, line, length);
    live_buf_add_text(f->heard, "|");
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    f->heard = live_buf_new();
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    return (int)ag_capture_new(f->loop, on_line, f, &f->capture, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_capture_free(f->capture);
    live_loop_free(f->loop);
    live_buf_free(f->heard);
    free(f);
    return 0;
}

static void put(fixture *f, const char *text)
{
    assert_int_equal(write(ag_capture_fd(f->capture), text, strlen(text)), (ssize_t)strlen(text));
    for (int i = 0; i < 4; i++)
        assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
}

static void lines_come_one_by_one(void **state)
{
    fixture *f = *state;

    put(f, "one\ntwo\n\nthr");
    assert_string_equal(live_buf_data(f->heard), "one|two|");
    put(f, "ee\n");
    assert_string_equal(live_buf_data(f->heard), "one|two|three|");
}

static void a_last_word_without_end_is_told_at_the_end(void **state)
{
    fixture *f = *state;

    put(f, "Segmentation");
    ag_capture_flush(f->capture);
    assert_string_equal(live_buf_data(f->heard), "Segmentation|");
    ag_capture_flush(f->capture);
    put(f, "again\n");
    assert_string_equal(live_buf_data(f->heard), "Segmentation|again|");
}

static void a_line_without_end_comes_in_pieces(void **state)
{
    fixture *f = *state;
    char block[1001];

    memset(block, 'x', sizeof block - 1);
    block[sizeof block - 1] = '\0';
    for (int i = 0; i < 20; i++)
        put(f, block);
    assert_int_equal(live_buf_length(f->heard), 2 * (AG_LINE_BYTES + 1));
    put(f, "\n");
    assert_int_equal(live_buf_length(f->heard), 20000 + 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(lines_come_one_by_one),
        CASE(a_last_word_without_end_is_told_at_the_end),
        CASE(a_line_without_end_comes_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
