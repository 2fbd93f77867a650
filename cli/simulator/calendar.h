// SPDX-License-Identifier: Apache-2.0
// The calendar in a zone: dates to milliseconds since 1970 and back.
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include "span.h"
#include <time.h>

// Broken down local time of the zone; the milliseconds are left out.
struct tm sim_calendar_of(int64_t time_ms, sim_zone zone);

// The inverse; fields beyond their range carry over.
int64_t sim_calendar_ms(struct tm date, sim_zone zone);

#endif
