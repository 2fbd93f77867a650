// SPDX-License-Identifier: Apache-2.0
// The lenient reader: what it accepts besides JSON, and what it refuses.
#include "input.h"

#include <live/live.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_people_write_reads_as_json(void **state)
{
    static const char *const rows[][2] = {
        { "{\"a\":1}", "{\"a\":1}" },
        { "{__type:t, n:1}", "{\"__type\":\"t\",\"n\":1}" },
        { "{\"__type\":\"t\", key: v, n: 1}", "{\"__type\":\"t\",\"key\":\"v\",\"n\":1}" },
        { "{'a':'it\\'s'}", "{\"a\":\"it's\"}" },
        { "{a: true, b: null, c: -1.5e1, d: 1x}",
          "{\"a\":true,\"b\":null,\"c\":-15,\"d\":\"1x\"}" },
        { "{a=1; b=>2}", "{\"a\":1,\"b\":2}" },
        { "[{a:1,},{b:[1,2,]}]", "[{\"a\":1},{\"b\":[1,2]}]" },
        { "// first\n{a: 1, # second\n /* third */ b: 2}", "{\"a\":1,\"b\":2}" },
        { "{a: \"\\u00e9\\ud83d\\ude00\\n\", }", "{\"a\":\"\xc3\xa9\xf0\x9f\x98\x80\\n\"}" },
        { "{a:nan, b:0x10, c:inf}", "{\"a\":\"nan\",\"b\":\"0x10\",\"c\":\"inf\"}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json;
        live_error error = { 0 };
        if (sim_input_parse(NULL, rows[i][0], strlen(rows[i][0]), &json, &error))
            fail_msg("%s: %s", rows[i][0], error.text);
        char *text = cJSON_PrintUnformatted(json);
        assert_string_equal(text, rows[i][1]);
        cJSON_free(text);
        cJSON_Delete(json);
    }
}

static void mistakes_say_where(void **state)
{
    static const struct {
        const char *text;
        live_err err;
        const char *where;
    } rows[] = {
        { "", LIVE_E_PARSE, "1:1: the text ends too early" },
        { "{a:1", LIVE_E_PARSE, "1:5: ',' or the end expected" },
        { "{a:\n b c}", LIVE_E_PARSE, "2:4: ',' or the end expected" },
        { "{a}", LIVE_E_PARSE, "1:3: ':' expected behind the name" },
        { "{'a:1}", LIVE_E_PARSE, "1:7: the text has no closing quote" },
        { "{'a\\", LIVE_E_PARSE, "1:5: the text has no closing quote" },
        { "{a:}", LIVE_E_PARSE, "1:4: a value expected" },
        { "{a:1} x", LIVE_E_PARSE, "1:7: more behind the value" },
        { "{a:'\\ud83d'}", LIVE_E_PARSE, "1:11: half of a surrogate pair" },
        { "{a:'\xff'}", LIVE_E_PARSE, "1:1: text that is not UTF-8" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = NULL;
        live_error error = { 0 };
        assert_int_equal(sim_input_parse(NULL, rows[i].text, strlen(rows[i].text), &json, &error),
                         rows[i].err);
        assert_string_equal(error.text, rows[i].where);
        assert_null(json);
    }
}

static void depth_is_bounded(void **state)
{
    enum { DEPTH = 100000 };
    char *text = malloc(DEPTH);
    cJSON *json = NULL;
    live_error error = { 0 };

    (void)state;
    memset(text, '[', DEPTH);
    assert_int_equal(sim_input_parse(NULL, text, DEPTH, &json, &error), LIVE_E_LIMIT);
    text[0] = '{';
    text[1] = 'a';
    text[2] = ':';
    assert_int_equal(sim_input_parse(NULL, text, DEPTH, &json, &error), LIVE_E_LIMIT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_reads_as_json),
        cmocka_unit_test(mistakes_say_where),
        cmocka_unit_test(depth_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
