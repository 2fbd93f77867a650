// SPDX-License-Identifier: Apache-2.0
/** @file file.h
 * Files, read and written whole.
 */
#ifndef LIVE_FILE_H
#define LIVE_FILE_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Reads a file of at most LIVE_JSON_MAX_BYTES. Errors begin with its path.
 *
 * @param ret_text   yours: live_free(); followed by a NUL that is not counted
 * @retval LIVE_E_SYSTEM it cannot be read @retval LIVE_E_LIMIT it is longer
 */
LIVE_API LIVE_MUST_USE live_err live_file_read(const char *path, char **ret_text,
                                               size_t *ret_length, live_error *error);

/**
 * Reads a file of JSON. Errors begin with its path, and with "PATH:LINE:COLUMN: " where it is no JSON.
 *
 * @param ret_json yours: cJSON_Delete()
 */
LIVE_API LIVE_MUST_USE live_err live_file_read_json(const char *path, cJSON **ret_json,
                                                    live_error *error);

/**
 * Writes a file whole, durably: beside it as "PATH.new", synced, renamed over it, the folder synced. Who reads it
 * sees the old text or the new one, whatever happens. A file that is there keeps its mode and its owner; blocks on
 * the disk.
 *
 * @param mode of a new file, such as 0600
 * @retval LIVE_E_SYSTEM it cannot be written; the old file is as it was
 */
LIVE_API LIVE_MUST_USE live_err live_file_write(const char *path, const char *text, size_t length,
                                                unsigned mode, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
