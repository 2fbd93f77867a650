// SPDX-License-Identifier: Apache-2.0
// The logic adapters of a bot.
#include "settings/adapters.h"

#include <stdlib.h>
#include <string.h>

#include "worker/module.h"

typedef struct entry {
    agent_adapter adapter;
    ag_config *config;
} entry;

struct ag_adapters {
    size_t count;
    entry *entries;
};

ag_adapters *ag_adapters_new(void)
{
    return calloc(1, sizeof(ag_adapters));
}

void ag_adapters_free(ag_adapters *adapters)
{
    if (!adapters)
        return;
    for (size_t i = 0; i < adapters->count; i++)
        ag_config_free(adapters->entries[i].config);
    free(adapters->entries);
    free(adapters);
}

live_err ag_adapters_add(ag_adapters *adapters, const agent_module *module, const char *name,
                         const cJSON *options, const char *pointer, live_error *error)
{
    entry *entries = realloc(adapters->entries, (adapters->count + 1) * sizeof *entries);
    const char *dot = strrchr(name, '.');
    entry *own = entries ? &entries[adapters->count] : NULL;

    if (!entries)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    adapters->entries = entries;
    if (!ag_module_adapter(module, dot ? dot + 1 : name, &own->adapter))
        return live_fail(error, LIVE_E_NOTFOUND, "module '%s' has no adapter '%s'", module->name,
                         name);
    live_err err = ag_config_new(ag_module_options(module, &own->adapter), own->adapter.config_size,
                                 options, pointer, &own->config, error);
    if (err)
        return err;
    own->adapter.name = name;
    adapters->count++;
    return LIVE_OK;
}

const agent_adapter *ag_adapters_at(const ag_adapters *adapters, size_t index)
{
    return adapters && index < adapters->count ? &adapters->entries[index].adapter : NULL;
}

const void *ag_adapters_config(const ag_adapters *adapters, size_t index)
{
    return ag_config_data(adapters->entries[index].config);
}
