// SPDX-License-Identifier: Apache-2.0
// What the files of this module offer to module.c, which names it all.
#ifndef MYMODULE_H
#define MYMODULE_H

#include <agent/module.h>

// datasources/load.c

typedef struct load_config {
    const char *event_type, *proc;
    int64_t every_ms;
} load_config;

extern const agent_setting load_settings[];
live_err load_poll(agent_run *run, live_error *error);

// monitors/alarm.c

typedef struct alarm_config {
    const char *event_type, *figure;
    double max;
    int64_t window_ms, every_ms;
} alarm_config;

typedef struct alarm_state {
    bool above;
} alarm_state;

extern const agent_setting alarm_settings[];
live_err alarm_watch(agent_run *run, agent_watch *watch, live_error *error);
live_err alarm_row(agent_run *run, const cJSON *row, live_error *error);

// logic_adapters/busy.c

typedef struct busy_config {
    const char *event_type;
} busy_config;

extern const agent_setting busy_settings[];
extern const char *const busy_examples[];
live_err busy_answer(agent_chat *chat, const char *text, live_error *error);

#endif
