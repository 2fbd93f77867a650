// SPDX-License-Identifier: Apache-2.0
// Requests recorded from the Python client (tests/data/wire): what an event of ours is held against.
#ifndef RECORDING_H
#define RECORDING_H

#include <cJSON.h>
#include <stdbool.h>

// Fails the test unless `event` is the JSON of a recorded request, member for member and in the same order.
// "<uuid4>" stands for any UUID of version 4, "<ms>" for any whole number of 13 digits, "<epoch_s_float>" for any
// number of seconds since 1970.
void recording_is(const char *file, int request, const cJSON *event);

// Reads a recording, yours: cJSON_Delete(). And how one of its values is held against one of ours.
cJSON *recording_read(const char *file);
typedef enum recording_match {
    RECORDING_ORDERED,   // the same members in the same order
    RECORDING_UNORDERED, // the same members
    RECORDING_WITHIN,    // its members, and others of ours
} recording_match;
bool recording_same(const cJSON *expected, const cJSON *value, recording_match match);

// The path of a recorded request, and what the Python caller got. Yours: test_free(), cJSON_Delete().
char *recording_path(const char *file, int request);
cJSON *recording_returns(const char *file);

#endif
