// SPDX-License-Identifier: Apache-2.0
// Lines of the log that found nobody to take them, as a record of their own (`log.lost`).
#ifndef AG_LOST_H
#define AG_LOST_H

#include <live/log.h>
#include <stdint.h>

enum { AG_LOST_BYTES = 80 };

// Its text stands in `room` and says how many they were and `fate`, what became of them.
live_log_record ag_lost_record(int64_t count, const char *fate, char room[AG_LOST_BYTES]);

#endif
