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
        "[9007199254740993,-9007199254740993,\"9007199254740993\",1.5]",
        "{\"a-1\":\"1\\\"2\",\"b\":18446744073709551615}",
        "123456789012345678901234567890",
        "[1.7976931348623157e+308,9223372036854775807]",
        "[1234567890123456789012345678901234567890123456789012345678901234567890123456789,1]",
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

static cJSON *parse(const char *text)
{
    cJSON *json = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    return json;
}

static void whole_numbers_are_read_exactly_to_64_bits(void **state)
{
    static const struct {
        const char *number;
        int64_t value;
    } cases[] = {
        { "9007199254740992", 9007199254740992 },
        { "9007199254740993", 9007199254740993 },
        { "-9007199254740993", -9007199254740993 },
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
        { "3.0", 3 },
        { "1.7E12", 1700000000000 },
        { "-0", 0 },
        { "9223372036854775808", -7 }, // beyond
        { "1e300", -7 },
        { "9007199254740993.0", -7 }, // nobody can tell which one was meant
        { "0.5", -7 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"a\":%s}", cases[i].number);
        cJSON *json = parse(text);
        assert_true(live_json_int(json, "a", -7) == cases[i].value);
        cJSON_Delete(json);
    }
}

static void digits_are_kept_by_a_copy_and_not_by_a_number_that_was_set_anew(void **state)
{
    cJSON *json = parse("{\"a\":9007199254740993}"), *copy = cJSON_Duplicate(json, true);

    (void)state;
    cJSON_SetNumberValue(json->child, 5);
    assert_true(live_json_int(json, "a", 0) == 5);
    assert_true(live_json_int(copy, "a", 0) == 9007199254740993);
    char *text = print(json), *of_copy = print(copy);
    assert_string_equal(text, "{\"a\":5}");
    assert_string_equal(of_copy, "{\"a\":9007199254740993}");
    live_free(text);
    live_free(of_copy);
    cJSON_Delete(json);
    cJSON_Delete(copy);
}

static void what_was_added_is_read(void **state)
{
    cJSON *object = cJSON_CreateObject();

    (void)state;
    live_json_add_int(object, "a", INT64_MIN);
    assert_true(live_json_int(object, "a", 0) == INT64_MIN);
    assert_true(cJSON_IsNumber(object->child));
    assert_true(live_json_real(object, "a", 0) == (double)INT64_MIN);
    cJSON_Delete(object);
}

static void only_the_given_bytes_are_read(void **state)
{
    static const char text[] = "1234567890123456789";
    cJSON *json = NULL;

    (void)state;
    assert_int_equal(live_json_parse(text, 17, &json, NULL), LIVE_OK); // more digits follow
    char *printed = print(json);
    assert_string_equal(printed, "12345678901234567");
    live_free(printed);
    cJSON_Delete(json);
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
        cmocka_unit_test(whole_numbers_are_read_exactly_to_64_bits),
        cmocka_unit_test(digits_are_kept_by_a_copy_and_not_by_a_number_that_was_set_anew),
        cmocka_unit_test(what_was_added_is_read),
        cmocka_unit_test(only_the_given_bytes_are_read),
        cmocka_unit_test(what_json_has_not_is_null_or_refused),
        cmocka_unit_test(nothing_is_a_failed_builder),
        cmocka_unit_test(a_line_that_does_not_reach_its_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
