// SPDX-License-Identifier: Apache-2.0
// JSON as its text, which people wrote: a change touches the value it is about and leaves every other byte as it was.
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <cJSON.h>
#include <live/error.h>
#include <stddef.h>

typedef struct json_text json_text;

enum { JSON_POINTER_BYTES = 1024 };

// The pointer to a member of the object at `parent`, escaped; cut where it is too long, so that it finds nothing.
void json_text_pointer(const char *parent, const char *key, char out[JSON_POINTER_BYTES]);

// Takes the text; `name` stands in errors, as "NAME:LINE:COLUMN: ".
live_err json_text_new(char *text, size_t length, const char *name, json_text **ret_json,
                       live_error *error);
live_err json_text_read(const char *path, json_text **ret_json, live_error *error);
void json_text_free(json_text *json);

// The text as it is now; and the same as a tree. Borrowed until the next change.
const char *json_text_data(const json_text *json, size_t *ret_length);
const cJSON *json_text_tree(const json_text *json);

// Replaces the value at a pointer.
live_err json_text_replace(json_text *json, const char *pointer, const char *value,
                           live_error *error);

// Adds a member after the others of the object at `pointer`; `key` NULL: an element of an array. It is laid out
// as its neighbours are; lines of `value` after the first begin with `indent`, which becomes theirs.
live_err json_text_add(json_text *json, const char *pointer, const char *key, const char *value,
                       const char *indent, live_error *error);

// Adds the member `key` of the object at `pointer` in `from`, in the same place.
live_err json_text_copy(json_text *json, const json_text *from, const char *pointer,
                        const char *key, live_error *error);

// Fails with "NAME:LINE:COLUMN: TEXT", where the value at the pointer, or what should hold it, stands.
live_err json_text_refuse(const json_text *json, const char *pointer, const char *text,
                          live_error *error);

#endif
