// SPDX-License-Identifier: Apache-2.0
// The roles of an agent's program, by its arguments.
#include <agent/agent.h>

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "own_module.h"

enum { WORDS = 8 };

static char folder[64], settings[96], said[96];

static int make_folder(void **unused)
{
    static const char text[] = "{\"enabled_modules\": [\"own\"], \"processes\": {\"a\": {\"type\": "
                               "\"steady\"}}}";

    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/agent_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(settings, sizeof settings, "%s/settings.json", folder);
    snprintf(said, sizeof said, "%s/said", folder);
    return (int)live_file_write(settings, text, strlen(text), 0600, NULL);
}

static int drop_folder(void **unused)
{
    char command[96];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

// How the program with these words ends; what it says is in `said`. "@" stands for the settings file.
static int run(const char *const words[WORDS])
{
    char own[WORDS][96], *argv[WORDS + 1] = { NULL };
    int argc = 0, status = -1;

    for (; words[argc]; argc++) {
        snprintf(own[argc], sizeof own[argc], "%s",
                 strcmp(words[argc], "@") == 0 ? settings : words[argc]);
        argv[argc] = own[argc];
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen(said, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
            _exit(99);
        int code = agent_main(argc, argv, own_modules);
        fflush(NULL);
        _exit(code);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void each_role_is_found_by_its_words(void **unused)
{
    static const struct {
        const char *words[WORDS];
        int code;
        const char *says;
    } rows[] = {
        { { "it", "--plan", "@" }, 0, "\"processes\":{\"a\":{" },
        { { "it", "--plan", "/nowhere" }, 0, "\"error\":\"/nowhere: No such file" },
        { { "it", "--inventory", "@" }, 0, "\"name\":\"a\",\"type\":\"steady\"" },
        { { "it", "--validate", "@" }, 0, "settings.json: fine" },
        { { "it", "--validate-json", "@" }, 0, "\"valid\":true" },
        { { "it", "--reference" }, 0, "{\"file\":[" },
        { { "it", "--edit", "@", "enable", "a" }, 0, "\"done\":{\"a\":true}" },
        { { "it", "--edit-judged", "@", "enable", "a" }, 0, "\"findings\":[]" },
        { { "it", "--edit", "@", "enable", "b" }, 1, "\"error\":\"" },
        { { "it", "--settings", "/nowhere" }, 2, "/nowhere: No such file" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = NULL;
        assert_int_equal(run(rows[i].words), rows[i].code);
        assert_int_equal(live_file_read(said, &text, NULL, NULL), LIVE_OK);
        if (!strstr(text, rows[i].says))
            fail_msg("%s: '%s' is not in %s", rows[i].words[1], rows[i].says, text);
        live_free(text);
    }
}

static void words_that_are_none_are_answered_with_those_that_there_are(void **unused)
{
    static const char *const cases[][WORDS] = { { "it", "--frobnicate" },
                                                { "it", "--settings" },
                                                { "it", "--plan" },
                                                { "it", "--strict", "--edit", "x" } };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        assert_int_equal(run(cases[i]), 2);
        assert_int_equal(live_file_read(said, &text, NULL, NULL), LIVE_OK);
        assert_string_equal(text, "Usage: it [--settings FILE] [--daemon] [--strict]\n");
        live_free(text);
    }
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        CASE(each_role_is_found_by_its_words),
        CASE(words_that_are_none_are_answered_with_those_that_there_are),
    };

    if (argc > 1)
        return agent_main(argc, argv, own_modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
