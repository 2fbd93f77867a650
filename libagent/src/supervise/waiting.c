// SPDX-License-Identifier: Apache-2.0
// Who waits for an answer.
#include "supervise/waiting.h"

#include <stdlib.h>

struct ag_wait {
    ag_wait *next;
    ag_ticket ticket;
    cJSON *names; // list
    ag_goal goal;
    cJSON *body; // of the answer
};

// Tickets

void ag_tickets_add(ag_tickets *tickets, ag_ticket ticket)
{
    ag_ticket *items = realloc(tickets->items, (tickets->count + 1) * sizeof *items);

    if (!items) {
        cJSON_Delete(ticket.id); // who waits sees the end of the agent
        return;
    }
    tickets->items = items;
    tickets->items[tickets->count++] = ticket;
}

void ag_tickets_answer(ag_tickets *tickets, ag_control *control, const cJSON *body,
                       const live_error *error)
{
    ag_tickets own = *tickets; // answering may bring new ones

    *tickets = (ag_tickets){ 0 };
    for (size_t i = 0; i < own.count; i++)
        ag_control_answer(control, own.items[i], cJSON_Duplicate(body, true), error);
    free(own.items);
}

// Processes

static bool is_there(const ag_member *member, ag_goal goal)
{
    const ag_child *child = member ? ag_member_child(member) : NULL;
    ag_unit_state state = child ? ag_child_state(child) : AG_DOWN;

    return state == AG_DOWN || state == AG_FAILED || (goal != AG_GOAL_DOWN && state == AG_UP);
}

// Why a process is not what was asked for; false: it is.
static bool is_amiss(const ag_member *member, const char *name, ag_goal goal, live_error *error)
{
    const ag_child *child = member ? ag_member_child(member) : NULL;
    char reason[200];

    if (goal != AG_GOAL_UP || (child && ag_child_state(child) == AG_UP))
        return false;
    if (!member) {
        live_fail(error, LIVE_E_NOTFOUND, "%s: it was removed meanwhile", name);
        return true;
    }
    ag_member_reason(member, reason, sizeof reason);
    live_fail(error, LIVE_E_SYSTEM, "%s: %s", name, *reason ? reason : "it was stopped meanwhile");
    return true;
}

// Whether it is over, and answered.
static bool finish(const ag_waiting *waiting, const ag_wait *wait)
{
    const cJSON *name;
    live_error error = { 0 };
    bool amiss = false;

    cJSON_ArrayForEach (name, wait->names)
        if (!is_there(ag_staff_find(waiting->staff, name->valuestring), wait->goal))
            return false;
    cJSON_ArrayForEach (name, wait->names)
        amiss = amiss || is_amiss(ag_staff_find(waiting->staff, name->valuestring),
                                  name->valuestring, wait->goal, &error);
    ag_control_answer(waiting->control, wait->ticket, wait->body, amiss ? &error : NULL);
    return true;
}

static void drop(ag_wait **link)
{
    ag_wait *wait = *link;

    *link = wait->next;
    cJSON_Delete(wait->names);
    free(wait);
}

void ag_waiting_check(ag_waiting *waiting)
{
    ag_wait **link = &waiting->first;

    while (*link) {
        if (finish(waiting, *link))
            drop(link);
        else
            link = &(*link)->next;
    }
}

void ag_waiting_add(ag_waiting *waiting, ag_ticket ticket, const cJSON *names, ag_goal goal,
                    cJSON *body)
{
    ag_wait *wait = calloc(1, sizeof *wait);
    live_error error = { 0 };

    if (!wait) {
        live_fail(&error, LIVE_E_NOMEM, "out of memory");
        ag_control_answer(waiting->control, ticket, body, &error);
        return;
    }
    *wait = (ag_wait){ .next = waiting->first,
                       .ticket = ticket,
                       .names = cJSON_Duplicate(names, true),
                       .goal = goal,
                       .body = body };
    waiting->first = wait;
    ag_waiting_check(waiting);
}

void ag_waiting_end(ag_waiting *waiting, const live_error *why)
{
    while (waiting->first) {
        ag_control_answer(waiting->control, waiting->first->ticket, waiting->first->body, why);
        drop(&waiting->first);
    }
}
