// SPDX-License-Identifier: Apache-2.0
/** @file action.h
 * Actions: what is done in steps, so that a log can be read as a tree.
 *
 * An action logs when it begins and how it ends; what the same thread logs in between belongs to it, another action
 * too. All of them carry the id of the outermost one (`task_uuid`) and their place in it (`task_level`: `[2,1]` is the
 * first of the second), as the Python package eliot has them.
 *
 * Blocking: as long as the sink of the log does.
 *
 * @code
 * live_action action;
 *
 * live_action_begin(&action, "replay.file", path);
 * live_err err = replay(path, error);
 * live_action_end(&action, err ? error : NULL);
 * @endcode
 *
 * What takes longer than a function leaves its action and enters it again for each further step:
 *
 * @code
 * live_action_begin(&job->action, "replay.wait", path);
 * live_action_leave(&job->action);
 * // … in a later callback:
 * live_action_enter(&job->action);
 * live_action_end(&job->action, NULL);
 * @endcode
 *
 * A part that another process does is given a place here with live_action_reserve(), and begins there with
 * live_action_begin_at().
 *
 * Threads: any; an action is of the thread that began or entered it.
 */
#ifndef LIVE_ACTION_H
#define LIVE_ACTION_H

#include <live/api.h>
#include <live/error.h>
#include <live/uuid.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_ACTION_DEPTH    16 ///< actions within actions; a deeper one is told as a part of that one
#define LIVE_ACTION_ID_BYTES 256 ///< of the text of a place, with its NUL

/** An action that goes on. Its memory is the caller's, what it holds is not. */
typedef struct live_action {
    struct live_action *outer;       ///< the action that it is a part of; NULL: none
    const char *type;                ///< as it was begun
    const char *about;               ///< as it was begun
    char task_uuid[LIVE_UUID_BYTES]; ///< of the outermost
    int level[LIVE_ACTION_DEPTH];    ///< of the line that was logged last
    size_t depth;                    ///< how many numbers that has
    int64_t begun_ms;                ///< on the monotonic clock
} live_action;

/**
 * Begins an action of the calling thread, within the one that goes on there, if any.
 *
 * @param type  static: a stable dotted id, the `event` of its two lines
 * @param about what it is done to, for people; kept by reference until the action ends. NULL: nothing in particular
 */
LIVE_API void live_action_begin(live_action *action, const char *type, const char *about);

/**
 * Begins an action at a place that was reserved for it, mostly by another process.
 *
 * @param id of live_action_reserve(); NULL, or what is none: as live_action_begin()
 */
LIVE_API void live_action_begin_at(live_action *action, const char *id, const char *type,
                                   const char *about);

/**
 * Ends the action that was begun, or entered, last on this thread.
 *
 * Its line is at level info, also where it failed: how much that matters who gives up says in a line of his own.
 *
 * @param why NULL: it succeeded
 */
LIVE_API void live_action_end(live_action *action, const live_error *why);

/** The action that was begun, or entered, last on this thread goes on later: what is logged now is no part of it. */
LIVE_API void live_action_leave(live_action *action);

/** What this thread logs belongs to an action that was left, until that is left again or ended. */
LIVE_API void live_action_enter(live_action *action);

/**
 * Reserves a place in the action that goes on on this thread, for a part that is done elsewhere.
 *
 * @param id gets `TASK_UUID@/1/2`, as eliot writes it; "" where no action goes on
 */
LIVE_API void live_action_reserve(char id[LIVE_ACTION_ID_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
