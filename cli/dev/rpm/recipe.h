// SPDX-License-Identifier: Apache-2.0
// The recipe of a package: what an agent's tools/vars.sh says, and the texts of tools/ made from it.
#ifndef RECIPE_H
#define RECIPE_H

#include <cJSON.h>
#include <live/error.h>

// Runs tools/vars.sh of the agent at `root` and keeps every variable that it sets.
// ret_recipe: an object of texts, yours.
live_err recipe_read(const char *root, cJSON **ret_recipe, live_error *error);

// Replaces or adds a variable. NULL is no change.
void recipe_set(cJSON *recipe, const char *name, const char *value);

// Whether what goes into a spec, a unit and paths is fit for it.
live_err recipe_check(const cJSON *recipe, live_error *error);

// Writes `from` to `to` with each @NAME@ replaced by that variable.
live_err recipe_render(const cJSON *recipe, const char *from, const char *to, live_error *error);

#endif
