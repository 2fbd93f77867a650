// SPDX-License-Identifier: Apache-2.0
// What others wrote never commands a terminal.
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "table.h"
#include "terminal.h"

static char *shown;
static size_t shown_length;

static FILE *begin(void)
{
    free(shown);
    shown = NULL;
    return open_memstream(&shown, &shown_length);
}

static const char *one_line(const char *text)
{
    FILE *out = begin();

    terminal_write(out, text);
    fclose(out);
    return shown;
}

static const char *lines(const char *text, size_t most_bytes)
{
    FILE *out = begin();

    terminal_write_lines(out, text, 2, most_bytes);
    fclose(out);
    return shown;
}

static void control_characters_become_pictures(void **state)
{
    (void)state;
    assert_string_equal(one_line("a\x1b[2Jb\a\b\x7f"), "a␛[2Jb␇␈␡");
    assert_string_equal(one_line("a\nb\r\tc"), "a␊b␍␉c");
    assert_string_equal(one_line("\x1b]0;title\x07"), "␛]0;title␇");
    for (char c = 1; c < 32; c++)
        assert_int_equal(strlen(one_line((char[]){ c, '\0' })), 3);
}

static void c1_controls_and_turned_writing_are_replaced(void **state)
{
    (void)state;
    assert_string_equal(one_line("\xC2\x9B"
                                 "31m"),
                        "�31m");
    assert_string_equal(one_line("\xC2\x80\xC2\x9F"), "��");
    assert_string_equal(one_line("a\u202Ebc\u202C \u2066x\u2069 \u200E\u200F\u061C \u2028\u2029"),
                        "a�bc� �x� ��� ��");
}

static void what_is_no_utf8_is_replaced_byte_by_byte(void **state)
{
    static const char *const texts[][2] = {
        { "\xff", "�" },
        { "a\x80z", "a�z" },
        { "\xC3", "�" },
        { "\xC3(", "�(" },
        { "\xE2\x82", "��" },
        { "\xC0\xAF", "��" },           // overlong
        { "\xE0\x80\xAF", "���" },      // overlong
        { "\xED\xA0\x80", "���" },      // a surrogate
        { "\xF4\x90\x80\x80", "����" }, // beyond the last one
        { "\xF8\x88\x80\x80\x80", "�����" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(one_line(texts[i][0]), texts[i][1]);
}

static void everything_else_stays(void **state)
{
    static const char text[] = "Größe é 漢字 😀 *bold* <http://x|y>";

    (void)state;
    assert_string_equal(one_line(text), text);
    assert_string_equal(lines(text, 1000), text);
    assert_int_equal(terminal_width("é漢😀"), 3);
    assert_int_equal(terminal_width("\xff\x1b"), 2);
}

static void a_further_line_cannot_pass_for_another_message(void **state)
{
    (void)state;
    assert_string_equal(lines("one\ntwo\r\n12:00 Ann: three\tx\x1b", 1000),
                        "one\n  two\n  12:00 Ann: three x␛");
    assert_string_equal(lines("a\rb", 1000), "a␍b");
}

static void what_is_too_long_is_counted(void **state)
{
    (void)state;
    assert_string_equal(lines("abcdef", 6), "abcdef");
    assert_string_equal(lines("abcdef", 4), "abcd… (2 bytes more)");
    assert_string_equal(lines("abcé", 4), "abc… (2 bytes more)"); // not in the middle of one
}

static void without_a_terminal_there_are_no_styles(void **state)
{
    FILE *out = tmpfile();
    char text[32] = "";

    (void)state;
    setenv("TERM", "xterm", 1);
    terminal_write_styled(out, "x", TERMINAL_BAD);
    rewind(out);
    assert_int_equal(fread(text, 1, sizeof text - 1, out), 1);
    assert_string_equal(text, "x");
    fclose(out);
}

static void columns_are_as_wide_as_they_must_be(void **state)
{
    static const char *const titles[] = { "A", "LONG", "C", NULL };
    cJSON *rows = cJSON_Parse("[[\"é漢\",\"x\",\"1\"],[\"b\\u001b\\n\",\"\",\"\"],[\"c\"],[7]]");
    FILE *out = tmpfile();
    char text[256] = "";

    (void)state;
    table_print(out, titles, rows);
    rewind(out);
    assert_true(fread(text, 1, sizeof text - 1, out) > 0);
    assert_string_equal(text, "A    LONG  C\n"
                              "é漢   x     1\n"
                              "b␛␊\n"
                              "c\n"
                              "\n");
    fclose(out);
    cJSON_Delete(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_further_line_cannot_pass_for_another_message),
        cmocka_unit_test(c1_controls_and_turned_writing_are_replaced),
        cmocka_unit_test(columns_are_as_wide_as_they_must_be),
        cmocka_unit_test(control_characters_become_pictures),
        cmocka_unit_test(everything_else_stays),
        cmocka_unit_test(what_is_no_utf8_is_replaced_byte_by_byte),
        cmocka_unit_test(what_is_too_long_is_counted),
        cmocka_unit_test(without_a_terminal_there_are_no_styles),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(shown);
    return failed;
}
