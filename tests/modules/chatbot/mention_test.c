// SPDX-License-Identifier: Apache-2.0
// What is left of a message without the bot's name.
#include "engine/mention.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

// Reads one message; "(none)": it does not speak to Oliver.
static void assert_left(const char *text, const char *left)
{
    live_buf *rest = live_buf_new();
    bool found = mention_read(text, "Oliver", rest);

    assert_string_equal(found ? live_buf_data(rest) : "(none)", left);
    live_buf_free(rest);
}

static void the_name_is_a_whole_word_in_any_case(void **unused)
{
    (void)unused;
    assert_left("oliver help", "help");
    assert_left("Oliver: help", "help");
    assert_left("OLIVER help", "help");
    assert_left("help, Oliver!", "help");
    assert_left("Olivers help", "(none)");
    assert_left("My_Oliver help", "(none)");
    assert_left("Oliver2 help", "(none)");
    assert_left("\xC3\xA9Oliver help", "(none)");
    assert_left("help", "(none)");
    assert_left("", "(none)");
}

static void a_longer_name_that_has_it_is_no_mention(void **unused)
{
    (void)unused;
    assert_left("Oliver-2 is down", "(none)");
    assert_left("old-Oliver is down", "(none)");
    assert_left("oliver.example.com", "(none)");
    assert_left("Oliver, select OLIVER-2", "select OLIVER-2");
    assert_left("select Oliver-2, Oliver.", "select Oliver-2");
    assert_left("Oliver - help", "- help");
}

static void the_name_goes_with_its_punctuation(void **unused)
{
    (void)unused;
    assert_left("Oliver, set x = 1", "set x = 1");
    assert_left("set x = 1, Oliver.", "set x = 1");
    assert_left("@Oliver help", "help");
    assert_left("*Oliver*, help", "help");
    assert_left("hey *Oliver* help", "hey help");
    assert_left("what is the SPP, Oliver?", "what is the SPP");
    assert_left("Oliver , help", "help");
    assert_left("Oliver .5", ".5");
    assert_left("Oliver", "");
    assert_left("Oliver, Oliver! Help Oliver", "Help");
}

static void blanks_and_control_characters_collapse(void **unused)
{
    (void)unused;
    assert_left("  Oliver \t list\n\n the\x01\x7F assets  ", "list the assets");
    assert_left("Oliver\xC2\xA0list\xC2\x85the assets", "list the assets");
}

static void a_link_is_its_label(void **unused)
{
    (void)unused;
    assert_left("<user:7|Oliver> help", "help");
    assert_left("Oliver open <http://x/y|the page>", "open the page");
    assert_left("<http://x/Oliver|page> help", "(none)");
    assert_left("Oliver a <b | c> d", "a <b | c> d");
    assert_left("Oliver <x|y", "<x|y");
    assert_left("Oliver 1 < 2", "1 < 2");
}

static void what_is_longer_is_cut_between_two_characters(void **unused)
{
    enum { LONG = 3 * MENTION_MAX_BYTES };
    char *text = calloc(1, LONG + 16);
    live_buf *rest = live_buf_new();

    (void)unused;
    assert_non_null(text);
    memcpy(text, "oliver a", 8);
    for (size_t i = 8; i < LONG; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    assert_true(mention_read(text, "Oliver", rest));
    assert_int_equal(live_buf_length(rest), MENTION_MAX_BYTES - 1);
    live_buf_free(rest);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_is_a_whole_word_in_any_case),
        cmocka_unit_test(a_longer_name_that_has_it_is_no_mention),
        cmocka_unit_test(the_name_goes_with_its_punctuation),
        cmocka_unit_test(blanks_and_control_characters_collapse),
        cmocka_unit_test(a_link_is_its_label),
        cmocka_unit_test(what_is_longer_is_cut_between_two_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
