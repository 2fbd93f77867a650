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
           "all. An outbox belongs to its process: while the agent runs its counters are shown, "
           "and its dead letters only once it was stopped."
};

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
        if (live_json_print(live_json_get(letter, "event"), &event, NULL))
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

static live_err show(live_outbox *outbox, const live_outbox_stat *stat, int pid, live_error *error)
{
    cJSON *dead = cJSON_CreateArray();
    live_err err = outbox ? live_outbox_dead_each(outbox, 0, add_dead, dead, error) : LIVE_OK;

    if (!err && args.json)
        print_json(stat, pid, dead);
    if (!err && !args.json) {
        outbox_print(stdout, stat);
        print_dead(dead);
    }
    cJSON_Delete(dead);
    return err;
}

static live_err change(live_outbox *outbox, live_error *error)
{
    size_t count = 0;
    const bool retries = args.action == RETRY;
    const int64_t last = args.number ? args.number : INT64_MAX;
    live_err err = retries ? live_outbox_dead_retry(outbox, args.number, last, &count, error)
                           : live_outbox_dead_purge(outbox, args.number, last, &count, error);

    if (!err && args.number && count == 0)
        return live_fail(error, LIVE_E_NOTFOUND, "there is no dead letter %" PRId64, args.number);
    if (!err)
        printf("%zu dead letter%s %s\n", count, count == 1 ? "" : "s",
               retries ? "queued again" : "forgotten");
    return err;
}

int outbox_run(void)
{
    char path[PATH_BYTES];
    live_outbox *outbox = NULL;
    live_outbox_stat stat;
    live_error error = { 0 };
    int pid = 0;

    find_path(path);
    live_err err = live_outbox_peek(path, &stat, &pid, &error);
    if (!err && pid == 0)
        err = live_outbox_open(path, NULL, &outbox, &error);
    else if (!err && args.action != SHOW)
        err = live_fail(&error, LIVE_E_LIMIT, "%s: process %d has it open: stop the agent first",
                        path, pid);
    if (!err && outbox)
        live_outbox_stats(outbox, &stat);
    if (!err)
        err = args.action == SHOW ? show(outbox, &stat, pid, &error) : change(outbox, &error);
    live_outbox_free(outbox);
    return err ? command_failed(&error) : EXIT_DONE;
}
