// SPDX-License-Identifier: Apache-2.0
// The life of one supervised process, as a table of states and events; what happens is asked of the owner.
#ifndef AG_UNIT_H
#define AG_UNIT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum ag_unit_state {
    AG_DOWN,     // not running, and not wanted or waiting for its next start
    AG_STARTING, // runs and has not said that it is ready
    AG_UP,
    AG_STOPPING, // was told to end
    AG_FAILED,   // ended too often in a row, or cannot run as it is set up: it is left alone
    AG_STATES,
} ag_unit_state;

typedef enum ag_unit_event {
    AG_EV_START,
    AG_EV_STOP,
    AG_EV_READY,
    AG_EV_EXIT,   // it died, or ended with a failure
    AG_EV_DONE,   // it ended by itself, with exit code 0
    AG_EV_REFUSE, // it ended with the word that trying again cannot help
    AG_EV_TIMER,
    AG_EVENTS
} ag_unit_event;

// When what has ended by itself is started again.
typedef enum ag_restart {
    AG_RESTART_ALWAYS,
    AG_RESTART_ON_FAILURE,
    AG_RESTART_NEVER,
    AG_RESTARTS
} ag_restart;

typedef struct ag_unit {
    ag_unit_state state;
    ag_restart restart; // the owner's to set
    bool wanted;
    int deaths;         // in a row: the last of them less than a minute after its start
    int64_t started_ms; // on the loop's clock
    int64_t restarts;
} ag_unit;

// What a unit asks its owner for.
typedef struct ag_unit_ops {
    bool (*spawn)(void *user);                 // false: it could not be started
    void (*signal)(int number, void *user);    // to the process and its group
    void (*arm)(int64_t after_ms, void *user); // AG_EV_TIMER follows; negative: not any more
    uint32_t (*random)(void *user);            // spreads restarts
} ag_unit_ops;

void ag_unit_event_happened(ag_unit *unit, ag_unit_event event, int64_t now_ms,
                            const ag_unit_ops *ops, void *user);

const char *ag_unit_state_name(ag_unit_state state);

#endif
