// SPDX-License-Identifier: Apache-2.0
#include "supervise/reload.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static cJSON *read_json(const char *text)
{
    cJSON *json = NULL;

    if (text)
        assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    return json;
}

#define ON                                                                                         \
    "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": 1, \"b\": [1, {\"c\": \"x\"}]}}"

static const struct {
    const char *name, *before, *after;
    ag_change change;
} rows[] = {
    { "nothing", NULL, NULL, AG_KEEP },
    { "a new process", NULL, ON, AG_START },
    { "a new one that is disabled", NULL, "{\"enabled\": false, \"config\": {}}", AG_KEEP },
    { "a new one that cannot run", NULL, "{\"enabled\": true}", AG_KEEP },
    { "the same", ON, ON, AG_KEEP },
    { "another order of members", ON,
      "{\"stamp\": \"1\", \"config\": {\"b\": [1.0, {\"c\": \"x\"}], \"a\": 1}, \"enabled\": true}",
      AG_KEEP },
    { "another order of elements", ON,
      "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": 1, \"b\": [{\"c\": \"x\"}, 1]}}",
      AG_RESTART },
    { "another number", ON,
      "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": 1.0000000001, \"b\": [1, {\"c\": "
      "\"x\"}]}}",
      AG_RESTART },
    { "another type", ON,
      "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": \"1\", \"b\": [1, {\"c\": "
      "\"x\"}]}}",
      AG_RESTART },
    { "one member more", ON,
      "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": 1, \"z\": 0, \"b\": [1, {\"c\": "
      "\"x\"}]}}",
      AG_RESTART },
    { "one element less", ON,
      "{\"enabled\": true, \"stamp\": \"1\", \"config\": {\"a\": 1, \"b\": [1]}}", AG_RESTART },
    { "another file of its module", ON,
      "{\"enabled\": true, \"stamp\": \"2\", \"config\": {\"a\": 1, \"b\": [1, {\"c\": \"x\"}]}}",
      AG_RESTART },
    { "disabled", ON, "{\"enabled\": false, \"stamp\": \"1\", \"config\": {\"a\": 1}}", AG_STOP },
    { "no longer fit to run", ON, "{\"enabled\": true}", AG_STOP },
    { "enabled", "{\"enabled\": false, \"config\": {}}", ON, AG_START },
    { "fit to run now", "{\"enabled\": true}", ON, AG_START },
    { "changed while it is disabled", "{\"enabled\": false, \"config\": {\"a\": 1}}",
      "{\"enabled\": false, \"config\": {\"a\": 2}}", AG_KEEP },
    { "gone", ON, NULL, AG_REMOVE },
    { "gone, and was disabled", "{\"enabled\": false}", NULL, AG_REMOVE },
};

static void only_what_differs_is_touched(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *before = read_json(rows[i].before), *after = read_json(rows[i].after);
        ag_change change = ag_reload_change(before, after);
        if (change != rows[i].change)
            fail_msg("%s: %s, not %s", rows[i].name, ag_change_name(change),
                     ag_change_name(rows[i].change));
        cJSON_Delete(before);
        cJSON_Delete(after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(only_what_differs_is_touched) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
