// SPDX-License-Identifier: Apache-2.0
// What a bench's platform answers: rows by a part of the expression, a resource by its path.
#include "worker/script.h"

#include <stdlib.h>
#include <string.h>

struct ag_script {
    ag_script *next;
    char *key;
    cJSON *answer; // NULL: it fails
    live_error error;
};

void ag_script_add(ag_script **script, const char *key, cJSON *answer, const live_error *error)
{
    ag_script *own = calloc(1, sizeof *own);

    if (!own)
        abort(); // a test has nothing to go on with
    *own = (ag_script){ .next = *script, .key = strdup(key), .answer = answer };
    if (error)
        own->error = *error;
    *script = own;
}

void ag_script_free(ag_script *script)
{
    while (script) {
        ag_script *next = script->next;
        cJSON_Delete(script->answer);
        free(script->key);
        free(script);
        script = next;
    }
}

static live_err give(const cJSON *answer, cJSON **ret_answer, live_error *error)
{
    *ret_answer = answer ? cJSON_Duplicate(answer, true) : cJSON_CreateArray();
    return *ret_answer ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

live_err ag_script_query(const ag_script *script, const char *expression, cJSON **ret_rows,
                         live_error *error)
{
    while (script && !strstr(expression, script->key))
        script = script->next;
    if (!script || script->answer)
        return give(script ? script->answer : NULL, ret_rows, error);
    if (error)
        *error = script->error;
    return script->error.code;
}

static bool is_path_of(const ag_script *script, const char *path)
{
    size_t length = strlen(script->key);

    return strncmp(path, script->key, length) == 0 && (path[length] == '\0' || path[length] == '?');
}

live_err ag_script_resource(const ag_script *script, const char *path, cJSON **ret_body,
                            live_error *error)
{
    while (script && !is_path_of(script, path))
        script = script->next;
    return script ? give(script->answer, ret_body, error)
                  : live_fail(error, LIVE_E_NOTFOUND, "GET %s: HTTP 404", path);
}
