// SPDX-License-Identifier: Apache-2.0
// What somebody asks of the gateway over the control socket.
#include "supervise/consulting.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask_first(ag_consulting *consulting)
{
    if (consulting->count > 0)
        ag_inquiry_ask(consulting->inquiry, ag_member_child(ag_staff_at(consulting->staff, 0)),
                       consulting->items[0].question);
}

static ag_ticket take_first(ag_consulting *consulting)
{
    ag_ticket ticket = consulting->items[0].ticket;

    consulting->count--;
    memmove(consulting->items, consulting->items + 1,
            consulting->count * sizeof *consulting->items);
    return ticket;
}

static void on_report(const cJSON *report, void *user)
{
    ag_consulting *consulting = user;
    const char *failure = live_json_str(report, "error", NULL);
    live_error error = { 0 };

    if (failure)
        live_fail(&error, LIVE_E_SYSTEM, "%s", failure);
    else if (!report)
        live_fail(&error, LIVE_E_TIMEOUT, "the gateway does not answer");
    ag_control_answer(consulting->control, take_first(consulting),
                      error.code ? NULL : cJSON_Duplicate(report, true),
                      error.code ? &error : NULL);
    ask_first(consulting);
}

live_err ag_consulting_init(ag_consulting *consulting, live_loop *loop, ag_control *control,
                            const ag_staff *staff, int64_t limit_ms, live_error *error)
{
    *consulting = (ag_consulting){ .control = control, .staff = staff };
    return ag_inquiry_new(loop, limit_ms, on_report, consulting, &consulting->inquiry, error);
}

void ag_consulting_clear(ag_consulting *consulting)
{
    ag_inquiry_free(consulting->inquiry);
    while (consulting->count > 0)
        cJSON_Delete(take_first(consulting).id);
    free(consulting->items);
}

void ag_consulting_add(ag_consulting *consulting, ag_ticket ticket, const char *question)
{
    ag_consultation *items = realloc(consulting->items, (consulting->count + 1) * sizeof *items);
    live_error error = { 0 };

    if (!items) {
        live_fail(&error, LIVE_E_NOMEM, "out of memory");
        ag_control_answer(consulting->control, ticket, NULL, &error);
        return;
    }
    consulting->items = items;
    items[consulting->count] = (ag_consultation){ .ticket = ticket };
    snprintf(items[consulting->count].question, AG_NAME_BYTES, "%s", question);
    if (consulting->count++ == 0)
        ask_first(consulting);
}

void ag_consulting_end(ag_consulting *consulting, const live_error *why)
{
    ag_inquiry_forget(consulting->inquiry); // its answer is not that to what is asked next
    while (consulting->count > 0)
        ag_control_answer(consulting->control, take_first(consulting), NULL, why);
}
