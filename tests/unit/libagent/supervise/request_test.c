// SPDX-License-Identifier: Apache-2.0
#include "supervise/request.h"

#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

static const struct {
    const char *line;
    live_err err;
    ag_operation operation;
    const char *text; // of the error
} rows[] = {
    { "{\"v\": 1, \"do\": \"status\"}", LIVE_OK, AG_DO_STATUS, NULL },
    { "{\"v\": 1, \"do\": \"stop\", \"id\": [7]}", LIVE_OK, AG_DO_STOP, NULL },
    { "{\"v\": 1, \"do\": \"start\", \"processes\": [\"a\", \"b\"]}", LIVE_OK, AG_DO_START, NULL },
    { "{\"v\": 1, \"do\": \"restart\"}", LIVE_OK, AG_DO_RESTART, NULL },
    { "{\"v\": 1, \"do\": \"add\", \"process\": \"a\", \"settings\": {}}", LIVE_OK, AG_DO_ADD,
      NULL },
    { "{\"v\": 1, \"do\": \"logs\", \"count\": 5, \"level\": \"warn\", \"follow\": true}", LIVE_OK,
      AG_DO_LOGS, NULL },
    { "{\"v\": 1, \"do\": \"outbox\", \"action\": \"retry\", \"first\": 7, \"last\": 9}", LIVE_OK,
      AG_DO_OUTBOX, NULL },
    { "{\"v\": 1, \"do\": \"outbox\"}", LIVE_E_INVALID, 0, "action: show, retry or purge is due" },
    { "{\"v\": 1, \"do\": \"outbox\", \"action\": \"show\", \"first\": -1}", LIVE_E_INVALID, 0,
      "first: a whole number is due" },
    { "{\"v\": 1, \"do\": \"outbox\", \"action\": \"show\", \"last\": \"x\"}", LIVE_E_INVALID, 0,
      "last: a whole number is due" },
    { "{\"v\": 1.0, \"do\": \"status\"}", LIVE_OK, AG_DO_STATUS, NULL },
    { "{\"v\": 1, \"do\": \"logs\", \"count\": 1E1}", LIVE_OK, AG_DO_LOGS, NULL },
    { "{\"v\": 1, \"do\": \"logs\", \"count\": 9007199254740993}", LIVE_E_INVALID, 0,
      "count: a whole number from 0" },
    { "{\"v\": NaN, \"do\": \"status\"}", LIVE_E_PARSE, 0, "1:7: a value is due" },
    { "{\"v\": 1e999, \"do\": \"status\"}", LIVE_E_PARSE, 0, "1:7: a number beyond" },
    { "{\"v\": 1, \"do\": \"stat\xFFus\"}", LIVE_E_PARSE, 0, "1:21: not UTF-8" },
    { "{\"v\": 1, \"do\": \"status\\ud83d\"}", LIVE_E_PARSE, 0, "half of a surrogate pair" },
    { "{\"v\": 1, \"do\": \"status\\u0000\"}", LIVE_E_PARSE, 0, "a string holds no U+0000" },
    { "", LIVE_E_PARSE, 0, "a value is due" },
    { "nonsense", LIVE_E_PARSE, 0, "1:1: " },
    { "{\"v\": 1, \"do\": \"status\"} {}", LIVE_E_PARSE, 0, "1:26: " },
    { "[]", LIVE_E_INVALID, 0, "an object is due" },
    { "{\"do\": \"status\"}", LIVE_E_PROTOCOL, 0, "v: version 1 is spoken here" },
    { "{\"v\": 2, \"do\": \"status\"}", LIVE_E_PROTOCOL, 0, "v: version 1 is spoken here" },
    { "{\"v\": 1}", LIVE_E_INVALID, 0, "do: the name of an operation is due" },
    { "{\"v\": 1, \"do\": 3}", LIVE_E_INVALID, 0, "do: the name of an operation is due" },
    { "{\"v\": 1, \"do\": \"explode\"}", LIVE_E_UNSUPPORTED, 0, "do: 'explode' is no operation" },
    { "{\"v\": 1, \"do\": \"start\"}", LIVE_E_INVALID, 0, "processes: a list of names is due" },
    { "{\"v\": 1, \"do\": \"start\", \"processes\": []}", LIVE_E_INVALID, 0,
      "a list of names is due" },
    { "{\"v\": 1, \"do\": \"stop\", \"processes\": \"a\"}", LIVE_E_INVALID, 0,
      "a list of names is due" },
    { "{\"v\": 1, \"do\": \"stop\", \"processes\": [1]}", LIVE_E_INVALID, 0,
      "a list of names is due" },
    { "{\"v\": 1, \"do\": \"add\", \"settings\": {}}", LIVE_E_INVALID, 0,
      "process: a name is due" },
    { "{\"v\": 1, \"do\": \"add\", \"process\": \"a\"}", LIVE_E_INVALID, 0,
      "settings: an object is due" },
    { "{\"v\": 1, \"do\": \"logs\", \"count\": -1}", LIVE_E_INVALID, 0,
      "count: a whole number from 0" },
    { "{\"v\": 1, \"do\": \"logs\", \"count\": \"5\"}", LIVE_E_INVALID, 0,
      "count: a whole number from 0" },
    { "{\"v\": 1, \"do\": \"logs\", \"level\": \"loud\"}", LIVE_E_INVALID, 0,
      "level: 'loud' is no level" },
    { "{\"v\": 1, \"do\": \"logs\", \"level\": 5}", LIVE_E_INVALID, 0, "level: '' is no level" },
    { "{\"v\": 1, \"do\": \"logs\", \"follow\": 1}", LIVE_E_INVALID, 0,
      "follow: true or false is due" },
};

static void each_line_is_a_request_or_says_what_is_wrong(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ag_request request = { .json = NULL };
        live_error error = { 0 };
        live_err err = ag_request_parse(rows[i].line, strlen(rows[i].line), &request, &error);
        if (err != rows[i].err || (!err && request.operation != rows[i].operation) ||
            (err && !strstr(error.text, rows[i].text)))
            fail_msg("%s: %s, %s", rows[i].line, live_err_name(err), error.text);
        ag_request_clear(&request);
    }
}

static void names_are_bounded(void **unused)
{
    char line[8192] = "{\"v\": 1, \"do\": \"stop\", \"processes\": [\"a\"";
    ag_request request = { .json = NULL };

    (void)unused;
    for (int i = 0; i < AG_REQUEST_NAMES; i++)
        strcat(line, ", \"a\"");
    strcat(line, "]}");
    assert_int_equal(ag_request_parse(line, strlen(line), &request, NULL), LIVE_E_LIMIT);
    ag_request_clear(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_request_or_says_what_is_wrong),
        cmocka_unit_test(names_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
