// SPDX-License-Identifier: Apache-2.0
// What numbers, durations and sizes of the settings come to: one number each.
#ifndef AG_MEASURE_H
#define AG_MEASURE_H

#include <cJSON.h>
#include <stdbool.h>

// False: the value is none of that kind.
typedef bool (*ag_measure_fn)(const cJSON *value, double *ret_number);

bool ag_measure_number(const cJSON *value, double *ret_number);
bool ag_measure_whole(const cJSON *value, double *ret_number);
bool ag_measure_duration(const cJSON *value, double *ret_ms); // "10s", or a number of seconds
bool ag_measure_size(const cJSON *value, double *ret_bytes);  // "10 MB", or a number of bytes

// A bound of a row, which is written as in the file; false: there is none.
bool ag_measure_bound(const char *text, ag_measure_fn measure, double *ret_bound);

#endif
