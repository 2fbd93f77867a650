// SPDX-License-Identifier: Apache-2.0
// What a reload changes.
#include "supervise/reload.h"

#include <live/json.h>
#include <string.h>

static bool same_members(const cJSON *one, const cJSON *other)
{
    const cJSON *member;

    if (cJSON_GetArraySize(one) != cJSON_GetArraySize(other))
        return false;
    cJSON_ArrayForEach (member, one) {
        const cJSON *twin = live_json_get(other, member->string);
        if (!twin || !ag_reload_same(live_json_get(one, member->string), twin))
            return false;
    }
    return true;
}

static bool same_elements(const cJSON *one, const cJSON *other)
{
    const cJSON *left = one->child, *right = other->child;

    for (; left && right; left = left->next, right = right->next)
        if (!ag_reload_same(left, right))
            return false;
    return !left && !right;
}

// Of two that are the same double the digits may differ: see live_json_parse().
static bool same_number(const cJSON *one, const cJSON *other)
{
    bool long_one = one->valuestring, long_other = other->valuestring;

    return one->valuedouble == other->valuedouble && long_one == long_other &&
           (!long_one || strcmp(one->valuestring, other->valuestring) == 0);
}

bool ag_reload_same(const cJSON *one, const cJSON *other)
{
    if (!one || !other)
        return one == other;
    if ((one->type & 0xff) != (other->type & 0xff))
        return false;
    if (cJSON_IsObject(one))
        return same_members(one, other);
    if (cJSON_IsArray(one))
        return same_elements(one, other);
    if (cJSON_IsNumber(one))
        return same_number(one, other);
    return !one->valuestring || strcmp(one->valuestring, other->valuestring) == 0;
}

ag_change ag_reload_change(const cJSON *before, const cJSON *after)
{
    bool was = live_json_bool(before, "enabled", false);
    bool is = live_json_bool(after, "enabled", false);
    const cJSON *config = live_json_get(after, "config");

    if (!after)
        return before ? AG_REMOVE : AG_KEEP;
    if (!is || !config)
        return was && live_json_get(before, "config") ? AG_STOP : AG_KEEP;
    if (!was || !live_json_get(before, "config"))
        return AG_START;
    return ag_reload_same(live_json_get(before, "config"), config) &&
                   strcmp(live_json_str(before, "stamp", ""), live_json_str(after, "stamp", "")) ==
                       0
               ? AG_KEEP
               : AG_RESTART;
}

const char *ag_change_name(ag_change change)
{
    static const char *const names[AG_CHANGES] = { [AG_KEEP] = "kept",
                                                   [AG_START] = "started",
                                                   [AG_STOP] = "stopped",
                                                   [AG_REMOVE] = "removed",
                                                   [AG_RESTART] = "restarted" };

    return names[change];
}
