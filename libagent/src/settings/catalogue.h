// SPDX-License-Identifier: Apache-2.0
// Which module offers which kind of process: learnt from a child that loads the module and describes it, so
// that no module's code runs in the supervisor.
#ifndef AG_CATALOGUE_H
#define AG_CATALOGUE_H

#include <agent/module.h>

#include "settings/settings.h"

typedef struct ag_catalogue ag_catalogue;

// Where modules are learnt from.
typedef struct ag_source {
    const char *directory;                  // of the settings: where its own modules lie
    const cJSON *names;                     // array
    const cJSON *processes;                 // whose settings are checked; NULL: none
    const agent_module *const *compiled_in; // ended by NULL; NULL: none
} ag_source;

live_err ag_catalogue_learn(const ag_source *source, ag_catalogue **ret_catalogue,
                            live_error *error);

// Learns the enabled modules. What cannot be found or described is a finding and has nothing to offer.
live_err ag_catalogue_new(const ag_settings *settings, const agent_module *const *modules,
                          ag_catalogue **ret_catalogue, live_error *error);
void ag_catalogue_free(ag_catalogue *catalogue);

// Every enabled module, in the order of the settings: [{"name", "needs", "problem"}]; `problem` says why one cannot be
// used. Yours.
cJSON *ag_catalogue_modules(const ag_catalogue *catalogue);

// The module of a kind of process, the last one that has it. `*ret_path` is NULL when it is compiled in.
// Borrowed. False: no enabled module has it.
bool ag_catalogue_find(const ag_catalogue *catalogue, const char *type, const char **ret_module,
                       const char **ret_path);

// What is wrong with the list of modules, or with one of them. Borrowed.
const cJSON *ag_catalogue_module_findings(const ag_catalogue *catalogue);

// The kind of process that may be meant by a type that is none. Borrowed. NULL: none is near.
const char *ag_catalogue_nearest(const ag_catalogue *catalogue, const char *type);

// What a module offers, in the order of the settings; NULL past the last one. Borrowed.
const cJSON *ag_catalogue_description(const ag_catalogue *catalogue, size_t index);

// What is wrong with the settings of a process of that type, as ag_config_check() tells it. Yours; empty: nothing.
cJSON *ag_catalogue_findings(const ag_catalogue *catalogue, const char *type, const char *process);

// Whether processes of that type take logic adapters.
bool ag_catalogue_is_bot(const ag_catalogue *catalogue, const char *type);

// As ag_catalogue_find(), of an adapter by its full name, MODULE.ADAPTER.
bool ag_catalogue_adapter(const ag_catalogue *catalogue, const char *name, const char **ret_module,
                          const char **ret_path);

// The full names of all adapters of the enabled modules, in the order of these. Yours.
cJSON *ag_catalogue_adapters(const ag_catalogue *catalogue);

#endif
