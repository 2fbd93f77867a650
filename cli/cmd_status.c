// SPDX-License-Identifier: Apache-2.0
// live status: how an agent is.
#include <live/json.h>
#include <live/time.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "operate.h"
#include "status_view.h"

enum { OPT_JSON = OPT_FIRST, OPT_PROMETHEUS, WATCH_MS = 2000 };

typedef enum shape { SHAPE_TABLE, SHAPE_JSON, SHAPE_PROMETHEUS } shape;

static agent_words words = AGENT_WORDS_INIT;
static shape as = SHAPE_TABLE;
static bool watch;

static const struct argp_option options[] = {
    AGENT_WORDS_OPTION,
    { "watch", 'w', NULL, 0, "show it again every two seconds", 0 },
    { "json", OPT_JSON, NULL, 0, "print it as JSON", 0 },
    { "prometheus", OPT_PROMETHEUS, NULL, 0, "print it in the text format of Prometheus", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': return agent_words_parse(&words, key, value, state);
    case 'w': watch = true; return 0;
    case OPT_JSON: as = SHAPE_JSON; return 0;
    case OPT_PROMETHEUS: as = SHAPE_PROMETHEUS; return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp status_argp = {
    .options = options,
    .parser = parse,
    .doc = "Shows how a running agent is: a verdict with its reason, then each process.\v"
           "CPU is since the process started, with --watch since the last look. Exit codes: 0 "
           "healthy, "
           "1 anything else, also while it starts, or when none runs."
};

static int print_none(const live_error *error)
{
    cJSON *none = cJSON_CreateObject();

    cJSON_AddStringToObject(none, "verdict", "down");
    cJSON_AddStringToObject(none, "reason", error->text);
    if (as == SHAPE_PROMETHEUS)
        status_print_prometheus(stdout, NULL, live_time_ms());
    else if (as == SHAPE_TABLE)
        status_print(stdout, none, NULL, 0, live_time_ms());
    else
        command_print(none);
    cJSON_Delete(none);
    return EXIT_FAILED;
}

static int print(cJSON *status, const cJSON *before, int64_t before_ms)
{
    bool healthy = strcmp(live_json_str(status, "verdict", ""), "healthy") == 0;

    if (as == SHAPE_PROMETHEUS)
        status_print_prometheus(stdout, status, live_time_ms());
    else if (as == SHAPE_TABLE)
        status_print(stdout, status, before, before_ms, live_time_ms());
    else
        command_print(status);
    fflush(stdout);
    return healthy ? EXIT_DONE : EXIT_FAILED;
}

static void clear_screen(void)
{
    if (isatty(STDOUT_FILENO) && as == SHAPE_TABLE)
        fputs("\033[H\033[2J", stdout);
}

static live_err look(control *control, cJSON **ret_status, live_error *error)
{
    live_err err =
        control_ask(control, control_request("status", NULL), CONTROL_SHORT_MS, ret_status, error);

    cJSON_DeleteItemFromObject(*ret_status, "v");
    cJSON_DeleteItemFromObject(*ret_status, "ok");
    return err;
}

// Until it is interrupted or the agent ends.
static int go_on(control *control, cJSON *status)
{
    const struct timespec pause = { .tv_sec = WATCH_MS / 1000 };
    int64_t at_ms = live_time_monotonic_ms();
    live_error error = { 0 };
    int code = EXIT_DONE;

    while (code != EXIT_USAGE && nanosleep(&pause, NULL) == 0) {
        cJSON *next = NULL;
        int64_t now_ms = live_time_monotonic_ms();
        if (look(control, &next, &error)) {
            cJSON_Delete(next);
            break;
        }
        clear_screen();
        code = print(next, status, now_ms - at_ms);
        cJSON_Delete(status);
        status = next;
        at_ms = now_ms;
    }
    cJSON_Delete(status);
    return error.code ? print_none(&error) : code;
}

int status_run(void)
{
    control *control = NULL;
    live_error error = { 0 };
    cJSON *status = NULL;
    live_err err = control_open(words.settings, &control, &error);

    if (err == LIVE_E_NOTFOUND)
        return print_none(&error);
    if (!err)
        err = look(control, &status, &error);
    int code = EXIT_FAILED;
    if (err) {
        cJSON_Delete(status);
        command_failed(&error);
    } else {
        if (watch)
            clear_screen();
        code = print(status, NULL, 0);
        if (watch)
            code = go_on(control, status);
        else
            cJSON_Delete(status);
    }
    control_close(control);
    return code;
}
