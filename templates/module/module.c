// SPDX-License-Identifier: Apache-2.0
// The module mymodule: what it offers, by name.
#include "mymodule.h"

static const agent_process processes[] = {
    { .name = "mymodule_load",
      .summary = "Load and memory of this machine, as events",
      .settings = load_settings,
      .config_size = sizeof(load_config),
      .poll = load_poll },
    { .name = "mymodule_alarm",
      .summary = "Says so when a figure is above its limit on average over a window",
      .settings = alarm_settings,
      .config_size = sizeof(alarm_config),
      .state_size = sizeof(alarm_state),
      .watch = alarm_watch,
      .row = alarm_row },
    { 0 },
};

static const agent_adapter adapters[] = {
    { .name = "busy",
      .summary = "Says how busy this machine was",
      .usage = "how busy was this machine over the last 5 minutes?",
      .examples = busy_examples,
      .settings = busy_settings,
      .config_size = sizeof(busy_config),
      .answer = busy_answer },
    { 0 },
};

AGENT_MODULE(.name = "mymodule", .version = "0.1.0", .processes = processes, .adapters = adapters);
