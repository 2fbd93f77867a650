// SPDX-License-Identifier: Apache-2.0
// Datasource: what this machine is doing, one event per interval.
//
// Every figure one would set an alarm on is a member of its own (`load1`, `cpu_percent`,
// `memory_used_percent`, `filesystem_max_used_percent`, …); what there is several of is a map by name, so
// that a query can say `disks->sda->busy_percent`. One event carries all, so its figures belong together.
#include <agent/module.h>
#include <live/loop.h>
#include <live/version.h>

#include "host.h"

static const agent_setting selection[] = {
    AGENT_STRINGS(host_selection, include,
                  "Names or patterns such as \"sd*\"; none: the usual ones."),
    AGENT_STRINGS(host_selection, exclude, "Names or patterns that are left out in any case."),
    { 0 },
};

static const agent_setting settings[] = {
    AGENT_STRING(host_config, event_type, "host", "Type of the events sent."),
    AGENT_DURATION(host_config, every_ms, "1s", "Time between two samples."),
    AGENT_CHOICES(host_config, collect, host_families,
                  "The families of figures that are sampled; none: all."),
    AGENT_OBJECT(host_config, disks, host_selection, selection,
                 "Block devices whose traffic is sampled; usually the drives."),
    AGENT_OBJECT(host_config, filesystems, host_selection, selection,
                 "Mount points whose space is sampled; usually those on local disks."),
    AGENT_OBJECT(host_config, interfaces, host_selection, selection,
                 "Network interfaces; usually all but loopback and those of containers."),
    AGENT_STRING(host_config, root, "/",
                 "Where proc and sys are; a container may mount them elsewhere."),
    { 0 },
};

static live_err start(agent_run *run, live_error *error)
{
    return host_open(agent_state(run), agent_config(run), error);
}

static live_err poll(agent_run *run, live_error *error)
{
    cJSON *event = NULL;
    live_err err =
        host_sample(agent_state(run), live_loop_monotonic_ms(agent_loop(run)), &event, error);

    return err ? err : agent_emit(run, event, error);
}

static void stop(agent_run *run)
{
    host_close(agent_state(run));
}

static const agent_process processes[] = {
    { .name = "host",
      .summary = "Load, processors, memory, disks and network of this machine",
      .settings = settings,
      .config_size = sizeof(host_config),
      .state_size = sizeof(host_sampler),
      .start = start,
      .poll = poll,
      .stop = stop },
    { 0 },
};

AGENT_MODULE(.name = "host", .version = LIVE_VERSION_TEXT, .processes = processes);
