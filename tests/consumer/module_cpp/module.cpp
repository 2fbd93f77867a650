// SPDX-License-Identifier: Apache-2.0
// A module in C++20.
#include <agent/module.h>

namespace
{

struct config {
    const char *event_type;
    int64_t every_ms;
};

const agent_setting settings[] = {
    AGENT_STRING(config, event_type, "count_cpp", "Type of the events."),
    AGENT_DURATION(config, every_ms, "100ms", "Time between two events."),
    {},
};

live_err poll_count(agent_run *run, live_error *error)
{
    auto *own = static_cast<const config *>(agent_config(run));
    auto *sent = static_cast<int64_t *>(agent_state(run));
    cJSON *event = live_event_new(own->event_type, 0);

    live_json_add_int(event, "n", (*sent)++);
    return agent_emit(run, event, error);
}

const agent_process processes[] = {
    { .name = "count_cpp",
      .summary = "Counts, in C++",
      .settings = settings,
      .config_size = sizeof(config),
      .state_size = sizeof(int64_t),
      .poll = poll_count },
    {},
};

} // namespace

AGENT_MODULE(.name = "count_cpp", .version = "1.0.0", .processes = processes);
