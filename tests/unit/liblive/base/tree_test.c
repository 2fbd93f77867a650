// SPDX-License-Identifier: Apache-2.0
// Trees are those that cJSON makes, whoever reads them.
#include "base/tree.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

// Member for member, in their order; -0 is not 0.
static bool same(const cJSON *a, const cJSON *b)
{
    if (a->type != b->type || a->valueint != b->valueint ||
        memcmp(&a->valuedouble, &b->valuedouble, sizeof a->valuedouble) != 0 ||
        !same_text(a->string, b->string))
        return false;
    if (!cJSON_IsNumber(a) && !same_text(a->valuestring, b->valuestring)) // digits are ours alone
        return false;
    for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
        if (!same(a, b))
            return false;
    return !a && !b;
}

static void assert_same(const char *text)
{
    const size_t length = strlen(text);
    live_error error = { 0 };
    cJSON *due = cJSON_ParseWithLength(text, length);

    if (live_json_check(text, length, &error))
        fail_msg("%s: %s", text, error.text);
    cJSON *tree = lv_tree_read(text, length);
    assert_non_null(due);
    assert_non_null(tree);
    if (!same(tree, due))
        fail_msg("not the same: %s", text);
    cJSON_Delete(tree);
    cJSON_Delete(due);
}

static void values_of_all_kinds_are_read_as_by_cjson(void **unused)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        " [ ] ",
        "true",
        "\"\"",
        "\"a\"",
        " \t\r\n{ \"a\" : [ 1 , true , false , null ] , \"b\" : { \"\" : \"c\" } } \n",
        "[[[[]],{}],[{\"a\":{\"a\":[]}}]]",
        "{\"a\":1,\"a\":2,\"A\":3}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"ends with a backslash \\\\\"",
        "{\"\\\"k\\u00e4y\\\\\":\"\\u00e4\\ud83d\\ude00\"}",
        "[\"r\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s\",\"\xf0\x9f\x98\x80\"]",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_same(texts[i]);
}

static void numbers_are_read_as_by_strtod(void **unused)
{
    static const char *const numbers[] = {
        "0",
        "-0",
        "7",
        "-12",
        "0.1",
        "-0.001",
        "2310.5",
        "1700000000000",
        "0.3",
        "99999999999",
        "123456.7",
        "9.99999999999999",
        "1e3",
        "1E-7",
        "-2.5e+10",
        "1.7976931348623157e308",
        "5e-324",
        "1e15",
        "0.1e1",
        "0.10000000000000000555",
        "2147483647",
        "-2147483648",
        "4294967296",
        "9007199254740993",
        "12345678901234567890",
        "0.00000000000001",
        "-999999999999.25",
        "123456789012345",
        "12345678901234.5",
        "1234567890123456",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_same(numbers[i]);
}

static void a_text_need_not_end_with_nul(void **unused)
{
    (void)unused;
    cJSON *tree = lv_tree_read("12345", 3);
    assert_true(tree->valuedouble == 123);
    cJSON_Delete(tree);
    tree = lv_tree_read("[\"ab\"]\"", 6);
    assert_string_equal(tree->child->valuestring, "ab");
    cJSON_Delete(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_all_kinds_are_read_as_by_cjson),
        cmocka_unit_test(numbers_are_read_as_by_strtod),
        cmocka_unit_test(a_text_need_not_end_with_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
