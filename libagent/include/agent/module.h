// SPDX-License-Identifier: Apache-2.0
/** @file module.h
 * What a module is: one exported const object with tables of processes and logic adapters.
 *
 * The host allocates, fills, schedules, restarts and logs; the module's functions do the one thing that is
 * theirs. All of them run on one thread, the worker's loop, and none may keep what it was lent. One that does not come
 * back in time ends the process: start() has 30 seconds, stop() 4, the others what the process's setting `watchdog` says
 * (one minute), the time that they wait for the host included; an answer() five times that.
 *
 * @code
 * static const agent_process processes[] = {
 *     { .name = "host_load", .summary = "Load of this machine", .settings = settings,
 *       .config_size = sizeof(struct config), .poll = poll_load },
 *     { 0 },
 * };
 * AGENT_MODULE(.name = "host", .version = "1.0.0", .processes = processes);
 * @endcode
 *
 * Threads: the worker's loop, save an adapter's answer(): see chat.h.
 */
#ifndef AGENT_MODULE_H
#define AGENT_MODULE_H

#include <agent/chat.h>
#include <agent/curve.h>
#include <agent/output.h>
#include <agent/run.h>
#include <agent/setting.h>
#include <agent/watch.h>
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

#define AGENT_ABI 1u ///< of this header; the host refuses a module of another

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

    /**
     * Called once, before anything else. May block. A failure ends the process: with `retry` it is started again
     * after a while, as it is after any death; without, and with LIVE_E_INVALID, LIVE_E_PARSE, LIVE_E_NOTFOUND or
     * LIVE_E_UNSUPPORTED, it is left alone, since trying again cannot help.
     */
    live_err (*start)(agent_run *run, live_error *error);

    /**
     * Called at once after start() and then each `every_ms`, a setting of that name (a duration; one second
     * without it). Must not block for longer than that. A failure with `retry` is logged and tried again at
     * the next turn; one without ends the process, and the supervisor decides.
     */
    live_err (*poll)(agent_run *run, live_error *error);

    /** Called after start(), and again whenever the query has to be made anew. Fails as start() does. */
    live_err (*watch)(agent_run *run, agent_watch *watch, live_error *error);

    /** Called for each row of the query; the row is borrowed for the call. Fails as poll() does. */
    live_err (*row)(agent_run *run, const cJSON *row, live_error *error);

    /** Called once at the end, also after a failure, unless start() was never called. */
    void (*stop)(agent_run *run);
} agent_process;

/**
 * One skill of a bot. Settings name it `MODULE.NAME`, alone or as the `name` of an object with its options; a
 * bot whose settings name none has all adapters of the enabled modules.
 */
typedef struct agent_adapter {
    const char *name;    ///< of the skill
    const char *summary; ///< what it does: one line for people
    const char
        *usage; ///< an example of asking it, without the bot's name; NULL: help does not show it
    /** Sentences that ask for it, ended by NULL: what the classifier compares a text with. NULL: none. */
    const char *const *examples;
    const agent_setting *settings; ///< of its options, ended by { 0 }; NULL: none
    size_t config_size;            ///< of the struct that the options fill

    /**
     * How sure it is that a text is for it, 0 to 1; called for each message, on the loop. Must not block. NULL:
     * the classifier decides, over `examples`.
     */
    double (*score)(agent_chat *chat, const char *text);

    /**
     * Answers a text for which it was the surest; the bot's name is not in it any more. Called on a thread of the
     * pool and may block there. A failure is told in the room in one sentence and logged; the bot goes on.
     */
    live_err (*answer)(agent_chat *chat, const char *text, live_error *error);
} agent_adapter;

/** Descriptor of a module. Additions go at the end; AGENT_MODULE() records the size of each row type. */
typedef struct agent_module {
    uint32_t abi;           ///< AGENT_ABI of the build
    uint32_t size;          ///< sizeof(agent_module) of the build
    uint32_t process_size;  ///< of a row of `processes`
    uint32_t setting_size;  ///< of a row of settings
    uint32_t need_size;     ///< of a row of `needs`
    uint32_t adapter_size;  ///< of a row of `adapters`
    const char *name;       ///< as the settings name it
    const char *version;    ///< its own; one line for people
    const live_need *needs; ///< platform plugins and permissions, ended by { 0 }; NULL: none
    const agent_process *processes; ///< ended by { 0 }; NULL: none
    const agent_adapter *adapters;  ///< ended by { 0 }; NULL: none
} agent_module;

#define AGENT_MODULE_SYMBOL "agent_module_v1" ///< what a module exports

// A module that is linked into a program takes a symbol of its own: live_add_module(… STATIC) names it.
#ifndef AGENT_MODULE_OBJECT
/** The name of the object that AGENT_MODULE() defines. */
#define AGENT_MODULE_OBJECT agent_module_v1
#endif

/** Defines the exported object. Write it once a module, at the end of the file. */
#define AGENT_MODULE(...)                                                                          \
    LIVE_API extern const agent_module AGENT_MODULE_OBJECT;                                        \
    const agent_module AGENT_MODULE_OBJECT = { .abi = AGENT_ABI,                                   \
                                               .size = sizeof(agent_module),                       \
                                               .process_size = sizeof(agent_process),              \
                                               .setting_size = sizeof(agent_setting),              \
                                               .need_size = sizeof(live_need),                     \
                                               .adapter_size = sizeof(agent_adapter),              \
                                               __VA_ARGS__ }

#ifdef __cplusplus
}
#endif
#endif
