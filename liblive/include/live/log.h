// SPDX-License-Identifier: Apache-2.0
/** @file log.h
 * One line per event: a stable dotted id for programs, a text for people.
 *
 * The libraries log at debug only; the process that gives up logs once. The sink is the one thing
 * that is global here: set it before other threads start.
 *
 * Threads: any may log; setting the sink is not for while others do.
 *
 * Blocking: as long as the sink does.
 */
#ifndef LIVE_LOG_H
#define LIVE_LOG_H

#include <live/api.h>
#include <live/buf.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How much a line matters; a greater number is less. */
typedef enum live_level {
    LIVE_LOG_ERROR, ///< the process gives up
    LIVE_LOG_WARN,  ///< something was skipped or is tried again
    LIVE_LOG_INFO,  ///< a state change an operator asked for
    LIVE_LOG_DEBUG  ///< the rest
} live_level;

/** One line of a log. Borrowed for the call of the sink. */
typedef struct live_log_record {
    int64_t time_ms;     ///< since 1970
    live_level level;    ///< how much it matters
    const char *process; ///< who speaks, or ""
    const char *event;   ///< stable dotted id, such as "query.timeout"
    const char *text;    ///< one line for people

    const char *task_uuid;     ///< of the action that it belongs to (see action.h); NULL: none
    const int *task_level;     ///< its place there
    size_t task_depth;         ///< how many numbers that has
    const char *action_status; ///< "started", "succeeded" or "failed"; NULL: it is no action's own
} live_log_record;

/** Called on the thread that logs; the record is borrowed for the call. Must not log. */
typedef void (*live_log_fn)(const live_log_record *record, void *user);

/** "error", "warn", "info" or "debug". Static. */
LIVE_API const char *live_level_name(live_level level);

/** The level of a name in any case ("warning" is warn too). @retval LIVE_E_INVALID no such level */
LIVE_API LIVE_MUST_USE live_err live_level_parse(const char *name, live_level *ret_level,
                                                 live_error *error);

/** Sends records up to `least` to `sink`; NULL drops them, which is the start. */
LIVE_API void live_log_to(live_level least, live_log_fn sink, void *user);

/** Which records are wanted from now on, wherever they go. May be called while other threads log. */
LIVE_API void live_log_set_level(live_level least);

/**
 * Writes records up to `least` to a descriptor: for people when it is a terminal (colour unless
 * `NO_COLOR` is set), as JSON lines elsewhere, one write() a line.
 *
 * @param process kept by reference: who speaks; "" for a tool.
 */
LIVE_API void live_log_to_fd(live_level least, int fd, const char *process);

/** Whether a descriptor leads to systemd's journal, as `JOURNAL_STREAM` says. */
LIVE_API bool live_log_is_journal(int fd);

/**
 * Writes a record where live_log_to_fd() writes, whatever its level and whatever sink there is now: for a sink that does more
 * than write, and for who gathers the records of others.
 */
LIVE_API void live_log_write(const live_log_record *record);

/** Adds a record as live_log_to_fd() writes it for programs: one JSON object, without a line break. */
LIVE_API void live_buf_add_log(live_buf *buf, const live_log_record *record);

/**
 * Adds text as a terminal may show it: what is no UTF-8, and control characters but tabs, are question
 * marks, one each.
 */
LIVE_API void live_buf_add_visible(live_buf *buf, const char *text, size_t length);

/**
 * Hands a line to the sink, if there is one and it wants this level. `event` is a stable dotted
 * name, listed in `docs/errors.md`.
 */
LIVE_API void live_log(live_level level, const char *event, const char *format, ...)
    LIVE_FORMAT(3, 4);

#ifdef __cplusplus
}
#endif
#endif
