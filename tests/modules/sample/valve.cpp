// SPDX-License-Identifier: Apache-2.0
// A module in C++20: its state is an object that the host allocates, start() makes and stop() ends.
#include <agent/module.h>

#include <memory>
#include <new>
#include <string>

namespace
{

struct config {
    const char *event_type;
    int64_t every_ms;
    double step;
    agent_strings names;
};

struct valve {
    std::string name;
    double opening = 0;
};

const agent_setting settings[] = {
    AGENT_STRING(config, event_type, "valve", "Type of the events sent."),
    AGENT_DURATION(config, every_ms, "500ms", "Time between two events."),
    AGENT_REAL(config, step, "12.5", "Percent that it opens each time."),
    AGENT_STRINGS(config, names, "Its names."),
    {},
};

live_err start(agent_run *run, live_error *)
{
    const auto *chosen = static_cast<const config *>(agent_config(run));
    auto *own = new (agent_state(run)) valve;

    own->name = chosen->names.count ? chosen->names.items[0] : "a name too long for a short string";
    return LIVE_OK;
}

live_err poll(agent_run *run, live_error *error)
{
    const auto *chosen = static_cast<const config *>(agent_config(run));
    auto *own = static_cast<valve *>(agent_state(run));
    cJSON *event = live_event_new(chosen->event_type, 0);

    own->opening += chosen->step;
    cJSON_AddStringToObject(event, "name", own->name.c_str());
    cJSON_AddNumberToObject(event, "opening", own->opening);
    return agent_emit(run, event, error);
}

void stop(agent_run *run)
{
    std::destroy_at(static_cast<valve *>(agent_state(run)));
}

const agent_process processes[] = {
    { .name = "valve",
      .summary = "Opens a valve",
      .settings = settings,
      .config_size = sizeof(config),
      .state_size = sizeof(valve),
      .start = start,
      .poll = poll,
      .stop = stop },
    {},
};

} // namespace

AGENT_MODULE(.name = "valve", .version = "1.0.0", .processes = processes);
