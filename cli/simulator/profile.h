// SPDX-License-Identifier: Apache-2.0
// How the simulated platform is other than we believe: the facts that a report of `live probe` saw differ.
#ifndef SIM_PROFILE_H
#define SIM_PROFILE_H

#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>

#include "probe/facts.h"

// Zeroed, everything is as believed. So it is where a profile is NULL.
typedef struct sim_profile {
    int values[FACT_COUNT];  // index of the fact's values
    int numbers[FACT_COUNT]; // of a fact whose value is another number; 0: none
} sim_profile;

// Whether the fact is other than believed.
bool sim_profile_differs(const sim_profile *profile, fact_id id);

// Whether it has this value, one of the fact's own words.
bool sim_profile_is(const sim_profile *profile, fact_id id, const char *value);

// The number that it is, as believed where nothing else was seen.
int sim_profile_number(const sim_profile *profile, fact_id id);

// Reads a report. What cannot be imitated is told as sentences in `ret_notes`, a list of texts: the caller's.
// LIVE_E_INVALID, LIVE_E_PARSE: the text begins with "PATH:LINE:COLUMN: ".
live_err sim_profile_read(const char *path, sim_profile *ret_profile, cJSON **ret_notes,
                          live_error *error);

#endif
