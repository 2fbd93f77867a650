// SPDX-License-Identifier: Apache-2.0
/** @file json_text.h
 * JSON as its text, which people wrote: a change touches the value it is about and leaves every other byte as it was.
 *
 * For settings files that a program changes and people go on editing.
 *
 * Threads: any; a text belongs to one at a time.
 *
 * Blocking: reading and writing its file; nothing else.
 */
#ifndef LIVE_JSON_TEXT_H
#define LIVE_JSON_TEXT_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A JSON text that is changed in places. */
typedef struct live_json_text live_json_text;

#define LIVE_JSON_POINTER_BYTES 1024 ///< of a pointer with its NUL

/** Writes the pointer to a member of the object at `parent`, escaped; cut where it is too long, so that it finds nothing. */
LIVE_API void live_json_text_pointer(const char *parent, const char *key,
                                     char out[LIVE_JSON_POINTER_BYTES]);

/**
 * @param text given away, from live_buf_take() or live_file_read(), also on failure
 * @param name stands in errors, as "NAME:LINE:COLUMN: "
 * @param ret_json yours: live_json_text_free()
 * @retval LIVE_E_PARSE it is no JSON
 */
LIVE_API LIVE_MUST_USE live_err live_json_text_new(char *text, size_t length, const char *name,
                                                   live_json_text **ret_json, live_error *error);

/**
 * Reads a file, whose path is its name.
 *
 * @param ret_json yours: live_json_text_free()
 * @retval LIVE_E_PARSE  it is no JSON; the text begins with "PATH:LINE:COLUMN: "
 * @retval LIVE_E_SYSTEM it cannot be read
 */
LIVE_API LIVE_MUST_USE live_err live_json_text_read(const char *path, live_json_text **ret_json,
                                                    live_error *error);
/** Frees the text and its tree. NULL is fine. */
LIVE_API void live_json_text_free(live_json_text *json);

/** The text as it is now. Borrowed until the next change. @param ret_length NULL when not wanted */
LIVE_API const char *live_json_text_data(const live_json_text *json, size_t *ret_length);

/** The same as a tree. Borrowed until the next change. */
LIVE_API const cJSON *live_json_text_tree(const live_json_text *json);

/** Replaces the value at a pointer by other JSON text. @retval LIVE_E_NOTFOUND there is none */
LIVE_API LIVE_MUST_USE live_err live_json_text_replace(live_json_text *json, const char *pointer,
                                                       const char *value, live_error *error);

/**
 * Adds a member after the others of the object at `pointer`. It is laid out as its neighbours are.
 *
 * @param key    NULL: an element of an array
 * @param indent what lines of `value` after the first begin with; it becomes that of the place
 * @retval LIVE_E_INVALID there is no object, or list, at `pointer`
 * @retval LIVE_E_PARSE   `value` is no JSON
 */
LIVE_API LIVE_MUST_USE live_err live_json_text_add(live_json_text *json, const char *pointer,
                                                   const char *key, const char *value,
                                                   const char *indent, live_error *error);

/**
 * Adds the member `key` of the object at `pointer` in `from`, in the same place.
 *
 * @retval LIVE_E_NOTFOUND no such member in `from`; else as live_json_text_add()
 */
LIVE_API LIVE_MUST_USE live_err live_json_text_copy(live_json_text *json,
                                                    const live_json_text *from, const char *pointer,
                                                    const char *key, live_error *error);

/**
 * Removes the member of an object at `pointer`, with its comma and the white space before it.
 *
 * @retval LIVE_E_NOTFOUND there is no such member
 */
LIVE_API LIVE_MUST_USE live_err live_json_text_remove(live_json_text *json, const char *pointer,
                                                      live_error *error);

/**
 * Fails with "NAME:LINE:COLUMN: WHERE: TEXT": where the value at the pointer, or what should hold it, stands.
 *
 * @retval LIVE_E_INVALID always
 */
LIVE_API live_err live_json_text_refuse(const live_json_text *json, const char *pointer,
                                        const char *text, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
