// SPDX-License-Identifier: Apache-2.0
// Sentences that are longer than their room.
#include <errno.h>
#include <live/error.h>
#include <string.h>

#include "base/utf8.h"
#include "cmocka_all.h"

enum { MANY = 300, TRIES = 4 };

// So many letters of one byte, then many of `more`.
static void fill(char *text, size_t size, size_t letters, const char *more)
{
    memset(text, 'x', letters);
    text[letters] = '\0';
    for (size_t i = 0; i < MANY && strlen(text) + strlen(more) < size; i++)
        strcat(text, more);
}

static void a_sentence_that_is_cut_ends_with_a_whole_character(void **state)
{
    static const char *const characters[] = { "y", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
    char text[2000];

    for (size_t i = 0; i < TRIES * TRIES; i++) {
        const char *character = characters[i % TRIES];
        live_error error = { 0 };
        fill(text, sizeof text, i / TRIES, character);
        live_fail(&error, LIVE_E_PARSE, "%s", text);
        assert_true(lv_utf8_is(error.text, strlen(error.text)));
        assert_true(strlen(error.text) >= sizeof error.text - strlen(character));
        live_error_context(&error, error.code, "query");
        assert_true(lv_utf8_is(error.text, strlen(error.text)));
        live_fail_errno(&error, ENOENT, "%s", text);
        assert_true(lv_utf8_is(error.text, strlen(error.text)));
    }
    (void)state;
}

static void what_was_no_utf8_before_stays_as_it_is(void **state)
{
    live_error error = { 0 };

    live_fail(&error, LIVE_E_SYSTEM, "%s", "/tmp/\xff");
    assert_string_equal(error.text, "/tmp/\xff");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_that_is_cut_ends_with_a_whole_character),
        cmocka_unit_test(what_was_no_utf8_before_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
