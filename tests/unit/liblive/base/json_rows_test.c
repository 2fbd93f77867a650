// SPDX-License-Identifier: Apache-2.0
// What is read in two steps is what is read at once.
#include <live/json_rows.h>

#include <live/buf.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#define DEEP                                                                                       \
    "{\"a\":[{\"b\":[{\"c\":[{},[]]},\"d}]\\\"{\",-1.5,[[[7]]]]},{ }],\"e\":{\"f\":{ \"g\" : [ ] " \
    "}}}"

static char *printed(const cJSON *json)
{
    char *text = NULL;

    assert_non_null(json);
    assert_int_equal(live_json_print(json, &text, NULL), LIVE_OK);
    return text;
}

// Whatever prints in the same way as this text's tree.
static void assert_reads_as(const cJSON *json, const char *text)
{
    cJSON *due = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &due, NULL), LIVE_OK);
    char *one = printed(json), *other = printed(due);
    assert_string_equal(one, other);
    free(one);
    free(other);
    cJSON_Delete(due);
}

static cJSON *read_outer(const char *text, size_t levels)
{
    cJSON *json = NULL;
    live_error error = { 0 };

    if (live_json_parse_outer(text, strlen(text), levels, &json, &error))
        fail_msg("%s: %s", text, error.text);
    return json;
}

static void containers_below_the_levels_are_their_text(void **unused)
{
    cJSON *json = read_outer("[{\"rows\":[ {\"a\" : [1]},7,{} ],\"n\":[]},\"x\"]", 3);
    const cJSON *row = json->child->child->child;

    (void)unused;
    assert_true(cJSON_IsRaw(row));
    assert_string_equal(row->valuestring, "{\"a\" : [1]}");
    assert_true(cJSON_IsNumber(row->next));
    assert_true(cJSON_IsRaw(row->next->next));
    assert_string_equal(row->next->next->valuestring, "{}");
    assert_true(cJSON_IsArray(json->child->child->next)); // the third level itself
    assert_true(cJSON_IsString(json->child->next));
    cJSON_Delete(json);
}

static void of_no_level_all_is_text_but_a_scalar_is_read(void **unused)
{
    (void)unused;
    cJSON *json = read_outer(" [1, 2] ", 0);
    assert_true(cJSON_IsRaw(json));
    assert_string_equal(json->valuestring, "[1, 2]");
    cJSON_Delete(json);
    json = read_outer("7", 0);
    assert_true(cJSON_IsNumber(json));
    cJSON_Delete(json);
}

static void both_steps_are_one_whatever_the_levels(void **unused)
{
    (void)unused;
    for (size_t levels = 0; levels < 10; levels++) {
        cJSON *outer = read_outer(DEEP, levels), *whole = NULL;
        char *text = printed(outer);
        assert_int_equal(live_json_parse(text, strlen(text), &whole, NULL), LIVE_OK);
        assert_reads_as(whole, DEEP);
        free(text);
        cJSON_Delete(whole);
        cJSON_Delete(outer);
    }
}

// At the same place, and for the same reason.
static void what_is_no_json_is_refused_however_deep_it_is(void **unused)
{
    static const char *const texts[] = {
        "",        "[",        "[[[[1,]]]]", "[{\"a\":[{\"b\":tru}]}]", "[[[[\"\xff\"]]]]",
        "[[]] []", "[[[[1]]]", "[[[[01]]]]", "[[[[\"\\ud800\"]]]]",     "[[[[{\"a\"}]]]]",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *json = NULL;
        live_error due = { 0 }, error = { 0 };
        live_err err = live_json_check(texts[i], strlen(texts[i]), &due);
        assert_int_equal(live_json_parse_outer(texts[i], strlen(texts[i]), 2, &json, &error), err);
        assert_int_not_equal(err, LIVE_OK);
        assert_string_equal(error.text, due.text);
        assert_null(json);
    }
}

static void a_slate_holds_one_tree_after_the_other(void **unused)
{
    static const char *const texts[] = {
        "{\"timestamp\":1700000000000,\"name\":\"a\",\"value\":-2.5,\"on\":true,\"off\":false,"
        "\"none\":null}",
        DEEP,
        "[]",
        "\"\\u00e4\\n\"",
        "{\"k\\u00e4y\":\"r\xc3\xa4ksm\"}",
        "[9007199254740993,12345678901234567890,1e3,-0,0.1]",
    };
    live_json_slate *slate = live_json_slate_new();

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_reads_as(live_json_slate_read(slate, texts[i], strlen(texts[i])), texts[i]);
    live_json_slate_free(slate);
    live_json_slate_free(NULL);
    assert_null(live_json_slate_read(NULL, "7", 1));
}

static void a_slate_has_room_for_what_is_long(void **unused)
{
    live_json_slate *slate = live_json_slate_new();
    live_buf *text = live_buf_new();

    (void)unused;
    live_buf_add_text(text, "[\"");
    for (int i = 0; i < 20000; i++)
        live_buf_add_text(text, "x"); // longer than any block
    live_buf_add_text(text, "\"");
    for (int i = 0; i < 3000; i++)
        live_buf_add_format(text, ",{\"i\":%d}", i);
    live_buf_add_text(text, "]");
    for (int i = 0; i < 3; i++) {
        assert_reads_as(live_json_slate_read(slate, live_buf_data(text), live_buf_length(text)),
                        live_buf_data(text));
        assert_reads_as(live_json_slate_read(slate, "{\"a\":1}", 7), "{\"a\":1}");
    }
    live_buf_free(text);
    live_json_slate_free(slate);
}

static void what_is_copied_from_a_slate_is_kept(void **unused)
{
    static const char text[] = "{\"n\":9007199254740993,\"s\":[\"a\"]}";
    live_json_slate *slate = live_json_slate_new();
    cJSON *copy = cJSON_Duplicate(live_json_slate_read(slate, text, sizeof text - 1), true);

    (void)unused;
    live_json_slate_free(slate);
    assert_reads_as(copy, text);
    assert_int_equal(live_json_int(copy, "n", 0), 9007199254740993);
    cJSON_Delete(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_below_the_levels_are_their_text),
        cmocka_unit_test(of_no_level_all_is_text_but_a_scalar_is_read),
        cmocka_unit_test(both_steps_are_one_whatever_the_levels),
        cmocka_unit_test(what_is_no_json_is_refused_however_deep_it_is),
        cmocka_unit_test(a_slate_holds_one_tree_after_the_other),
        cmocka_unit_test(a_slate_has_room_for_what_is_long),
        cmocka_unit_test(what_is_copied_from_a_slate_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
