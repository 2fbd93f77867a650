// SPDX-License-Identifier: Apache-2.0
// live send: events from the command line or from standard input, a JSON object a line.
#include <inttypes.h>
#include <live/event.h>
#include <live/json.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "lines.h"
#include "session.h"

enum { BATCH = 100 };

static struct {
    const char *settings, *type;
    char **words;
    int word_count;
} args = { .settings = "settings.json" };

// Events on their way, and how the rest of them fared.
typedef struct batch {
    live_client *client;
    cJSON *events;
    int64_t number, sent, refused;
} batch;

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "type", 'T', "TYPE", 0, "the events' type, where they have no __type of their own", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case 'T': args.type = value; return 0;
    case ARGP_KEY_ARGS:
        args.words = state->argv + state->next;
        args.word_count = state->argc - state->next;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp send_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[JSON…]",
    .doc = "Sends events: the JSON objects given, or without any one a line from standard input.\v"
           "A 'timestamp' of an event is when it was measured and becomes "
           "'liverig__index__timestamp'; without one that is now. What is no event is named, the "
           "others are sent, and the exit code is 1."
};

// The platform sets `timestamp` itself; a sender's own goes under the name kept for it.
static live_err complete(cJSON *event, live_error *error)
{
    const cJSON *own = live_json_get(event, "timestamp");
    int64_t time_ms = live_json_int(event, "timestamp", 0);

    if (own && time_ms <= 0)
        return live_fail(error, LIVE_E_INVALID, "'timestamp' is no time in ms since 1970");
    cJSON_DeleteItemFromObjectCaseSensitive(event, "timestamp");

    bool done = live_json_get(event, "__type") ||
                (args.type && cJSON_AddStringToObject(event, "__type", args.type));
    if (!done)
        return live_fail(error, LIVE_E_INVALID, "no '__type' in the event and no --type");
    done = live_json_get(event, "liverig__index__timestamp") ||
           live_json_add_int(event, "liverig__index__timestamp", own ? time_ms : live_time_ms());
    return done ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static live_err read_event(const char *text, size_t length, cJSON **ret_event, live_error *error)
{
    cJSON *event = NULL;
    live_err err = live_json_parse(text, length, &event, error);

    if (!err)
        err = live_event_check(event, error);
    if (!err)
        err = complete(event, error);
    if (err) {
        cJSON_Delete(event);
        return err;
    }
    *ret_event = event;
    return LIVE_OK;
}

static live_err flush(batch *batch, live_error *error)
{
    int count = cJSON_GetArraySize(batch->events);
    cJSON *events = batch->events;

    if (count == 0)
        return LIVE_OK;
    batch->events = cJSON_CreateArray();
    live_err err = count == 1
                       ? live_event_send(batch->client, cJSON_DetachItemFromArray(events, 0), error)
                       : live_event_send_all(batch->client, events, error);
    if (count == 1)
        cJSON_Delete(events);
    if (!err)
        batch->sent += count;
    return err;
}

// Adds one event; `where` and `number` name its place for the person who wrote it.
static live_err add(batch *batch, const char *text, size_t length, const char *where,
                    live_error *error)
{
    live_error why = { 0 };
    cJSON *event = NULL;

    batch->number++;
    if (strspn(text, " \t\r\n") >= length)
        return LIVE_OK;
    if (read_event(text, length, &event, &why)) {
        fprintf(stderr, "live send: %s %" PRId64 ": %s\n", where, batch->number, why.text);
        batch->refused++;
        return LIVE_OK;
    }
    cJSON_AddItemToArray(batch->events, event);
    return cJSON_GetArraySize(batch->events) < BATCH ? LIVE_OK : flush(batch, error);
}

static live_err send_words(batch *batch, live_error *error)
{
    live_err err = LIVE_OK;

    for (int i = 0; !err && i < args.word_count; i++)
        err = add(batch, args.words[i], strlen(args.words[i]), "event", error);
    return err ? err : flush(batch, error);
}

static live_err add_line(const char *line, size_t length, void *user, live_error *error)
{
    return add(user, line, length, "line", error);
}

static live_err flush_lines(void *user, live_error *error)
{
    return flush(user, error);
}

static int report(const batch *batch, live_err err, const live_error *error)
{
    printf("sent %" PRId64 " event%s\n", batch->sent, batch->sent == 1 ? "" : "s");
    if (batch->refused)
        fprintf(stderr, "live send: %" PRId64 " refused\n", batch->refused);
    if (err)
        return command_failed(error);
    return batch->refused ? EXIT_FAILED : EXIT_DONE;
}

int send_run(void)
{
    live_error error = { 0 };
    session session = { 0 };

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    batch batch = { .client = session.client, .events = cJSON_CreateArray() };
    live_err err = args.word_count ? send_words(&batch, &error)
                                   : lines_read(add_line, flush_lines, &batch, &error);
    int code = report(&batch, err, &error);

    cJSON_Delete(batch.events);
    session_close(&session);
    return code;
}
