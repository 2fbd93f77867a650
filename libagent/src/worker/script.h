// SPDX-License-Identifier: Apache-2.0
// What a bench's platform answers: rows by a part of the expression, a resource by its path. The newest answer counts.
#ifndef AG_SCRIPT_H
#define AG_SCRIPT_H

#include <cJSON.h>
#include <live/error.h>

typedef struct ag_script ag_script; // NULL: nothing is scripted

// Takes the answer; NULL: it fails with the error.
void ag_script_add(ag_script **script, const char *key, cJSON *answer, const live_error *error);
void ag_script_free(ag_script *script);

// The rows of a query, yours; none where nothing is scripted.
live_err ag_script_query(const ag_script *script, const char *expression, cJSON **ret_rows,
                         live_error *error);

// A resource, yours. A path that was scripted without a query answers any; LIVE_E_NOTFOUND where none was.
live_err ag_script_resource(const ag_script *script, const char *path, cJSON **ret_body,
                            live_error *error);

#endif
