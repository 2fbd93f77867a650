// SPDX-License-Identifier: Apache-2.0
// A file of JSON, read whole.
#ifndef FILE_H
#define FILE_H

#include <cJSON.h>
#include <live/error.h>

// Errors name the file, and line and column where it is not JSON. `ret_json` is yours.
live_err file_read_json(const char *path, cJSON **ret_json, live_error *error);

#endif
