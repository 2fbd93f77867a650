// SPDX-License-Identifier: Apache-2.0
/** @file file.h
 * Files, read and written whole.
 *
 * Threads: any.
 *
 * Blocking: all of it, as long as the disk takes.
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
 * @retval LIVE_E_PARSE  it is no JSON
 * @retval LIVE_E_SYSTEM it cannot be read
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

/**
 * Writes a file as live_file_write() does, provided that it still has the text that was read from it: what somebody else
 * has written meanwhile, another program of this library or an editor, stays. A text that is written in the same moment
 * is put back where the file system can exchange names (Linux's own can, NFS cannot); a program that writes into the
 * file in place, rather than replacing it, may come too late by as much. "PATH.lock" is there for a moment.
 *
 * @param old what was read
 * @retval LIVE_E_NOTFOUND it has another text, is gone or is no file (a pipe is not waited for): read it again
 * @retval LIVE_E_TIMEOUT  somebody else is calling this for the same file: nobody is waited for
 * @retval LIVE_E_SYSTEM   it cannot be written; the file is as it was
 */
LIVE_API LIVE_MUST_USE live_err live_file_replace(const char *path, const char *old,
                                                  size_t old_length, const char *text,
                                                  size_t length, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
