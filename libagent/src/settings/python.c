// SPDX-License-Identifier: Apache-2.0
// Names of the Python agent: what they are here.
#include "settings/python.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// What the Python agent brings, where the rule does not give the name it has here.
static const struct {
    const char *class_name, *name;
} renamed[] = {
    { "AdapterReloaderAdapter", "chatbot.reload" },
    { "AssetSelectionAdapter", "chatbot.asset_select" },
    { "CurrentValueQueryAdapter", "chatbot.current_value" },
    { "AutoAnalysisAdapter", "chatbot.analysis" },
    { "MonitorControlAdapter", "chatbot.monitors" },
    { "BotFeaturesAdapter", "chatbot.help" },
    { "BotVariablesAdapter", "chatbot.variables" },
    { "BestMatch", "chatbot.best_match" },
};

enum { RENAMED = sizeof renamed / sizeof *renamed };

const char *ag_python_module(const char *name)
{
    static const char *const prefixes[] = { "live_agent.modules.", "modules." };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return name;
}

// Adapters

// StrokeCount is stroke_count.
static void write_snake_case(const char *class_name, size_t length, char *out, size_t size)
{
    size_t to = 0;

    for (size_t i = 0; i < length && to + 3 < size; i++) {
        if (isupper((unsigned char)class_name[i]) && i > 0)
            out[to++] = '_';
        out[to++] = (char)tolower((unsigned char)class_name[i]);
    }
    out[to] = '\0';
}

bool ag_python_adapter(const char *given, char name[AG_ADAPTER_NAME_BYTES])
{
    const char *own = ag_python_module(given), *last = strrchr(given, '.');
    const char *module_end = strchr(own, '.'), *class_name = last ? last + 1 : given;
    size_t length = strlen(class_name), suffix = strlen("Adapter");

    if (!module_end || module_end == last) { // MODULE.ADAPTER, or BestMatch alone
        snprintf(name, AG_ADAPTER_NAME_BYTES, "%s", own);
        return false;
    }
    for (size_t i = 0; i < RENAMED; i++) {
        if (strcmp(class_name, renamed[i].class_name) == 0) {
            snprintf(name, AG_ADAPTER_NAME_BYTES, "%s", renamed[i].name);
            return true;
        }
    }
    if (length > suffix && strcmp(class_name + length - suffix, "Adapter") == 0)
        length -= suffix;
    int at = snprintf(name, AG_ADAPTER_NAME_BYTES, "%.*s.", (int)(module_end - own), own);
    if (at > 0 && at < AG_ADAPTER_NAME_BYTES)
        write_snake_case(class_name, length, name + at, (size_t)(AG_ADAPTER_NAME_BYTES - at));
    return true;
}

bool ag_python_brought(const char *given)
{
    static const char *const packages[] = { "chatbot.", "chatterbot." };
    char name[AG_ADAPTER_NAME_BYTES];

    if (!ag_python_adapter(given, name))
        return false;
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (strncmp(name, packages[i], strlen(packages[i])) == 0)
            return true;
    return false;
}

// stroke_count is StrokeCount.
static void write_camel_case(const char *name, char out[AG_ADAPTER_NAME_BYTES])
{
    size_t to = 0;
    bool upper = true;

    for (; *name && to + 1 < AG_ADAPTER_NAME_BYTES; name++) {
        if (*name != '_')
            out[to++] = upper ? (char)toupper((unsigned char)*name) : *name;
        upper = *name == '_';
    }
    out[to] = '\0';
}

void ag_python_import_path(const char *module, const char *adapter,
                           char pattern[AG_IMPORT_PATH_BYTES])
{
    char name[AG_ADAPTER_NAME_BYTES], class_name[AG_ADAPTER_NAME_BYTES];

    write_camel_case(adapter, class_name);
    snprintf(name, sizeof name, "%s.%s", module, adapter);
    int length = snprintf(pattern, AG_IMPORT_PATH_BYTES,
                          "^(live_agent[.]modules[.]|modules[.])?%.100s[.].*[.]%s(Adapter)?$",
                          module, class_name);
    for (size_t i = 0; i < RENAMED; i++)
        if (strcmp(name, renamed[i].name) == 0)
            snprintf(pattern + length, AG_IMPORT_PATH_BYTES - (size_t)length, "|^.*[.].*[.]%s$",
                     renamed[i].class_name);
}
