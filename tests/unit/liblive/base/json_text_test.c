// SPDX-License-Identifier: Apache-2.0
#include <live/buf.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include <live/json_text.h>

static live_json_text *read_text(const char *text)
{
    live_buf *buf = live_buf_new();
    live_error error = { 0 };
    live_json_text *json = NULL;
    char *copy = NULL;
    size_t length = 0;

    live_buf_add_text(buf, text);
    assert_int_equal(live_buf_take(buf, &copy, &length, &error), LIVE_OK);
    if (live_json_text_new(copy, length, "file", &json, &error))
        fail_msg("%s", error.text);
    return json;
}

static void assert_text(const live_json_text *json, const char *want)
{
    assert_string_equal(live_json_text_data(json, NULL), want);
}

static void replacing_changes_the_value_and_nothing_else(void **unused)
{
    live_json_text *json = read_text("{ \"a\":{\"on\" :\tfalse },\r\n  \"b\": 1.50 }\n\n");

    (void)unused;
    assert_int_equal(live_json_text_replace(json, "/a/on", "true", NULL), LIVE_OK);
    assert_text(json, "{ \"a\":{\"on\" :\ttrue },\r\n  \"b\": 1.50 }\n\n");
    assert_int_equal(live_json_text_replace(json, "/c", "1", NULL), LIVE_E_NOTFOUND);
    live_json_text_free(json);
}

static const struct {
    const char *what, *text, *pointer, *key, *value, *indent, *want;
} additions[] = {
    { "a list on a line", "[\"a\", \"b\"]", "", NULL, "\"c\"", "", "[\"a\", \"b\", \"c\"]" },
    { "an empty list", "[]", "", NULL, "1", "", "[1]" },
    { "an empty list with space in it", "[ ]", "", NULL, "1", "", "[1]" },
    { "an object on a line", "{ \"a\": 1 }", "", "b", "2", "", "{ \"a\": 1, \"b\": 2 }" },
    { "an object on a line, tight", "{\"a\":1}", "", "b", "2", "", "{\"a\":1, \"b\": 2}" },
    { "a member a line", "{\n  \"a\": 1\n}\n", "", "b", "2", "",
      "{\n  \"a\": 1,\n  \"b\": 2\n}\n" },
    { "by tabs", "{\n\t\"a\": {\n\t\t\"x\": 1\n\t}\n}", "/a", "y", "2", "",
      "{\n\t\"a\": {\n\t\t\"x\": 1,\n\t\t\"y\": 2\n\t}\n}" },
    { "an empty object and a value of a line", "{ \"p\": {} }", "/p", "x", "{ \"on\": true }", "",
      "{ \"p\": {\"x\": { \"on\": true }} }" },
    { "an empty object and a value of lines", "{\n  \"p\": {}\n}", "/p", "x",
      "{\n      \"on\": true\n    }", "    ",
      "{\n  \"p\": {\n    \"x\": {\n      \"on\": true\n    }\n  }\n}" },
    { "lines take the place of their neighbours", "{\n\t\"p\": {\n\t\t\"a\": 1\n\t}\n}", "/p", "x",
      "{\n      \"on\": true\n    }", "    ",
      "{\n\t\"p\": {\n\t\t\"a\": 1,\n\t\t\"x\": {\n\t\t  \"on\": true\n\t\t}\n\t}\n}" },
    { "a name that needs quoting", "{}", "", "a\"b", "1", "", "{\"a\\\"b\": 1}" },
};

static void an_addition_is_laid_out_as_its_neighbours_are(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof additions / sizeof *additions; i++) {
        live_json_text *json = read_text(additions[i].text);
        live_error error = { 0 };

        if (live_json_text_add(json, additions[i].pointer, additions[i].key, additions[i].value,
                               additions[i].indent, &error))
            fail_msg("%s: %s", additions[i].what, error.text);
        if (strcmp(live_json_text_data(json, NULL), additions[i].want) != 0)
            fail_msg("%s: %s", additions[i].what, live_json_text_data(json, NULL));
        live_json_text_free(json);
    }
}

static void the_tree_follows_the_text(void **unused)
{
    live_json_text *json = read_text("{\"list\": [1]}");

    (void)unused;
    assert_int_equal(live_json_text_add(json, "/list", NULL, "2", "", NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(live_json_text_tree(json), "list")), 2);
    live_json_text_free(json);
}

static void a_value_that_is_no_json_changes_nothing(void **unused)
{
    live_json_text *json = read_text("{\"a\": 1}");
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(live_json_text_replace(json, "/a", "oops", &error), LIVE_E_PARSE);
    assert_text(json, "{\"a\": 1}");
    assert_int_equal(live_json_text_replace(json, "/a", "2", NULL), LIVE_OK);
    assert_text(json, "{\"a\": 2}");
    live_json_text_free(json);
}

static void a_member_is_copied_as_it_is_written(void **unused)
{
    live_json_text *to = read_text("{ \"p\": {\n  \"a/b\": 1 } }");
    live_json_text *from = read_text("{\n      \"p\": {\n        \"x\": { \"n\": 1.0,\n"
                                     "            \"m\": 2 }\n    } }");

    (void)unused;
    assert_int_equal(live_json_text_copy(to, from, "/p", "x", NULL), LIVE_OK);
    assert_text(to, "{ \"p\": {\n  \"a/b\": 1,\n  \"x\": { \"n\": 1.0,\n      \"m\": 2 } } }");
    assert_int_equal(live_json_text_copy(to, from, "/p", "nothing", NULL), LIVE_E_NOTFOUND);
    live_json_text_free(from);
    live_json_text_free(to);
}

static void a_name_with_a_slash_has_its_pointer(void **unused)
{
    char pointer[LIVE_JSON_POINTER_BYTES];

    (void)unused;
    live_json_text_pointer("/processes", "a/b~c", pointer);
    assert_string_equal(pointer, "/processes/a~1b~0c");
}

static void a_refusal_names_file_line_and_column(void **unused)
{
    live_json_text *json = read_text("{\n  \"p\": 3 }");
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(live_json_text_add(json, "/p", "x", "1", "", &error), LIVE_E_INVALID);
    assert_string_equal(error.text, "file:2:8: p: an object is due");
    live_json_text_refuse(json, "/p/deeper/down", "it is not there", &error);
    assert_string_equal(error.text, "file:2:8: p/deeper/down: it is not there");
    live_json_text_free(json);
}

static const struct {
    const char *text, *why;
} broken[] = {
    { "", "file:1:1: the file is empty" },
    { "{\n  \"a\": oops }", "file:2:8: " },
    { "{ \"a\": \"\xff\" }", "file:1:9: " },
};

static void what_is_no_json_is_refused_with_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        live_error error = { 0 };
        live_json_text *json = NULL;
        live_buf *buf = live_buf_new();
        char *copy = NULL;

        live_buf_add_text(buf, broken[i].text);
        assert_int_equal(live_buf_take(buf, &copy, NULL, NULL), LIVE_OK);
        assert_int_equal(live_json_text_new(copy, strlen(broken[i].text), "file", &json, &error),
                         LIVE_E_PARSE);
        assert_memory_equal(error.text, broken[i].why, strlen(broken[i].why));
    }
}

static const struct {
    const char *before, *pointer, *after;
} removals[] = {
    { "{\"a\": 1}", "/a", "{}" },
    { "{ \"a\": 1 }", "/a", "{}" },
    { "{\"a\": 1, \"b\": 2}", "/a", "{ \"b\": 2}" },
    { "{\"a\": 1, \"b\": 2}", "/b", "{\"a\": 1}" },
    { "{\n  \"a\": 1,\n  \"b\": {},\n  \"c\": 3\n}\n", "/b", "{\n  \"a\": 1,\n  \"c\": 3\n}\n" },
    { "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "/b", "{\n  \"a\": 1\n}\n" },
    { "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "/a", "{\n  \"b\": 2\n}\n" },
    { "{\"x\": {\"a/b\": [1, 2], \"c\": 0}}", "/x/a~1b", "{\"x\": { \"c\": 0}}" },
    { "{\"a\": \",\" , \"b\": \"}\"}", "/b", "{\"a\": \",\" }" },
};

static void a_member_is_removed_with_its_comma_and_the_rest_is_json(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof removals / sizeof *removals; i++) {
        live_json_text *json = read_text(removals[i].before);
        assert_int_equal(live_json_text_remove(json, removals[i].pointer, NULL), LIVE_OK);
        assert_text(json, removals[i].after);
        live_json_text_free(json);
    }
}

static void what_is_no_member_is_not_removed(void **unused)
{
    live_json_text *json = read_text("{\"a\": [1, 2]}");

    (void)unused;
    assert_int_equal(live_json_text_remove(json, "/b", NULL), LIVE_E_NOTFOUND);
    assert_int_equal(live_json_text_remove(json, "/a/0", NULL), LIVE_E_NOTFOUND);
    assert_int_equal(live_json_text_remove(json, "", NULL), LIVE_E_NOTFOUND);
    assert_text(json, "{\"a\": [1, 2]}");
    live_json_text_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replacing_changes_the_value_and_nothing_else),
        cmocka_unit_test(an_addition_is_laid_out_as_its_neighbours_are),
        cmocka_unit_test(the_tree_follows_the_text),
        cmocka_unit_test(a_value_that_is_no_json_changes_nothing),
        cmocka_unit_test(a_member_is_copied_as_it_is_written),
        cmocka_unit_test(a_name_with_a_slash_has_its_pointer),
        cmocka_unit_test(a_member_is_removed_with_its_comma_and_the_rest_is_json),
        cmocka_unit_test(what_is_no_member_is_not_removed),
        cmocka_unit_test(a_refusal_names_file_line_and_column),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
