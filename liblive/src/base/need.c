// SPDX-License-Identifier: Apache-2.0
// What is needed of a platform, held against what it offers.
#include <live/need.h>

#include <ctype.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"

enum { PARTS = 3, MOST_DIGITS = 9, SENTENCE_BYTES = 400 };

typedef struct version {
    long parts[PARTS];
} version;

static const struct {
    const char *sign;
    bool less, equal, greater; // which outcomes of a comparison fulfil it
} comparisons[] = {
    { "==", false, true, false }, { "<=", true, true, false }, { ">=", false, true, true },
    { "<", true, false, false },  { ">", false, false, true },
};

// How many numbers with dots between them `text` begins with, at most three.
static int read_parts(const char *text, version *ret_version)
{
    int count = 0;

    *ret_version = (version){ 0 };
    while (count < PARTS && isdigit((unsigned char)*text)) {
        size_t digits = strspn(text, "0123456789");
        ret_version->parts[count++] = digits > MOST_DIGITS ? 0 : strtol(text, NULL, 10);
        text += digits;
        if (*text != '.')
            break;
        text++;
    }
    return count;
}

// The first three numbers in a row; of a text that has no three, the first that it has.
static version read_version(const char *text)
{
    version best = { 0 }, found;
    int most = 0;

    while (*text && most < PARTS) {
        text += strcspn(text, "0123456789");
        int count = read_parts(text, &found);
        if (count > most && (count == PARTS || most == 0)) {
            best = found;
            most = count;
        }
        text += strspn(text, "0123456789");
    }
    return best;
}

static int compare(const version *a, const version *b)
{
    for (int i = 0; i < PARTS; i++)
        if (a->parts[i] != b->parts[i])
            return a->parts[i] < b->parts[i] ? -1 : 1;
    return 0;
}

// Whether `text` is a requirement such as ">=2.24.0" and, if so, whether `own` fulfils it.
static bool read_requirement(const char *text, const char *own, bool *ret_fulfilled)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        size_t length = strlen(comparisons[i].sign);
        if (strncmp(text, comparisons[i].sign, length) != 0)
            continue;
        version due = read_version(text + length), is = read_version(own);
        int order = compare(&is, &due);
        *ret_fulfilled = order < 0    ? comparisons[i].less
                         : order == 0 ? comparisons[i].equal
                                      : comparisons[i].greater;
        return true;
    }
    return false;
}

static const char *status_of(const cJSON *plugin)
{
    return live_json_str(live_json_get(plugin, "status"), "status", "UNKNOWN");
}

// The enabled plugin of this name, else one that is not.
static const cJSON *find_plugin(const cJSON *plugins, const char *name)
{
    const cJSON *plugin, *found = NULL;

    cJSON_ArrayForEach (plugin, plugins) {
        if (strcmp(live_json_str(plugin, "name", ""), name) != 0)
            continue;
        found = plugin;
        if (strcmp(status_of(plugin), "VALID") == 0)
            break;
    }
    return found;
}

// Writes why the plugin does not do; false: it does.
static bool lacks_plugin(const live_need *need, const cJSON *plugins, char why[SENTENCE_BYTES])
{
    const cJSON *plugin = find_plugin(plugins, need->name);
    const char *version = live_json_str(plugin, "version", "0.0.0");
    bool fulfilled = true;

    if (!plugin)
        snprintf(why, SENTENCE_BYTES, "plugin %s is missing", need->name);
    else if (strcmp(status_of(plugin), "VALID") != 0)
        snprintf(why, SENTENCE_BYTES, "plugin %s is not enabled (%s)", need->name,
                 status_of(plugin));
    else if (need->version && !read_requirement(need->version, version, &fulfilled))
        snprintf(why, SENTENCE_BYTES, "plugin %s: '%s' is no version such as >=2.24.0", need->name,
                 need->version);
    else if (!fulfilled)
        snprintf(why, SENTENCE_BYTES, "plugin %s is %s, not %s", need->name, version,
                 need->version);
    else
        return false;
    return true;
}

static bool lacks_permission(const live_need *need, const cJSON *permissions,
                             char why[SENTENCE_BYTES])
{
    const cJSON *permission;

    cJSON_ArrayForEach (permission, permissions)
        if (cJSON_IsString(permission) && strcmp(permission->valuestring, need->name) == 0)
            return false;
    snprintf(why, SENTENCE_BYTES, "permission %s is missing", need->name);
    return true;
}

static bool lacks(const live_need *need, const cJSON *offer, char why[SENTENCE_BYTES])
{
    return need->kind == LIVE_NEED_PLUGIN
               ? lacks_plugin(need, live_json_get(offer, "plugins"), why)
               : lacks_permission(need, live_json_get(offer, "permissions"), why);
}

live_err live_need_check(const live_need *needs, const cJSON *offer, cJSON **ret_missing,
                         live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *missing = cJSON_CreateArray();
    char why[SENTENCE_BYTES];
    bool done = missing;

    for (; done && needs && needs->kind != LIVE_NEED_NONE; needs++) {
        if (!lacks(needs, offer, why))
            continue;
        cJSON *sentence = cJSON_CreateString(why);
        done = sentence && cJSON_AddItemToArray(missing, sentence);
    }
    if (!done)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *ret_missing = missing;
    missing = NULL;
    return LIVE_OK;
}
