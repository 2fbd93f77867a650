// SPDX-License-Identifier: Apache-2.0
// Names of the Python agent: what they are here.
#ifndef AG_PYTHON_H
#define AG_PYTHON_H

#include <stdbool.h>

enum { AG_ADAPTER_NAME_BYTES = 160, AG_IMPORT_PATH_BYTES = 2 * AG_ADAPTER_NAME_BYTES + 160 };

// "live_agent.modules.host" and "modules.host" are what the Python agent called "host".
const char *ag_python_module(const char *name);

// The full name, MODULE.ADAPTER, of an adapter that is named as here or by its class in the Python agent:
// "modules.pumps.logic_adapters.strokes.StrokeCountAdapter" is "pumps.stroke_count". False: it is named as here.
bool ag_python_adapter(const char *given, char name[AG_ADAPTER_NAME_BYTES]);

// Whether it is a class of the Python agent's own bot, or of the library below that.
bool ag_python_brought(const char *given);

// The other way: a regular expression of the classes that are this adapter.
void ag_python_import_path(const char *module, const char *adapter,
                           char pattern[AG_IMPORT_PATH_BYTES]);

#endif
