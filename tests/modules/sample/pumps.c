// SPDX-License-Identifier: Apache-2.0
// A module in C17 with a setting of each type.
#include <agent/module.h>

typedef struct pump {
    const char *name;
    double litres;
} pump;

typedef struct alarm_limit {
    int64_t strokes;
    int64_t after_ms;
} alarm_limit;

typedef struct config {
    const char *event_type;
    int64_t every_ms, count;
    double factor;
    bool verbose;
    alarm_limit limit;
    agent_strings rigs;
    agent_objects pumps;
} config;

typedef struct state {
    int64_t polls;
} state;

static const agent_setting pump_settings[] = {
    AGENT_STRING(pump, name, NULL, "Name of the pump."),
    AGENT_REAL(pump, litres, "1.5", "Litres a stroke."),
    { 0 },
};

static const agent_setting limit_settings[] = {
    AGENT_INT(alarm_limit, strokes, "110", "Strokes a minute that are too many."),
    AGENT_DURATION(alarm_limit, after_ms, "1m", "Time after which it counts."),
    { 0 },
};

static const agent_setting settings[] = {
    AGENT_STRING(config, event_type, "pumps", "Type of the events sent."),
    AGENT_DURATION(config, every_ms, "2s", "Time between two events."),
    AGENT_INT(config, count, "3", "A whole number."),
    AGENT_REAL(config, factor, "0.5", "A number."),
    AGENT_BOOL(config, verbose, "false", "Yes or no."),
    AGENT_OBJECT(config, limit, alarm_limit, limit_settings, "When to raise the alarm."),
    AGENT_STRINGS(config, rigs, "Names of rigs."),
    AGENT_OBJECTS(config, pumps, pump, pump_settings, "The pumps."),
    { 0 },
};

static live_err poll(agent_run *run, live_error *error)
{
    const config *config = agent_config(run);
    state *state = agent_state(run);
    const pump *pumps = config->pumps.items;
    cJSON *event = live_event_new(config->event_type, 0);

    live_json_add_int(event, "polls", ++state->polls);
    for (size_t i = 0; i < config->pumps.count; i++)
        cJSON_AddNumberToObject(event, pumps[i].name, pumps[i].litres * config->factor);
    return agent_emit(run, event, error);
}

static const agent_process processes[] = {
    { .name = "pump_strokes",
      .summary = "Counts strokes",
      .settings = settings,
      .config_size = sizeof(config),
      .state_size = sizeof(state),
      .poll = poll },
    { .name = "pump_idle", .summary = "Does nothing" },
    { 0 },
};

AGENT_MODULE(.name = "pumps", .version = "2.1.0", .processes = processes);
