// SPDX-License-Identifier: Apache-2.0
// How the settings come to be in force: a child makes a plan of them; it is put in force, or refused and the last good one
// stays.
#ifndef AG_READING_H
#define AG_READING_H

#include "supervise/planner.h"
#include "supervise/waiting.h"

typedef struct ag_supervisor ag_supervisor;

typedef struct ag_reading {
    ag_planner *planner;    // NULL: the settings are not being read
    bool again;             // they are read once more after that
    cJSON *refused;         // lines; NULL: the file is in force
    int64_t done_ms;        // since when they are in force
    cJSON *concerned;       // list of those whom the last reload may still wait for; NULL: nobody
    ag_tickets asked, next; // who waits for it; for the one after it
} ag_reading;

// Reads the settings, once more where they are just being read; `ticket` NULL: nobody waits. Whoever waits is answered when
// the processes concerned are up or down, those of a reload just before included.
void ag_reading_ask(ag_supervisor *supervisor, ag_ticket *ticket);

// Why a plan is not put in force: lines for people, yours. NULL: it may be.
cJSON *ag_reading_faults(const ag_supervisor *supervisor, const cJSON *plan);

// Puts a plan, which is taken, in force and answers whoever asked.
void ag_reading_take(ag_supervisor *supervisor, cJSON *plan);

// Where nothing is under way, what waited for that begins.
void ag_reading_next(ag_supervisor *supervisor);

// Gives up what is under way and tells whoever waits why.
void ag_reading_end(ag_supervisor *supervisor, const live_error *why);

#endif
