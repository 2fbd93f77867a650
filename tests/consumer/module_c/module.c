// SPDX-License-Identifier: Apache-2.0
// A module in C17 with every kind of setting.
#include <agent/module.h>

struct range {
    double low, high;
};

struct config {
    const char *event_type;
    int64_t start, every_ms;
    bool loud;
    struct range range;
    agent_strings names;
    agent_objects ranges;
};

static const agent_setting range_settings[] = {
    AGENT_REAL(struct range, low, "0", "Lower end."),
    AGENT_REAL(struct range, high, "1", "Upper end."),
    { 0 },
};

static const agent_setting settings[] = {
    AGENT_STRING(struct config, event_type, "count_c", "Type of the events."),
    AGENT_INT(struct config, start, "0", "Where to begin."),
    AGENT_DURATION(struct config, every_ms, "100ms", "Time between two events."),
    AGENT_BOOL(struct config, loud, "false", "Whether to say more."),
    AGENT_OBJECT(struct config, range, struct range, range_settings, "What is normal."),
    AGENT_STRINGS(struct config, names, "Names to send along."),
    AGENT_OBJECTS(struct config, ranges, struct range, range_settings, "More of them."),
    { 0 },
};

struct state {
    int64_t sent;
};

static live_err poll_count(agent_run *run, live_error *error)
{
    const struct config *config = agent_config(run);
    struct state *state = agent_state(run);
    cJSON *event = live_event_new(config->event_type, 0);
    const struct range *ranges = config->ranges.items;

    live_json_add_int(event, "n", config->start + state->sent++);
    cJSON_AddNumberToObject(event, "high", config->range.high);
    if (config->ranges.count > 0)
        cJSON_AddNumberToObject(event, "first_high", ranges[0].high);
    if (config->names.count > 0)
        cJSON_AddStringToObject(event, "name", config->names.items[0]);
    return agent_emit(run, event, error);
}

static const agent_process processes[] = {
    { .name = "count_c",
      .summary = "Counts, in C",
      .settings = settings,
      .config_size = sizeof(struct config),
      .state_size = sizeof(struct state),
      .poll = poll_count },
    { 0 },
};

AGENT_MODULE(.name = "count_c", .version = "1.0.0", .processes = processes);
