// SPDX-License-Identifier: Apache-2.0
// Actions: the place of each line in what is being done.
#include "base/action.h"

#include <live/time.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UUID_LENGTH = LIVE_UUID_BYTES - 1, MOST_PLACE = 1000000000, TEXT_BYTES = 1024 };

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

// "ABOUT: WHAT"
static void tell(const live_action *action, const char *status, const char *what)
{
    char text[TEXT_BYTES];
    live_log_record record = { .time_ms = live_time_ms(),
                               .level = LIVE_LOG_INFO,
                               .event = action->type,
                               .text = text,
                               .action_status = status };

    snprintf(text, sizeof text, "%s%s%s", action->about ? action->about : "",
             action->about ? ": " : "", what);
    lv_log_put(&record);
}

static void start(live_action *action)
{
    action->begun_ms = live_time_monotonic_ms();
    current = action;
    tell(action, "started", "started");
}

void live_action_begin(live_action *action, const char *type, const char *about)
{
    live_action *outer = current;

    *action = (live_action){ .outer = outer, .type = type, .about = about, .depth = 1 };
    if (outer) {
        bool deeper = outer->depth < LIVE_ACTION_DEPTH;
        outer->level[outer->depth - 1] += deeper;
        memcpy(action->task_uuid, outer->task_uuid, sizeof action->task_uuid);
        memcpy(action->level, outer->level, sizeof action->level);
        action->depth = outer->depth + deeper;
    } else if (live_uuid_new(action->task_uuid, NULL)) {
        action->task_uuid[0] = '\0'; // it is logged all the same
    }
    start(action);
}

// "UUID@/1/2"; false: it is none, or too deep.
static bool read_place(const char *id, live_action *action)
{
    const char *at = id;

    if (!id || strlen(id) <= UUID_LENGTH || id[UUID_LENGTH] != '@')
        return false;
    memcpy(action->task_uuid, id, UUID_LENGTH);
    for (at += UUID_LENGTH + 1; *at; action->depth++) {
        char *end = NULL;
        long place = *at == '/' ? strtol(at + 1, &end, 10) : 0;
        if (place < 1 || place > MOST_PLACE || action->depth + 1 >= LIVE_ACTION_DEPTH)
            return false;
        action->level[action->depth] = (int)place;
        at = end;
    }
    return action->depth++ > 0; // and its own lines, one deeper
}

void live_action_begin_at(live_action *action, const char *id, const char *type, const char *about)
{
    live_action placed = { .outer = current, .type = type, .about = about };

    if (!read_place(id, &placed)) {
        live_action_begin(action, type, about);
        return;
    }
    *action = placed;
    start(action);
}

void live_action_leave(live_action *action)
{
    live_action *outer = action->outer;

    // Too deep, it was told as a part of the outer one, which counts on from there.
    if (outer && action->depth == LIVE_ACTION_DEPTH && outer->depth == action->depth)
        outer->level[action->depth - 1] = action->level[action->depth - 1];
    current = outer;
    action->outer = NULL;
}

void live_action_enter(live_action *action)
{
    action->outer = current;
    current = action;
}

void live_action_end(live_action *action, const live_error *why)
{
    long long took_ms = live_time_monotonic_ms() - action->begun_ms;
    char how[sizeof why->text + 16];

    if (why)
        snprintf(how, sizeof how, "failed: %s", why->text);
    else
        snprintf(how, sizeof how, "succeeded in %lld ms", took_ms);
    tell(action, why ? "failed" : "succeeded", how);
    live_action_leave(action);
}

void live_action_reserve(char id[LIVE_ACTION_ID_BYTES])
{
    live_action *action = current;
    size_t length;

    id[0] = '\0';
    if (!action || !action->task_uuid[0] || action->depth + 1 >= LIVE_ACTION_DEPTH)
        return;
    action->level[action->depth - 1]++;
    length = (size_t)snprintf(id, LIVE_ACTION_ID_BYTES, "%s@", action->task_uuid);
    for (size_t i = 0; i < action->depth; i++)
        length +=
            (size_t)snprintf(id + length, LIVE_ACTION_ID_BYTES - length, "/%d", action->level[i]);
}
