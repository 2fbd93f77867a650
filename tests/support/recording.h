// SPDX-License-Identifier: Apache-2.0
// Requests recorded from the Python client (tests/data/wire): what an event of ours is held against.
#ifndef RECORDING_H
#define RECORDING_H

#include <cJSON.h>

// Fails the test unless `event` is the JSON of a recorded request, member for member and in the same order.
// "<uuid4>" stands for any UUID of version 4, "<ms>" for any whole number of 13 digits.
void recording_is(const char *file, int request, const cJSON *event);

// The path of a recorded request, and what the Python caller got. Yours: test_free(), cJSON_Delete().
char *recording_path(const char *file, int request);
cJSON *recording_returns(const char *file);

#endif
