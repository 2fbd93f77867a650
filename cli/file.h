// SPDX-License-Identifier: Apache-2.0
// A file, read whole.
#ifndef FILE_H
#define FILE_H

#include <cJSON.h>
#include <live/error.h>

// `ret_text` is yours: live_free(); it ends with a NUL that is not counted.
live_err file_read(const char *path, char **ret_text, size_t *ret_length, live_error *error);

// Errors name the file, and line and column where it is not JSON. `ret_json` is yours.
live_err file_read_json(const char *path, cJSON **ret_json, live_error *error);

#endif
