// SPDX-License-Identifier: Apache-2.0
/** @file module.h
 * What a module is: one exported const object with tables of processes and chat adapters.
 *
 * The host allocates, fills, schedules, restarts and logs; the module's functions do the one thing that is
 * theirs. All of them run on one thread, the worker's loop, and none may keep what it was lent.
 */
#ifndef AGENT_MODULE_H
#define AGENT_MODULE_H

#include <agent/run.h>
#include <agent/setting.h>
#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/event.h>
#include <live/json.h>
#include <live/need.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGENT_ABI 1u ///< the ABI of this header; the host refuses a module of another

typedef struct agent_watch agent_watch;

/**
 * One kind of process: `type` in the settings file. A datasource polls, a monitor watches; both may start
 * and stop. A slot that is NULL is not called.
 */
typedef struct agent_process {
    const char *name;              ///< "type" in the settings file
    const char *summary;           ///< one line for people
    const agent_setting *settings; ///< ended by { 0 }; NULL: none
    size_t config_size;            ///< of the struct that the settings fill
    size_t state_size;             ///< of agent_state(); zeroed by the host before start()

    /** Called once, before anything else. May block. A failure ends the process. */
    live_err (*start)(agent_run *run, live_error *error);

    /**
     * Called at once after start() and then each `every_ms`, a setting of that name (a duration; one
     * second without it). Must not block for longer than its period. A failure with `retry` is logged and
     * tried again with back-off; one without ends the process, and the supervisor decides.
     */
    live_err (*poll)(agent_run *run, live_error *error);

    /** Called once after start() and again whenever the query has to be made anew. Fails as start() does. */
    live_err (*watch)(agent_run *run, agent_watch *watch, live_error *error);

    /** Called for each row of the query; the row is borrowed for the call. Fails as poll() does. */
    live_err (*row)(agent_run *run, const cJSON *row, live_error *error);

    /** Called once at the end, also after a failure, unless start() was never called. */
    void (*stop)(agent_run *run);
} agent_process;

/** Descriptor of a module. Additions go at the end; `AGENT_MODULE` records the size of each row. */
typedef struct agent_module {
    uint32_t abi, size;
    uint32_t process_size, setting_size, need_size, adapter_size;
    const char *name, *version;
    const live_need *needs; ///< platform plugins and permissions, ended by { 0 }; NULL: none
    const agent_process *processes;       ///< ended by { 0 }
    const struct agent_adapter *adapters; ///< skills of the chatbot, ended by { 0 }; NULL: none
} agent_module;

/** The symbol that a module exports. */
#define AGENT_MODULE_SYMBOL "agent_module_v1"

#ifdef __cplusplus
}
#endif
#endif
