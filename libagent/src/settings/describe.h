// SPDX-License-Identifier: Apache-2.0
// What a module offers, as JSON, and what is wrong with the settings of it.
#ifndef AG_DESCRIBE_H
#define AG_DESCRIBE_H

#include <agent/module.h>

#include "settings/setting.h"

// A table as JSON: [{"name", "type", "default", "least", "most", "pattern", "former", "text_key", "choices", "doc",
// "members"}], each member only where the row has it.
cJSON *ag_describe_table(ag_table table);

// Its tables as JSON: {"name", "version", "needs": [{"kind", "name", "version"}], "processes": [{"name", "summary",
// "settings": […]}], "adapters": [{"name", "summary", "settings": […], "usage", "import_path"}]}, the last a regular
// expression of the classes of the Python agent that are this adapter.
cJSON *ag_module_describe(const agent_module *module);

// The same with "findings", the mistakes in the settings of those processes that are of this module, as ag_config_check()
// tells them: {"NAME": [findings]}, a process without any is not in it; and likewise with "option_findings", those in the
// options that any process gives to adapters of this module.
cJSON *ag_module_examine(const agent_module *module, const cJSON *processes);

#endif
