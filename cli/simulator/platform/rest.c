// SPDX-License-Identifier: Apache-2.0
// The REST resources of the simulated platform: routing, permissions, error bodies.
#include "rest.h"

#include <live/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_BYTES = 256 };

typedef char segments[REST_CAPTURES][SEGMENT_BYTES];

static const rest_route *const tables[] = { rest_resource_routes, rest_asset_routes,
                                            rest_analysis_routes };

static const struct {
    int status;
    const char *message;
} standard[] = {
    { 400, "malformed request" },  { 401, "credentials are missing or wrong" },
    { 403, "permission missing" }, { 404, "no such resource" },
    { 405, "method not allowed" }, { 500, "internal error" },
};

cJSON *rest_message(const char *text)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "message", text);
    return body;
}

cJSON *rest_envelope(const cJSON *list)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddNumberToObject(body, "total", cJSON_GetArraySize(list));
    cJSON_AddItemToObject(body, "data", cJSON_Duplicate(list, true));
    return body;
}

const char *rest_parameter(const rest_request *request, const char *name, const char *fallback)
{
    const cJSON *first = cJSON_GetArrayItem(live_json_get(request->parameters, name), 0);
    return cJSON_IsString(first) ? first->valuestring : fallback;
}

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

// Copies a segment, %XX decoded. False when it does not fit or decodes to a NUL.
static bool decode_segment(char *out, const char *segment, size_t length)
{
    size_t to = 0;

    for (size_t from = 0; from < length; from++, to++) {
        if (to + 1 >= SEGMENT_BYTES)
            return false;
        bool escaped = segment[from] == '%' && from + 2 < length && hex(segment[from + 1]) >= 0 &&
                       hex(segment[from + 2]) >= 0;
        out[to] =
            escaped ? (char)(hex(segment[from + 1]) * 16 + hex(segment[from + 2])) : segment[from];
        if (!out[to])
            return false;
        from += escaped ? 2 : 0;
    }
    out[to] = '\0';
    return to > 0;
}

// '*' in a pattern stands for one segment.
static bool fits(const char *pattern, const char *path, segments captures)
{
    size_t count = 0;

    memset(captures, 0, sizeof(segments));
    while (*pattern && *path) {
        if (*pattern != '*') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t length = strcspn(path, "/");
        if (count == REST_CAPTURES || !decode_segment(captures[count++], path, length))
            return false;
        pattern++;
        path += length;
    }
    return !*pattern && !*path;
}

static int call(const sim_rest *rest, const rest_route *route, const rest_request *request,
                cJSON **ret_body)
{
    if (!request->user)
        return 401;
    if (route->permission && !sim_world_may(rest->world, request->user, route->permission))
        return 403;
    return route->handle(rest, request, ret_body);
}

static int find_and_call(const sim_rest *rest, rest_request *request, cJSON **ret_body)
{
    segments captures = { { 0 } };
    bool known = false;

    for (size_t i = 0; i < REST_CAPTURES; i++)
        request->captures[i] = captures[i];
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const rest_route *route = tables[i]; route->method; route++) {
            if (!fits(route->pattern, request->path, captures))
                continue;
            if (strcmp(route->method, request->method) == 0)
                return call(rest, route, request, ret_body);
            known = true;
        }
    }
    if (!request->user)
        return 401;
    request->unknown = !known;
    return known ? 405 : 404;
}

int sim_rest_answer(const sim_rest *rest, rest_request *request, cJSON **ret_body)
{
    int status = find_and_call(rest, request, ret_body);

    for (size_t i = 0; status >= 400 && !*ret_body && i < sizeof standard / sizeof *standard; i++)
        if (standard[i].status == status)
            *ret_body = rest_message(standard[i].message);
    return status;
}
