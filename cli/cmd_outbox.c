// SPDX-License-Identifier: Apache-2.0
// live outbox: what waits to be sent, and what the platform refused for good.
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/outbox.h>
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "control.h"
#include "outbox_agent.h"
#include "outbox_view.h"
#include "table.h"

enum { OPT_JSON = OPT_FIRST, OPT_FILE, PATH_BYTES = PATH_MAX + 64 };

typedef enum action { SHOW, RETRY, PURGE, ACTIONS } action;

static const char *const action_names[ACTIONS] = { "show", "retry", "purge" };

static struct {
    const char *settings, *file;
    action action;
    int64_t number; // of a dead letter; 0: all
    bool json;
    int words;
} args = { .settings = "settings.json" };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0 },
    { "file", OPT_FILE, "FILE", 0, "an outbox elsewhere, such as /var/lib/AGENT/outbox/outbox.db",
      0 },
    { "json", OPT_JSON, NULL, 0, "print JSON", 0 },
    { 0 },
};

static void take_word(const char *word, const struct argp_state *state)
{
    if (args.words++ == 0) {
        while (args.action < ACTIONS && strcmp(word, action_names[args.action]) != 0)
            args.action++;
        if (args.action == ACTIONS)
            command_usage(state, "'%s' is none of show, retry and purge", word);
        return;
    }
    if (args.words > 2 || args.action == SHOW)
        command_usage(state, "'%s' is one word too many", word);
    args.number = command_count(state, "NUMBER", word);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case OPT_FILE: args.file = value; return 0;
    case OPT_JSON: args.json = true; return 0;
    case ARGP_KEY_ARG: take_word(value, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp outbox_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[show|retry|purge] [NUMBER]",
    .doc = "Shows what waits to be sent, and the events that the platform refused for good, the "
           "dead letters.\v"
           "'retry' queues dead letters again, 'purge' forgets them: the one of the number, or "
           "all. An agent that runs is asked over its control socket."
};

// Where it is: with an agent that runs, open here, or open in another process, which tells no more than its counters.
typedef struct source {
    control *control;
    live_outbox *outbox;
    live_outbox_stat stat;
    int pid; // of the other process; 0: none
} source;

static void find_path(char path[PATH_BYTES])
{
    char settings[PATH_MAX];

    snprintf(settings, sizeof settings, "%s", args.settings);
    if (args.file)
        snprintf(path, PATH_BYTES, "%s", args.file);
    else
        snprintf(path, PATH_BYTES, "%s/.live/outbox/outbox.db", dirname(settings));
}

static bool add_dead(const live_outbox_dead *dead, void *user)
{
    cJSON *row = cJSON_CreateObject(), *event = NULL;
    char when[LIVE_TIME_TEXT_BYTES];

    live_time_format(dead->died_ms, when);
    live_json_add_int(row, "number", dead->number);
    cJSON_AddStringToObject(row, "refused", when);
    live_json_add_int(row, "http", dead->http);
    cJSON_AddStringToObject(row, "reason", dead->reason);
    if (live_json_parse(dead->text, dead->length, &event, NULL) == LIVE_OK)
        cJSON_AddItemToObject(row, "event", event);
    cJSON_AddItemToArray(user, row);
    return true;
}

static void print_json(const live_outbox_stat *stat, int pid, cJSON *dead)
{
    live_buf *text = live_buf_new();
    cJSON *json = NULL;

    live_buf_add_outbox_json(text, stat);
    if (live_json_parse(live_buf_data(text), live_buf_length(text), &json, NULL) == LIVE_OK) {
        live_json_add_int(json, "process", pid);
        cJSON_AddItemReferenceToObject(json, "dead_letters", dead);
        command_print(json);
    }
    cJSON_Delete(json);
    live_buf_free(text);
}

static void print_dead(const cJSON *dead)
{
    static const char *const titles[] = { "NUMBER", "REFUSED", "REASON", "EVENT", NULL };
    cJSON *rows = cJSON_CreateArray();
    const cJSON *letter;

    cJSON_ArrayForEach (letter, dead) {
        cJSON *row = cJSON_CreateArray();
        char number[24], *event = NULL;
        snprintf(number, sizeof number, "%" PRId64, live_json_int(letter, "number", 0));
        const cJSON *text = live_json_get(letter, "event");
        if (live_json_print(text ? text : live_json_get(letter, "beginning"), &event, NULL))
            event = NULL;
        cJSON_AddItemToArray(row, cJSON_CreateString(number));
        cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(letter, "refused", "")));
        cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(letter, "reason", "")));
        cJSON_AddItemToArray(row, cJSON_CreateString(event ? event : ""));
        cJSON_AddItemToArray(rows, row);
        live_free(event);
    }
    if (cJSON_GetArraySize(rows) > 0)
        table_print(stdout, titles, rows);
    cJSON_Delete(rows);
}

static void print(const live_outbox_stat *stat, int pid, cJSON *dead)
{
    if (args.json) {
        print_json(stat, pid, dead);
        return;
    }
    outbox_print(stdout, stat);
    print_dead(dead);
}

static live_err show(source *source, live_error *error)
{
    cJSON *dead = cJSON_CreateArray();
    live_err err = LIVE_OK;

    if (source->control) {
        source->pid = control_pid(source->control);
        err = outbox_agent_show(source->control, &source->stat, dead, error);
    } else if (source->outbox) {
        live_outbox_stats(source->outbox, &source->stat);
        err = live_outbox_dead_each(source->outbox, 0, add_dead, dead, error);
    }
    if (!err)
        print(&source->stat, source->pid, dead);
    cJSON_Delete(dead);
    return err;
}

static live_err change(const source *source, live_error *error)
{
    const bool retries = args.action == RETRY;
    const int64_t last = args.number ? args.number : INT64_MAX;
    size_t count = 0;
    live_err err;

    if (source->control)
        err = outbox_agent_change(source->control, action_names[args.action], args.number, &count,
                                  error);
    else if (retries)
        err = live_outbox_dead_retry(source->outbox, args.number, last, &count, error);
    else
        err = live_outbox_dead_purge(source->outbox, args.number, last, &count, error);
    if (!err && args.number && count == 0)
        return live_fail(error, LIVE_E_NOTFOUND, "there is no dead letter %" PRId64, args.number);
    if (!err && args.json)
        printf("{\"count\":%zu}\n", count);
    else if (!err)
        printf("%zu dead letter%s %s\n", count, count == 1 ? "" : "s",
               retries ? "queued again" : "forgotten");
    return err;
}

// An agent that runs is asked; else the store is opened, unless another process has it.
static live_err open_source(source *source, live_error *error)
{
    char path[PATH_BYTES];
    live_err err =
        args.file ? LIVE_E_NOTFOUND : control_open(args.settings, &source->control, error);

    if (err != LIVE_E_NOTFOUND)
        return err;
    find_path(path);
    err = live_outbox_peek(path, &source->stat, &source->pid, error);
    if (err || (source->pid && args.action == SHOW))
        return err;
    return live_outbox_open(path, NULL, &source->outbox, error);
}

int outbox_run(void)
{
    source source = { .control = NULL };
    live_error error = { 0 };
    live_err err = open_source(&source, &error);

    if (!err)
        err = args.action == SHOW ? show(&source, &error) : change(&source, &error);
    live_outbox_free(source.outbox);
    control_close(source.control);
    return err ? command_failed(&error) : EXIT_DONE;
}
