// SPDX-License-Identifier: Apache-2.0
// The byte buffer: sticky, and always a text.
#include <live/buf.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static void what_is_added_stands_in_a_row(void **unused)
{
    live_buf *buf = live_buf_new();

    (void)unused;
    live_buf_add_text(buf, "a");
    live_buf_add_format(buf, "%d", 12);
    live_buf_add_json_string(buf, "\"\n");
    assert_string_equal(live_buf_data(buf), "a12\"\\\"\\n\"");
    live_buf_drop(buf, 3);
    assert_string_equal(live_buf_data(buf), "\"\\\"\\n\"");
    live_buf_drop(buf, 100);
    assert_string_equal(live_buf_data(buf), "");
    live_buf_free(buf);
}

// As a value of a filter nothing of it is a wildcard; in an expression nothing of it ends the text.
static void a_text_of_a_query_stands_for_itself(void **unused)
{
    static const char *const texts[][2] = {
        { "", "''" },           { "SPP 1", "'SPP 1'" },   { "\xc3\xb6l", "'\xc3\xb6l'" },
        { "it's", "'it\\'s'" }, { "a*\\", "'a\\*\\\\'" }, { "\"(|)=>", "'\"(|)=>'" }
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        live_buf *buf = live_buf_new();
        live_buf_add_pipes_text(buf, texts[i][0]);
        assert_string_equal(live_buf_data(buf), texts[i][1]);
        live_buf_free(buf);
    }
}

static void adding_nothing_leaves_an_empty_text(void **unused)
{
    // Memory that the next buffer may be given, full of what is no text.
    void *used = malloc(64);
    assert_non_null(used);
    memset(used, 'x', 64);
    free(used);
    live_buf *buf = live_buf_new();

    (void)unused;
    live_buf_add(buf, "", 0);
    assert_string_equal(live_buf_data(buf), "");
    assert_int_equal(live_buf_length(buf), 0);
    live_buf_free(buf);
}

static void no_buffer_is_an_empty_one_that_failed(void **unused)
{
    char *text = NULL;

    (void)unused;
    live_buf_add_text(NULL, "a");
    assert_string_equal(live_buf_data(NULL), "");
    assert_true(live_buf_failed(NULL));
    assert_int_equal(live_buf_take(NULL, &text, NULL, NULL), LIVE_E_NOMEM);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_stands_in_a_row),
        cmocka_unit_test(a_text_of_a_query_stands_for_itself),
        cmocka_unit_test(adding_nothing_leaves_an_empty_text),
        cmocka_unit_test(no_buffer_is_an_empty_one_that_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
