// SPDX-License-Identifier: Apache-2.0
// A module for the benchmark of an agent: a datasource that emits so many events in each turn.
#include <agent/module.h>
#include <stddef.h>

struct config {
    int64_t every_ms, events;
};

static const agent_setting settings[] = {
    AGENT_DURATION(struct config, every_ms, "10ms", "Time between two turns."),
    AGENT_INT(struct config, events, "50", "Events of each turn."),
    { 0 },
};

struct state {
    int64_t n;
};

static void add_reading(cJSON *event, const char *mnemonic, double value, const char *unit)
{
    cJSON *reading = cJSON_AddObjectToObject(event, mnemonic);

    cJSON_AddNumberToObject(reading, "value", value);
    cJSON_AddStringToObject(reading, "uom", unit);
}

// 300 bytes, as rigs send them.
static cJSON *make_event(int64_t n)
{
    cJSON *event = live_event_new("bench", 0);

    live_json_add_int(event, "n", n);
    add_reading(event, "SPP", 2310.5, "psi");
    add_reading(event, "RPM", 120.0, "rpm");
    add_reading(event, "HKLD", 180.25, "klbf");
    add_reading(event, "ROP", 31.5, "ft/h");
    add_reading(event, "BPOS", 12.75, "m");
    cJSON_AddStringToObject(event, "note", "an event of about three hundred bytes in all");
    return event;
}

static live_err send_turn(agent_run *run, live_error *error)
{
    const struct config *config = agent_config(run);
    struct state *state = agent_state(run);
    live_err err = LIVE_OK;

    for (int64_t i = 0; !err && i < config->events; i++)
        err = agent_emit(run, make_event(++state->n), error);
    return err;
}

static const agent_process processes[] = {
    { .name = "flood",
      .summary = "Sends readings at a rate",
      .settings = settings,
      .config_size = sizeof(struct config),
      .state_size = sizeof(struct state),
      .poll = send_turn },
    { 0 },
};

AGENT_MODULE(.name = "flood", .version = "1.0.0", .processes = processes);
