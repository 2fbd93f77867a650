// SPDX-License-Identifier: Apache-2.0
/** @file json.h
 * cJSON is the value type; this is strict reading, short access and exact integers.
 *
 * Threads: any; a tree belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_JSON_H
#define LIVE_JSON_H

#include <cJSON.h>
#include <live/api.h>
#include <live/buf.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_JSON_MAX_DEPTH 256                        ///< nesting that is still read
#define LIVE_JSON_MAX_BYTES ((size_t)64 * 1024 * 1024) ///< text that is still read

/** Where a value stands in its text. */
typedef struct live_json_place {
    size_t offset; ///< in bytes
    size_t length; ///< in bytes
    int line;      ///< from 1
    int column;    ///< from 1; counts characters, not bytes
} live_json_place;

/**
 * Checks that `text` is one JSON value and nothing else, strictly: RFC 8259, valid UTF-8, no lone
 * surrogate, no U+0000 in a string, no number beyond a double.
 *
 * @retval LIVE_E_PARSE it is not; the text begins with "LINE:COLUMN: "
 * @retval LIVE_E_LIMIT deeper than LIVE_JSON_MAX_DEPTH or longer than LIVE_JSON_MAX_BYTES
 */
LIVE_API LIVE_MUST_USE live_err live_json_check(const char *text, size_t length, live_error *error);

/**
 * Checks as live_json_check() does, then reads.
 *
 * A whole number beyond 2^53, which a double does not hold, keeps its digits: live_json_int() reads them exactly up to 64
 * bits, live_buf_add_json() and live_json_print() write them; cJSON's own functions see the nearest double.
 *
 * @param ret_json yours: cJSON_Delete()
 */
LIVE_API LIVE_MUST_USE live_err live_json_parse(const char *text, size_t length, cJSON **ret_json,
                                                live_error *error);

/**
 * Reads JSON of others, of which one value shall not cost all: what live_json_parse() refuses for it is mended.
 *
 * NaN, infinities, numbers beyond a double and what is nested deeper than LIVE_JSON_MAX_DEPTH become `null`; bytes that are
 * no UTF-8, halves of surrogate pairs and U+0000 become U+FFFD; control characters in strings are taken as written. What is
 * no JSON even so is refused as by live_json_parse().
 *
 * @param ret_json   yours: cJSON_Delete()
 * @param ret_mended whether something was; may be NULL
 */
LIVE_API LIVE_MUST_USE live_err live_json_parse_mended(const char *text, size_t length,
                                                       cJSON **ret_json, bool *ret_mended,
                                                       live_error *error);

/**
 * Finds the value at a JSON pointer ("" is the whole, "/live/url" a member) in text that was
 * checked. Of members that occur twice the last one counts, as for live_json_get().
 *
 * @param ret_key   where the member's name stands; zero for an element and for the whole; may be
 * NULL
 * @param ret_value where the value stands; may be NULL
 * @retval LIVE_E_NOTFOUND no such value
 */
LIVE_API LIVE_MUST_USE live_err live_json_find(const char *text, size_t length, const char *pointer,
                                               live_json_place *ret_key, live_json_place *ret_value,
                                               live_error *error);

/** One element of an array, as text; borrowed. A failure ends the walk. */
typedef live_err (*live_json_element_fn)(const char *element, size_t length, void *user,
                                         live_error *error);

/**
 * Calls `fn` for each element of an array, in text that was checked.
 *
 * @retval LIVE_E_INVALID the text is no array; otherwise what `fn` returned
 */
LIVE_API LIVE_MUST_USE live_err live_json_each(const char *text, size_t length,
                                               live_json_element_fn fn, void *user,
                                               live_error *error);

/**
 * Adds JSON text without white space. Numbers keep their value exactly; NaN and infinities become `null`, invalid
 * UTF-8 becomes U+FFFD. NULL adds `null`.
 */
LIVE_API void live_buf_add_json(live_buf *buf, const cJSON *json);

/** As live_buf_add_json(), but NaN and infinities are refused. @param ret_text yours: live_free() */
LIVE_API LIVE_MUST_USE live_err live_json_print(const cJSON *json, char **ret_text,
                                                live_error *error);

/**
 * Writes what live_json_print() prints as a line of its own, and flushes it.
 *
 * @retval LIVE_E_SYSTEM it cannot be written
 */
LIVE_API LIVE_MUST_USE live_err live_json_write(const cJSON *json, FILE *out, live_error *error);

/** A member, borrowed from its object; NULL when there is none or `object` is NULL. Case matters. */
LIVE_API const cJSON *live_json_get(const cJSON *object, const char *key);

/** A member's text, or `fallback` when it is absent or no string. Borrowed. */
LIVE_API const char *live_json_str(const cJSON *object, const char *key, const char *fallback);

/**
 * A member's whole number; `3.0` and `1.7E12` are whole. `fallback` when absent, not whole, beyond 64 bits, or beyond 2^53 and
 * written with a point or an exponent.
 */
LIVE_API int64_t live_json_int(const cJSON *object, const char *key, int64_t fallback);

/** A number of an object; `fallback` where there is none. */
LIVE_API double live_json_real(const cJSON *object, const char *key, double fallback);
/** True or false of an object; `fallback` where there is neither. */
LIVE_API bool live_json_bool(const cJSON *object, const char *key, bool fallback);

/** Adds a whole number exactly, also beyond 2^53: see live_json_parse(). NULL when memory is out or `object` is NULL. Borrowed from `object`. */
LIVE_API cJSON *live_json_add_int(cJSON *object, const char *key, int64_t value);

#ifdef __cplusplus
}
#endif
#endif
