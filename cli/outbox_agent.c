// SPDX-License-Identifier: Apache-2.0
// The outbox of an agent that runs.
#include "outbox_agent.h"

#include <live/json.h>

// From where the next question goes on; false: the answer was the last one.
typedef struct place {
    int64_t first, last;
    bool more;
} place;

static live_err ask(control *control, const char *action, place *place, cJSON **ret_answer,
                    live_error *error)
{
    cJSON *request = control_request("outbox", NULL);

    cJSON_AddStringToObject(request, "action", action);
    live_json_add_int(request, "first", place->first);
    live_json_add_int(request, "last", place->last);
    live_err err = control_ask(control, request, CONTROL_LONG_MS, ret_answer, error);
    place->more = live_json_get(*ret_answer, "next") != NULL;
    place->first = live_json_int(*ret_answer, "next", 0);
    place->last = live_json_int(*ret_answer, "last", 0);
    return err;
}

static void move_letters(cJSON *from, cJSON *to)
{
    while (from && from->child)
        cJSON_AddItemToArray(to, cJSON_DetachItemViaPointer(from, from->child));
}

live_err outbox_agent_show(control *control, live_outbox_stat *ret_stat, cJSON *dead,
                           live_error *error)
{
    place place = { .more = true };
    live_err err = LIVE_OK;

    while (!err && place.more) {
        cJSON *answer = NULL;
        err = ask(control, "show", &place, &answer, error);
        if (!err)
            live_outbox_stat_read(live_json_get(answer, "outbox"), ret_stat);
        move_letters(cJSON_GetObjectItemCaseSensitive(answer, "dead_letters"), dead);
        cJSON_Delete(answer);
    }
    return err;
}

live_err outbox_agent_change(control *control, const char *action, int64_t number,
                             size_t *ret_count, live_error *error)
{
    place place = { .first = number, .last = number, .more = true };
    live_err err = LIVE_OK;

    *ret_count = 0;
    while (!err && place.more) {
        cJSON *answer = NULL;
        err = ask(control, action, &place, &answer, error);
        *ret_count += (size_t)live_json_int(answer, "count", 0);
        cJSON_Delete(answer);
    }
    return err;
}
