// SPDX-License-Identifier: Apache-2.0
// Actions: the place of each line in what is being done.
#include "base/action.h"

#include <live/time.h>
#include <stdbool.h>
#include <string.h>

static _Thread_local live_action *current;

void lv_action_place(live_log_record *record)
{
    live_action *action = current;

    if (!action)
        return;
    action->level[action->depth - 1]++;
    record->task_uuid = action->task_uuid;
    record->task_level = action->level;
    record->task_depth = action->depth;
}

static void tell(const live_action *action, live_level level, const char *status, const char *text)
{
    live_log_record record = { .time_ms = live_time_ms(),
                               .level = level,
                               .event = action->type,
                               .text = text,
                               .action_status = status };
    lv_log_put(&record);
}

void live_action_begin(live_action *action, const char *type)
{
    live_action *outer = current;

    *action = (live_action){ .outer = outer, .type = type, .depth = 1 };
    if (outer) {
        bool deeper = outer->depth < LIVE_ACTION_DEPTH;
        outer->level[outer->depth - 1] += deeper;
        memcpy(action->task_uuid, outer->task_uuid, sizeof action->task_uuid);
        memcpy(action->level, outer->level, sizeof action->level);
        action->depth = outer->depth + deeper;
    } else if (live_uuid_new(action->task_uuid, NULL)) {
        action->task_uuid[0] = '\0'; // it is logged all the same
    }
    current = action;
    tell(action, LIVE_LOG_INFO, "started", "started");
}

void live_action_end(live_action *action, const live_error *why)
{
    if (why)
        tell(action, LIVE_LOG_ERROR, "failed", why->text);
    else
        tell(action, LIVE_LOG_INFO, "succeeded", "succeeded");
    if (action->outer && action->outer->depth == action->depth)
        action->outer->level[action->depth - 1] = action->level[action->depth - 1];
    current = action->outer;
}
