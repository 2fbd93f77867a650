// SPDX-License-Identifier: Apache-2.0
// Time spans such as "last 10 minutes" or "since ts 0 #partial='1'", and periods of the calendar.
#ifndef SIM_SPAN_H
#define SIM_SPAN_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sim_zone { SIM_ZONE_UTC, SIM_ZONE_LOCAL } sim_zone;

// A length of time: months of the calendar or milliseconds, never both.
typedef struct sim_period {
    int64_t ms;
    int months;
} sim_period;

typedef struct sim_span {
    int64_t begin_ms, end_ms;
    bool has_history;  // false for no span at all
    bool open;         // the end is now and moves with the clock
    sim_period length; // of "last …", whose begin moves as well; else zero
    int64_t partial;   // stop after about so many outputs; 0: no limit
} sim_span;

// Reads a span as of `now_ms`. NULL, "" and "None" are none. LIVE_E_PARSE: no span.
live_err sim_span_parse(const char *text, int64_t now_ms, sim_zone zone, sim_span *ret_span,
                        live_error *error);

// Where an open span stands at a later time.
void sim_span_move(sim_span *span, int64_t now_ms, sim_zone zone);

// The period of `count` units ("ms", "sec", "minutes", "months" …); false: no such unit or too long.
bool sim_period_of(double count, const char *unit, sim_period *ret_period);

// `time_ms` plus `times` periods, by the calendar for months.
int64_t sim_period_add(sim_period period, int64_t time_ms, int times, sim_zone zone);

// The first multiple of the period after `time_ms`: minutes to days count from midnight, weeks from
// Monday, months from January.
int64_t sim_period_next(sim_period period, int64_t time_ms, sim_zone zone);

#endif
