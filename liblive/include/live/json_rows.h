// SPDX-License-Identifier: Apache-2.0
/** @file json_rows.h
 * JSON that holds many values of the same kind: what is around them is read at once, each of them when its turn comes.
 *
 * A tree of a hundred rows is a few thousand pieces of memory. So the rows stay text, and one after the other is read into
 * memory that is used again.
 *
 * Threads: any; a tree and a slate belong to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_JSON_ROWS_H
#define LIVE_JSON_ROWS_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Reads as live_json_parse() does, but not what is deeper than so many levels: objects and arrays there are checked, too, and
 * stay the text they are, as items of the type cJSON_Raw.
 *
 * In `[{"rows":[{"a":1},7]}]` the row `{"a":1}` is on the fourth level: with `levels` 3 it is text, and 7 is a number.
 * live_buf_add_json() and live_json_print() write such a tree as what it is: text that reads as the whole.
 *
 * @param ret_json yours: cJSON_Delete()
 */
LIVE_API LIVE_MUST_USE live_err live_json_parse_outer(const char *text, size_t length,
                                                      size_t levels, cJSON **ret_json,
                                                      live_error *error);

/** Memory for one tree after the other. */
typedef struct live_json_slate live_json_slate;

/** Yours: live_json_slate_free(); NULL: no memory. */
LIVE_API live_json_slate *live_json_slate_new(void);

/**
 * Reads a value that was checked, such as what live_json_parse_outer() left as text. The one that was read before is gone.
 *
 * @return borrowed until the next one is read, or the slate is freed: never cJSON_Delete(). NULL: no memory, also where
 * `slate` is NULL
 */
LIVE_API const cJSON *live_json_slate_read(live_json_slate *slate, const char *text, size_t length);

/** Frees its tree, too. NULL is fine. */
LIVE_API void live_json_slate_free(live_json_slate *slate);

#ifdef __cplusplus
}
#endif
#endif
