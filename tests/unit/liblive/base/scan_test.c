// SPDX-License-Identifier: Apache-2.0
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static const struct {
    const char *text;
    const char *why; // NULL: it is JSON
} cases[] = {
    { "null", NULL },
    { " [1, -0.5e+3, \"\\u00e9\\ud83d\\ude00\", {\"a\": {}}, []] ", NULL },
    { "{\"a\":1,\"a\":2}", NULL },
    { "\"\xC3\xA9\xF0\x9F\x98\x80\"", NULL },
    { "", "1:1: the text ends where a value is due" },
    { "{", "1:2: a member's name is due here, in double quotes" },
    { "[1", "1:3: ',' or ']' is due here" },
    { "{\"a\" 1}", "1:6: ':' is due after a member's name" },
    { "{\"a\":1,}", "1:8: a member's name is due here, in double quotes" },
    { "[1,]", "1:4: a value is due here" },
    { "[1] 2", "1:5: something follows the value" },
    { "01", "1:1: a number does not begin with 0" },
    { "1.", "1:3: a number needs digits after its point" },
    { "1e", "1:3: a number needs digits in its exponent" },
    { "-", "1:2: a number needs digits" },
    { "1e999", "1:1: a number beyond the range of a double" },
    { "NaN", "1:1: a value is due here" },
    { "\"a", "1:1: the string is not closed" },
    { "\"\\x\"", "1:2: no such escape" },
    { "\"\\u12g4\"", "1:2: \\u is followed by four hexadecimal digits" },
    { "\"\\u0000\"", "1:2: a string holds no U+0000" },
    { "\"\\ud800\"", "1:2: half of a surrogate pair" },
    { "\"\\udc00\"", "1:2: half of a surrogate pair" },
    { "\"\n\"", "1:2: a control character in a string; write it as an escape" },
    { "\"\xC3\"", "1:2: not UTF-8" },
    { "\"\xED\xA0\x80\"", "1:2: not UTF-8" },
    { "\"\xC0\xAF\"", "1:2: not UTF-8" },
    { "{\n \"\xC3\xA9\": tru }", "2:7: a value is due here" },
};

static void each_text_is_judged_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        live_error error = { 0 };
        live_err err = live_json_check(cases[i].text, strlen(cases[i].text), &error);
        if (!cases[i].why && err)
            print_message("'%s': %s\n", cases[i].text, error.text);
        assert_int_equal(err, cases[i].why ? LIVE_E_PARSE : LIVE_OK);
        if (cases[i].why)
            assert_string_equal(error.text, cases[i].why);
        if (cases[i].why) {
            char place[32];
            snprintf(place, sizeof place, "%d:%d: ", error.line, error.column);
            assert_memory_equal(cases[i].why, place, strlen(place));
        }
    }
}

static void nesting_has_a_limit_and_no_stack(void **state)
{
    enum { DEPTH = 100000 };
    live_error error = { 0 };
    char *text = test_malloc(DEPTH);

    (void)state;
    memset(text, '[', DEPTH);
    assert_int_equal(live_json_check(text, DEPTH, &error), LIVE_E_LIMIT);
    assert_string_equal(error.text, "1:257: nested too deep");
    memset(text + LIVE_JSON_MAX_DEPTH, ']', LIVE_JSON_MAX_DEPTH);
    assert_int_equal(live_json_check(text, 2 * LIVE_JSON_MAX_DEPTH, &error), LIVE_OK);
    test_free(text);
}

static void values_are_found_by_their_pointers(void **state)
{
    static const char text[] =
        "{\n  \"a/b\": [10, {\"c\": \"x\"}],\n  \"d\": 1, \"d\": 2,\n  \"\\u0065\": 3\n}";
    static const struct {
        const char *pointer, *value;
        int line, column, key_column;
    } places[] = {
        { "", text, 1, 1, 0 },
        { "/a~1b/0", "10", 2, 11, 0 },
        { "/a~1b/1/c", "\"x\"", 2, 21, 16 },
        { "/d", "2", 3, 16, 11 },
        { "/e", "3", 4, 13, 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        live_json_place key, value;
        assert_int_equal(live_json_find(text, strlen(text), places[i].pointer, &key, &value, NULL),
                         LIVE_OK);
        assert_int_equal(value.line, places[i].line);
        assert_int_equal(value.column, places[i].column);
        assert_int_equal(key.column, places[i].key_column);
        assert_memory_equal(text + value.offset, places[i].value, value.length);
    }
    assert_int_equal(live_json_find(text, strlen(text), "/a~1b/2", NULL, NULL, NULL),
                     LIVE_E_NOTFOUND);
    assert_int_equal(live_json_find(text, strlen(text), "/x", NULL, NULL, NULL), LIVE_E_NOTFOUND);
    assert_int_equal(live_json_find(text, strlen(text), "x", NULL, NULL, NULL), LIVE_E_NOTFOUND);
}

static live_err join(const char *element, size_t length, void *user, live_error *error)
{
    char *joined = user;

    if (*element == '!')
        return live_fail(error, LIVE_E_LIMIT, "enough");
    strncat(joined, element, length);
    strcat(joined, ";");
    return LIVE_OK;
}

static void elements_are_walked_in_order(void **state)
{
    char joined[64] = "";
    live_error error = { 0 };

    (void)state;
    assert_int_equal(live_json_each(" [1, [2,3] ,\"]\",{}]", 19, join, joined, &error), LIVE_OK);
    assert_string_equal(joined, "1;[2,3];\"]\";{};");
    assert_int_equal(live_json_each("[]", 2, join, joined, &error), LIVE_OK);
    assert_int_equal(live_json_each("{}", 2, join, joined, &error), LIVE_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_is_judged_with_its_place),
        cmocka_unit_test(nesting_has_a_limit_and_no_stack),
        cmocka_unit_test(values_are_found_by_their_pointers),
        cmocka_unit_test(elements_are_walked_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
