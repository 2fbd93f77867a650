// SPDX-License-Identifier: Apache-2.0
// JSON of others: what is mended, and what is refused all the same.
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static void reads_as(const char *text, size_t length, const char *expected, bool expect_mended)
{
    cJSON *json = NULL;
    live_error error = { 0 };
    char *printed = NULL;
    bool mended = !expect_mended;

    if (live_json_parse_mended(text, length, &json, &mended, &error))
        fail_msg("%.60s: %s", text, error.text);
    assert_int_equal(live_json_print(json, &printed, NULL), LIVE_OK);
    if (strcmp(printed, expected) != 0 || mended != expect_mended)
        fail_msg("%.60s: %.60s, mended: %d", text, printed, mended);
    live_free(printed);
    cJSON_Delete(json);
}

static void what_is_right_is_left_alone(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,\"\\ud83d\\ude00\",12345678901234567890]}";
    reads_as(text, sizeof text - 1, "{\"a\":[1,\"\xF0\x9F\x98\x80\",12345678901234567890]}", false);
}

static void one_value_costs_no_more_than_itself(void **state)
{
#define TEXT(text) text, sizeof text - 1
    static const struct {
        const char *text;
        size_t length;
        const char *expected;
    } cases[] = {
        { TEXT("{\"a\":NaN,\"b\":1}"), "{\"a\":null,\"b\":1}" },
        { TEXT("[NaN,-NaN,Infinity,-Infinity,+Infinity]"), "[null,null,null,null,null]" },
        { TEXT("[1e999,-1e999,1]"), "[null,null,1]" },
        { TEXT("[\"NaN\",\"a Infinity\",NaN]"), "[\"NaN\",\"a Infinity\",null]" },
        { TEXT("{\"NaN\":NaN}"), "{\"NaN\":null}" },
        { TEXT("[\"a\\ud83d\"]"), "[\"a\xEF\xBF\xBD\"]" },
        { TEXT("[\"\\ude00\\ud83d\"]"), "[\"\xEF\xBF\xBD\xEF\xBF\xBD\"]" },
        { TEXT("[\"\\ud83d\\ud83d\\ude00\"]"), "[\"\xEF\xBF\xBD\xF0\x9F\x98\x80\"]" },
        { TEXT("[\"\\ud83dx\"]"), "[\"\xEF\xBF\xBDx\"]" },
        { TEXT("[\"a\\u0000b\"]"), "[\"a\xEF\xBF\xBD"
                                   "b\"]" },
        { TEXT("[\"a\0b\"]"), "[\"a\xEF\xBF\xBD"
                              "b\"]" },
        { TEXT("[\"\\\\u0000\",\"\\u0000\"]"), "[\"\\\\u0000\",\"\xEF\xBF\xBD\"]" },
        { TEXT("[\"\xFF\",\"\xC3\",\"\xED\xA0\x80\"]"),
          "[\"\xEF\xBF\xBD\",\"\xEF\xBF\xBD\",\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"]" },
        { TEXT("[\"a\tb\nc\"]"), "[\"a\\tb\\nc\"]" },
        { TEXT("{\"\\ud83d\":1}"), "{\"\xEF\xBF\xBD\":1}" },
        { TEXT(" NaN "), "null" },
    };
#undef TEXT

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        reads_as(cases[i].text, cases[i].length, cases[i].expected, true);
}

// `count` times [, then `inner`, then ].
static char *nest(size_t count, const char *inner)
{
    char *text = malloc(2 * count + strlen(inner) + 1);

    memset(text, '[', count);
    memcpy(text + count, inner, strlen(inner));
    memset(text + count + strlen(inner), ']', count);
    text[2 * count + strlen(inner)] = '\0';
    return text;
}

static void what_is_nested_too_deep_is_left_out(void **state)
{
    enum { DEEP = 100000 };
    char *deep = nest(DEEP, "\"]\\\"]\""), *allowed = nest(LIVE_JSON_MAX_DEPTH - 1, "1");
    char *expected = nest(LIVE_JSON_MAX_DEPTH, "null");

    (void)state;
    reads_as(deep, strlen(deep), expected, true);
    reads_as(allowed, strlen(allowed), allowed, false);
    free(deep);
    free(allowed);
    free(expected);
}

static void a_number_of_many_digits_is_its_double(void **state)
{
    char text[1024];

    (void)state;
    memset(text, '0', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "[0.125", 6);
    text[sizeof text - 2] = ']';
    reads_as(text, sizeof text - 1, "[0.125]", true);
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    static const char *const texts[] = { "",          "{",      "[1,]",      "[nan]",
                                         "[1 2]",     "[\"a",   "[\"\\q\"]", "[01]",
                                         "{\"a\" 1}", "[NaN}",  "[\"\\u12",  "[\"\\",
                                         "NaN NaN",   "<html>", "[1]]",      "[+1]" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *json = NULL;
        live_error error = { 0 }, strict = { 0 };
        bool mended = true;
        if (!live_json_parse_mended(texts[i], strlen(texts[i]), &json, &mended, &error))
            fail_msg("%s", texts[i]);
        assert_false(mended);
        assert_null(json);
        assert_int_not_equal(live_json_check(texts[i], strlen(texts[i]), &strict), LIVE_OK);
        assert_string_equal(error.text, strict.text);
    }
}

// Whatever bytes come, cut anywhere: it ends, and what is read can be written.
static void any_bytes_are_read_or_refused(void **state)
{
    static const char seed[] = "{\"a\":[NaN,\"\\ud83d\\u0000\xC3\",1e999],\"b\":{\"c\":-1.5e3}}";
    char text[sizeof seed];

    (void)state;
    srand48(7);
    for (int i = 0; i < 20000; i++) {
        cJSON *json = NULL;
        memcpy(text, seed, sizeof seed);
        for (int change = 0; change < 4; change++)
            text[(size_t)(drand48() * (sizeof seed - 1))] = (char)(drand48() * 256);
        size_t length = (size_t)(drand48() * sizeof seed);
        char *exact = malloc(length + 1); // so that a sanitizer sees one byte too many
        memcpy(exact, text, length);
        char *fitting = realloc(exact, length ? length : 1);
        if (live_json_parse_mended(fitting, length, &json, NULL, NULL) == LIVE_OK) {
            char *printed = NULL;
            assert_int_equal(live_json_print(json, &printed, NULL), LIVE_OK);
            assert_int_equal(live_json_check(printed, strlen(printed), NULL), LIVE_OK);
            live_free(printed);
        }
        cJSON_Delete(json);
        free(fitting);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_left_alone),
        cmocka_unit_test(one_value_costs_no_more_than_itself),
        cmocka_unit_test(what_is_nested_too_deep_is_left_out),
        cmocka_unit_test(a_number_of_many_digits_is_its_double),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(any_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
