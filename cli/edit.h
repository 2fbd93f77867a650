// SPDX-License-Identifier: Apache-2.0
// Changes of a settings file: all of one or nothing, whatever else happens to the file or to this program meanwhile.
#ifndef EDIT_H
#define EDIT_H

// Changes the file as the user who calls, unless an agent runs and would refuse what comes of it; then has that agent read
// it. Prints what was done; the exit code. `operation` is "enable",
// "disable", "remove" (`words`: names, ended by NULL) or "add" (a name, and its settings as JSON).
int edit_settings(const char *settings, const char *operation, const char *const *words);

#endif
