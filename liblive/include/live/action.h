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
 * live_action_begin(&action, "replay.file");
 * live_err err = replay(path, error);
 * live_action_end(&action, err ? error : NULL);
 * @endcode
 *
 * Threads: any; an action is of the thread that began it.
 */
#ifndef LIVE_ACTION_H
#define LIVE_ACTION_H

#include <live/api.h>
#include <live/error.h>
#include <live/uuid.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_ACTION_DEPTH 16 ///< actions within actions; a deeper one is told as a part of that one

/** An action that goes on. Its memory is the caller's, what it holds is not. */
typedef struct live_action {
    struct live_action *outer;       ///< the action that it is a part of; NULL: none
    const char *type;                ///< as it was begun
    char task_uuid[LIVE_UUID_BYTES]; ///< of the outermost
    int level[LIVE_ACTION_DEPTH];    ///< of the line that was logged last
    size_t depth;                    ///< how many numbers that has
} live_action;

/**
 * Begins an action of the calling thread, within the one that goes on there, if any.
 *
 * @param type static: a stable dotted id, the `event` of its two lines
 */
LIVE_API void live_action_begin(live_action *action, const char *type);

/**
 * Ends the action that was begun last on this thread.
 *
 * @param why NULL: it succeeded
 */
LIVE_API void live_action_end(live_action *action, const live_error *why);

#ifdef __cplusplus
}
#endif
#endif
