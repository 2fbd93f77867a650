// SPDX-License-Identifier: Apache-2.0
// Printing JSON: what is read and printed again keeps its value.
#include <live/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static char *print(const cJSON *json)
{
    live_buf *buf = live_buf_new();
    char *text = NULL;

    live_buf_add_json(buf, json);
    assert_int_equal(live_buf_take(buf, &text, NULL, NULL), LIVE_OK);
    return text;
}

static void text_comes_back_as_it_was(void **state)
{
    static const char *const texts[] = {
        "null",
        "true",
        "false",
        "0",
        "-7",
        "1.5",
        "-0.001",
        "9007199254740991",
        "1234567890123456",
        "0.30000000000000004",
        "0.1",
        "1e+300",
        "4.94065645841247e-324",
        "1.7976931348623157e+308",
        "\"\"",
        "\"a\\\"\\\\\\n\\u0001\xc3\xa4\xf0\x9f\x98\x80\"",
        "[]",
        "{}",
        "[1,[2,{}],\"x\"]",
        "{\"a\":null,\"\":{\"b\":[]},\"A\":1}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *json = NULL;
        assert_int_equal(live_json_parse(texts[i], strlen(texts[i]), &json, NULL), LIVE_OK);
        char *text = print(json);
        assert_string_equal(text, texts[i]);
        live_free(text);
        cJSON_Delete(json);
    }
}

static void numbers_of_any_kind_keep_their_value(void **state)
{
    (void)state;
    srand48(1);
    for (int i = 0; i < 10000; i++) {
        double number = ldexp(drand48() - 0.5, (int)(drand48() * 2000) - 1000);
        cJSON *json = cJSON_CreateNumber(number);
        char *text = print(json);
        assert_true(strtod(text, NULL) == number);
        live_free(text);
        cJSON_Delete(json);
    }
}

static void whole_numbers_are_added_exactly(void **state)
{
    cJSON *object = cJSON_CreateObject();

    (void)state;
    live_json_add_int(object, "a", 1234567890123456);
    live_json_add_int(object, "b", INT64_MAX);
    live_json_add_int(object, "c", INT64_MIN);
    char *text = print(object);
    assert_string_equal(
        text, "{\"a\":1234567890123456,\"b\":9223372036854775807,\"c\":-9223372036854775808}");
    live_free(text);
    cJSON_Delete(object);
}

static void what_json_has_not_is_null_or_refused(void **state)
{
    cJSON *list = cJSON_CreateArray();
    char *text = NULL;
    live_error error = { 0 };

    (void)state;
    cJSON_AddItemToArray(list, cJSON_CreateNumber((double)NAN));
    cJSON_AddItemToArray(list, cJSON_CreateNumber((double)INFINITY));
    assert_int_equal(live_json_print(list, &text, &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "JSON has no NaN and no infinity");
    text = print(list);
    assert_string_equal(text, "[null,null]");
    live_free(text);
    cJSON_Delete(list);
}

static void nothing_is_a_failed_builder(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(live_json_print(NULL, &text, NULL), LIVE_E_NOMEM);
    assert_null(text);
    live_buf_add_json(NULL, NULL);
}

static void a_line_that_does_not_reach_its_file_is_an_error(void **state)
{
    cJSON *list = cJSON_CreateArray();
    char line[8] = "";
    FILE *memory = fmemopen(line, sizeof line, "w"), *full = fopen("/dev/full", "w");
    live_error error = { 0 };

    (void)state;
    assert_int_equal(live_json_write(list, memory, &error), LIVE_OK);
    assert_string_equal(line, "[]\n");
    assert_int_equal(live_json_write(list, full, &error), LIVE_E_SYSTEM);
    assert_string_equal(error.text, "the output cannot be written: No space left on device");
    fclose(memory);
    fclose(full);
    cJSON_Delete(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_back_as_it_was),
        cmocka_unit_test(numbers_of_any_kind_keep_their_value),
        cmocka_unit_test(whole_numbers_are_added_exactly),
        cmocka_unit_test(what_json_has_not_is_null_or_refused),
        cmocka_unit_test(nothing_is_a_failed_builder),
        cmocka_unit_test(a_line_that_does_not_reach_its_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
