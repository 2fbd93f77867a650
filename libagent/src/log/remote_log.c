// SPDX-License-Identifier: Apache-2.0
// The process that sends the agent's log to the platform.
#include "log/remote_log.h"

#include <errno.h>
#include <fcntl.h>
#include <live/log.h>
#include <live/loop.h>
#include <live/uuid.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 64 * 1024, TURN_LINES = 32 };

typedef struct config {
    const char *event_type;
} config;

typedef struct state {
    live_io *input;
    int64_t lost; // of the platform's, since it was last told
} state;

static const agent_setting settings[] = {
    AGENT_EVENT_TYPE(config, event_type, "dda_log", "Type of the events."),
    { 0 },
};

// A line that belongs to no action is a task of its own, as it is there.
static void add_task(cJSON *event, const cJSON *line)
{
    const char *task = live_json_str(line, "task_uuid", NULL);
    const cJSON *level = live_json_get(line, "task_level");
    char own[LIVE_UUID_BYTES] = "";

    if (!task && live_uuid_new(own, NULL) == LIVE_OK)
        task = own;
    cJSON_AddStringToObject(event, "task_uuid", task ? task : "");
    if (live_json_get(line, "action_status"))
        cJSON_AddStringToObject(event, "action_type", live_json_str(line, "event", ""));
    cJSON_AddItemToObject(event, "task_level",
                          level ? cJSON_Duplicate(level, true) : cJSON_Parse("[1]"));
}

cJSON *ag_remote_log_event(const cJSON *line, const char *type)
{
    const char *status = live_json_str(line, "action_status", NULL);
    cJSON *event = cJSON_CreateObject();

    if (!status)
        cJSON_AddStringToObject(event, "message", live_json_str(line, "text", ""));
    cJSON_AddStringToObject(event, "process", live_json_str(line, "process", ""));
    if (status)
        cJSON_AddStringToObject(event, "action_status", status);
    else
        cJSON_AddStringToObject(event, "event", live_json_str(line, "event", ""));
    cJSON_AddNumberToObject(event, "timestamp", (double)live_json_int(line, "time_ms", 0) / 1000);
    add_task(event, line);
    if (!status)
        cJSON_AddStringToObject(event, "message_type", live_json_str(line, "level", "info"));
    cJSON_AddStringToObject(event, "__type", type);
    return event;
}

// What the gateway does not take is counted, and told on the log here, not there.
static void send_line(agent_run *run, const char *text, size_t length)
{
    const config *config = agent_config(run);
    state *state = agent_state(run);
    live_error error = { 0 };
    cJSON *line = NULL;

    if (live_json_parse(text, length, &line, NULL))
        return;
    if (agent_emit(run, ag_remote_log_event(line, config->event_type), &error)) {
        if (state->lost++ == 0)
            live_log(LIVE_LOG_WARN, "remote_log.lost", "the log does not reach the platform: %s",
                     error.text);
    } else if (state->lost > 0) {
        live_log(LIVE_LOG_WARN, "remote_log.back", "%lld lines did not reach the platform",
                 (long long)state->lost);
        state->lost = 0;
    }
    cJSON_Delete(line);
}

static bool send_next(agent_run *run)
{
    static char text[LINE_BYTES];
    ssize_t got = read(STDIN_FILENO, text, sizeof text);

    if (got > 0)
        send_line(run, text, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        live_io_want(((state *)agent_state(run))->input, 0); // no log follows
    return got > 0;
}

static void on_input(live_io *io, unsigned ready, void *user)
{
    (void)io;
    (void)ready;
    for (int i = 0; i < TURN_LINES && send_next(user); i++)
        ;
}

static live_err start(agent_run *run, live_error *error)
{
    state *state = agent_state(run);

    if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK))
        return live_fail_errno(error, errno, "the log");
    return live_io_new(agent_loop(run), STDIN_FILENO, LIVE_READABLE, on_input, run, &state->input,
                       error);
}

static void stop(agent_run *run)
{
    state *state = agent_state(run);

    while (state->input && send_next(run))
        ;
    live_io_free(state->input);
}

static const agent_process processes[] = {
    { .name = AG_REMOTE_LOG,
      .summary = "Sends the agent's log to the platform",
      .settings = settings,
      .config_size = sizeof(config),
      .state_size = sizeof(state),
      .start = start,
      .stop = stop },
    { 0 },
};

const agent_module ag_remote_log_module = { .abi = AGENT_ABI,
                                            .size = sizeof(agent_module),
                                            .process_size = sizeof(agent_process),
                                            .setting_size = sizeof(agent_setting),
                                            .need_size = sizeof(live_need),
                                            .adapter_size = sizeof(agent_adapter),
                                            .name = AG_REMOTE_LOG,
                                            .version = "1",
                                            .processes = processes };
