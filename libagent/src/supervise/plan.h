// SPDX-License-Identifier: Apache-2.0
// What a settings file asks an agent for, as JSON. A child makes it, so that the supervisor waits for no module that is slow
// to load and keeps neither the file nor the modules' tables.
#ifndef AG_PLAN_H
#define AG_PLAN_H

#include <agent/module.h>

#include "settings/catalogue.h"

// {"directory", "level", "live", "settings", "findings", "processes"}: `settings` is the file without its secrets;
// `findings` has all that is wrong, in the order of the lines, each with "place" ("FILE:LINE:COLUMN") and "process" (where it
// is of one). A process is {"enabled", "type", "config", "stamp"}: what its worker is told, and which files that comes
// from; without "config" it cannot run. Yours.
cJSON *ag_plan_make(const ag_settings *settings, const ag_catalogue *catalogue);

// A finding in one line for people: "FILE:LINE:COLUMN: PROCESS: WHERE: TEXT".
void ag_plan_say(const cJSON *finding, char *out, size_t size);

// The first error of a process, NULL: none. Borrowed.
const cJSON *ag_plan_fault(const cJSON *plan, const char *process);

// The plan of a text (given away; NULL: what is in the file) that may become that file's, or {"error"} where it cannot be
// read. Yours.
cJSON *ag_plan_of_text(const char *path, char *text, size_t length,
                       const agent_module *const *modules);

// The child's part: prints the plan of a file, or of what stands on standard input in its place; the exit code.
int ag_plan_print(const char *path, const agent_module *const *modules);
int ag_plan_print_draft(const char *path, const agent_module *const *modules);

#endif
