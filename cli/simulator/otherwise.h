// SPDX-License-Identifier: Apache-2.0
// What a query does otherwise where the platform is other than we believe: its span, and its rows on the wire.
#ifndef SIM_OTHERWISE_H
#define SIM_OTHERWISE_H

#include "profile.h"
#include "span.h"
#include <cJSON.h>

// Reads a span as this platform does, as sim_span_parse().
live_err sim_otherwise_span(const sim_profile *profile, const char *text, int64_t now_ms,
                            sim_zone zone, sim_span *ret_span, live_error *error);

// Writes the numbers and the time of a row as this platform does.
void sim_otherwise_row(const sim_profile *profile, cJSON *row);

#endif
