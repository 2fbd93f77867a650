// SPDX-License-Identifier: Apache-2.0
// Datasource: samples this machine: load, processors, memory, disks, network, uptime.
#include <live/version.h>
#include <string.h>

#include "sample.h"

static const struct {
    const char *name;
    void (*take)(const sample *sample);
} families[] = {
    { "load", sample_load },     { "cpu", sample_cpu },
    { "memory", sample_memory }, { "filesystems", sample_filesystems },
    { "disks", sample_disks },   { "network", sample_network },
    { "uptime", sample_uptime },
};

static const agent_setting settings[] = {
    AGENT_STRING(struct config, event_type, "host", "Type of the events."),
    AGENT_DURATION(struct config, every_ms, "1s", "Time between two samples."),
    AGENT_STRINGS(
        struct config, collect,
        "What to sample: load, cpu, memory, filesystems, disks, network, uptime; empty: all."),
    AGENT_STRINGS(struct config, disks, "Disks whose traffic is sampled, by name; empty: all."),
    AGENT_STRINGS(struct config, interfaces, "Network interfaces, by name; empty: all."),
    AGENT_STRING(struct config, root, "", "Folder that holds proc; empty: the machine's own."),
    { 0 },
};

FILE *sample_open(const sample *sample, const char *path)
{
    char full[4096];

    snprintf(full, sizeof full, "%s/%s", sample->config->root, path);
    return fopen(full, "re");
}

bool sample_wants(const agent_strings *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return list->count == 0;
}

static bool is_family(const char *name)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(families[i].name, name) == 0)
            return true;
    return false;
}

static live_err check_settings(agent_run *run, live_error *error)
{
    const struct config *config = agent_config(run);

    for (size_t i = 0; i < config->collect.count; i++)
        if (!is_family(config->collect.items[i]))
            return live_fail(error, LIVE_E_INVALID, "collect: there is no '%s' to sample",
                             config->collect.items[i]);
    return LIVE_OK;
}

static live_err poll_machine(agent_run *run, live_error *error)
{
    const struct config *config = agent_config(run);
    struct state *state = agent_state(run);
    int64_t now = live_loop_monotonic_ms(agent_loop(run));
    sample sample = { .config = config,
                      .state = state,
                      .seconds = state->last_ms ? (double)(now - state->last_ms) / 1000 : 0,
                      .event = live_event_new(config->event_type, 0) };

    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (sample_wants(&config->collect, families[i].name))
            families[i].take(&sample);
    state->last_ms = now;
    return agent_emit(run, sample.event, error);
}

static const agent_process processes[] = {
    { .name = "host",
      .summary = "Load, processors, memory, disks and network of this machine",
      .settings = settings,
      .config_size = sizeof(struct config),
      .state_size = sizeof(struct state),
      .start = check_settings,
      .poll = poll_machine },
    { 0 },
};

AGENT_MODULE(.name = "host", .version = LIVE_VERSION_TEXT, .processes = processes);
