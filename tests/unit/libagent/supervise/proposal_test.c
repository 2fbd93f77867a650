// SPDX-License-Identifier: Apache-2.0
// A change of a settings file that is proposed, not made: what is printed.
#include "supervise/proposal.h"

#include <agent/agent.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "own_module.h"

static char folder[64], path[96];

static const char text[] = "{\"enabled_modules\": [\"own\"],\n \"processes\": {\"a\": {\"type\": "
                           "\"steady\", \"enabled\": false}}}\n";

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/proposal_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/settings.json", folder);
    return (int)live_file_write(path, text, strlen(text), 0600, NULL);
}

static int drop_folder(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder);
}

// What is printed, which the file survives; yours.
static cJSON *propose(int code, bool judged, const char *operation, char **words)
{
    const ag_proposal proposal = { operation, words, judged, own_modules };
    char out[128], *after = NULL;
    cJSON *json = NULL;

    snprintf(out, sizeof out, "%s/out", folder);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_non_null(freopen(out, "w", stdout));
    int got = ag_proposal_print(path, &proposal);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_int_equal(got, code);
    assert_int_equal(live_file_read_json(out, &json, NULL), LIVE_OK);
    unlink(out);
    assert_int_equal(live_file_read(path, &after, NULL, NULL), LIVE_OK);
    assert_string_equal(after, text);
    live_free(after);
    return json;
}

static void the_text_that_would_become_of_it_is_told(void **unused)
{
    char *words[] = { (char[]){ "a" }, NULL };
    cJSON *json = propose(0, true, "enable", words);

    (void)unused;
    assert_string_equal(live_json_str(json, "path", ""), path);
    assert_string_equal(live_json_str(json, "before", ""), text);
    assert_non_null(strstr(live_json_str(json, "after", ""), "\"enabled\": true"));
    assert_true(live_json_bool(live_json_get(json, "done"), "a", false));
    assert_int_equal(cJSON_GetArraySize(live_json_get(json, "findings")), 0);
    cJSON_Delete(json);
}

static void what_an_agent_would_refuse_is_found(void **unused)
{
    char *words[] = { (char[]){ "b" }, (char[]){ "{\"type\": \"stead\"}" }, NULL };
    cJSON *json = propose(0, true, "add", words);
    const char *line = cJSON_GetStringValue(cJSON_GetArrayItem(live_json_get(json, "findings"), 0));

    (void)unused;
    assert_non_null(line);
    assert_memory_equal(line, path, strlen(path)); // the file's place, not a draft's
    assert_non_null(strstr(line, "b: type: no enabled module has a process 'stead'"));
    cJSON_Delete(json);
    json = propose(0, false, "add", words); // no agent runs: nothing is judged
    assert_null(live_json_get(json, "findings"));
    cJSON_Delete(json);
}

static void what_an_agent_would_pass_over_is_told_of_what_is_added(void **unused)
{
    char *words[] = { (char[]){ "b" }, (char[]){ "{\"type\": \"steady\", \"limits.memory\": 5}" },
                      NULL };
    cJSON *json = propose(0, true, "add", words);
    const cJSON *warnings = live_json_get(json, "warnings");

    (void)unused;
    assert_int_equal(cJSON_GetArraySize(live_json_get(json, "findings")), 0);
    assert_int_equal(cJSON_GetArraySize(warnings), 1);
    assert_non_null(strstr(cJSON_GetStringValue(cJSON_GetArrayItem(warnings, 0)),
                           "b: limits.memory: no such setting; it is ignored"));
    cJSON_Delete(json);
}

static void what_is_as_it_should_be_is_not_judged(void **unused)
{
    char *words[] = { (char[]){ "a" }, NULL };
    cJSON *json = propose(0, true, "disable", words);

    (void)unused;
    assert_true(cJSON_IsFalse(live_json_get(live_json_get(json, "done"), "a")));
    assert_string_equal(live_json_str(json, "before", ""), live_json_str(json, "after", "?"));
    assert_null(live_json_get(json, "findings"));
    cJSON_Delete(json);
}

static void what_cannot_be_asked_is_an_error(void **unused)
{
    static const struct {
        const char *operation, *first, *second, *why;
    } cases[] = {
        { "enable", "no", NULL, "no process and no module 'no'; there are 'a'" },
        { "rename", "a", NULL, "'rename' is no change of settings" },
        { "add", "b", NULL, "its settings are due" },
        { "add", "b", "[]", "its settings: an object is due" },
        { "add", "a", "{}", "it is there already" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char first[16], second[16];
        snprintf(first, sizeof first, "%s", cases[i].first);
        snprintf(second, sizeof second, "%s", cases[i].second ? cases[i].second : "");
        char *words[] = { first, cases[i].second ? second : NULL, NULL };
        cJSON *json = propose(1, true, cases[i].operation, words);
        assert_non_null(strstr(live_json_str(json, "error", ""), cases[i].why));
        cJSON_Delete(json);
    }
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(the_text_that_would_become_of_it_is_told),
        CASE(what_an_agent_would_refuse_is_found),
        CASE(what_an_agent_would_pass_over_is_told_of_what_is_added),
        CASE(what_is_as_it_should_be_is_not_judged),
        CASE(what_cannot_be_asked_is_an_error),
    };

    if (argc > 1)
        return agent_main(argc, argv, own_modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
