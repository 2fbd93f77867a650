// SPDX-License-Identifier: Apache-2.0
// live logs: what an agent and its processes said.
#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "log_tree.h"
#include "operate.h"
#include "terminal.h"

enum { OPT_JSON = OPT_FIRST, OPT_LEVEL, OPT_SINCE, OPT_TEXT, LINES = 100, MAX_LINES = 100000 };

static agent_words words = AGENT_WORDS_INIT;
static int64_t count = LINES;
static const char *level = "debug", *wanted; // NULL: any text
static int64_t since_ms;                     // before now; 0: any time
static bool follow, json;
static int width; // of the processes' names; 0: nothing is to be aligned

static const struct argp_option options[] = {
    AGENT_WORDS_OPTION,
    { "lines", 'n', "N", 0, "the last N lines (default: 100)", 0 },
    { "follow", 'f', NULL, 0, "go on with those that come", 0 },
    { "level", OPT_LEVEL, "LEVEL", 0, "not what is less severe: error, warn, info or debug", 0 },
    { "since", OPT_SINCE, "DURATION", 0, "not what is older, such as 10m", 0 },
    { "text", OPT_TEXT, "TEXT", 0, "only lines that have it, in any case", 0 },
    { "json", OPT_JSON, NULL, 0, "print each line as JSON", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    live_level known;
    live_error error = { 0 };

    switch (key) {
    case 'n':
        count = command_count(state, "--lines", value);
        if (count > MAX_LINES)
            command_usage(state, "--lines: %d are the most", MAX_LINES);
        return 0;
    case 'f': follow = true; return 0;
    case OPT_LEVEL:
        if (live_level_parse(value, &known, &error))
            command_usage(state, "--level: %s", error.text);
        level = value;
        return 0;
    case OPT_SINCE: since_ms = command_duration(state, "--since", value); return 0;
    case OPT_TEXT: wanted = value; return 0;
    case OPT_JSON: json = true; return 0;
    default: return agent_words_parse(&words, key, value, state);
    }
}

const struct argp logs_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[NAME…]",
    .doc =
        "Shows the last lines of the log of a running agent, or those of some of its processes.\v"
        "'agent' is the supervisor's own, 'gateway' the gateway's. A running agent keeps the last "
        "256 "
        "KiB; its file, .live/log/agent.log or $DDA_LOG_FILE, has more. On a terminal the lines of "
        "an "
        "action stand together, as a tree; with --follow they come as they happen."
};

static int name_length(const cJSON *line)
{
    return (int)strlen(live_json_str(line, "process", ""));
}

// So that trees of several processes stand in by the same steps, where a person looks at them.
static int padding(const cJSON *line)
{
    int length = name_length(line);

    return length < width ? width - length : 0;
}

static void print_plain(const cJSON *line)
{
    time_t seconds = (time_t)(live_json_int(line, "time_ms", 0) / 1000);
    const char *own = live_json_str(line, "level", "");
    char clock[32] = "";
    struct tm local;

    if (localtime_r(&seconds, &local))
        strftime(clock, sizeof clock, "%Y-%m-%d %H:%M:%S", &local);
    printf("%s %-5s ", clock, own);
    terminal_write(stdout, live_json_str(line, "process", ""));
    printf(":%*s", 1 + log_tree_indent(line) + padding(line), "");
    if (live_json_get(line, "action_status")) {
        terminal_write(stdout, live_json_str(line, "event", ""));
        fputc(' ', stdout);
    }
    terminal_write(stdout, live_json_str(line, "text", ""));
    fputc('\n', stdout);
}

static void print(const cJSON *line)
{
    if (json)
        command_print(line);
    else
        print_plain(line);
}

static cJSON *make_request(void)
{
    cJSON *request = control_request("logs", words.names);

    cJSON_AddNumberToObject(request, "count", (double)count);
    cJSON_AddStringToObject(request, "level", level);
    if (wanted)
        cJSON_AddStringToObject(request, "text", wanted);
    if (since_ms > 0)
        live_json_add_int(request, "since_ms", live_time_ms() - since_ms);
    cJSON_AddBoolToObject(request, "follow", follow);
    return request;
}

static live_err hear_more(control *control, live_error *error)
{
    cJSON *news = NULL;

    fflush(stdout);
    live_err err = control_hear(control, COMMAND_LOOK_MS, &news, error);
    if (err == LIVE_E_TIMEOUT)
        return command_is_read() ? LIVE_OK : LIVE_E_CLOSED;
    if (!err)
        print(live_json_get(news, "line"));
    cJSON_Delete(news);
    return err;
}

// For a person: actions as trees. What is followed comes as it happens.
static void draw_trees(cJSON *lines)
{
    const cJSON *line;

    if (!follow)
        log_tree_order(lines);
    cJSON_ArrayForEach (line, lines)
        width = name_length(line) > width ? name_length(line) : width;
}

int logs_run(void)
{
    control *control = NULL;
    live_error error = { 0 };
    cJSON *answer = NULL, *lines;
    const cJSON *line;
    live_err err = control_open(words.settings, &control, &error);

    if (!err)
        err = control_ask(control, make_request(), CONTROL_SHORT_MS, &answer, &error);
    lines = cJSON_GetObjectItemCaseSensitive(answer, "lines");
    if (lines && !json && isatty(STDOUT_FILENO))
        draw_trees(lines);
    cJSON_ArrayForEach (line, lines)
        print(line);
    cJSON_Delete(answer);
    while (!err && follow)
        err = hear_more(control, &error);
    control_close(control);
    return err && !(follow && err == LIVE_E_CLOSED) ? command_failed(&error) : EXIT_DONE;
}
