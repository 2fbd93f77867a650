// SPDX-License-Identifier: Apache-2.0
// The select stage: projections, windows, groups.
#ifndef PIPES_SELECT_H
#define PIPES_SELECT_H

#include "pipes/stage.h"

bool pipes_select_parse(pipes_parser *parser, pipes_stage *stage);

// Adds the items of a select to an object; what is null is left out.
void pipes_select_fields(const pipes_stage *stage, pipes_env *env, cJSON *json);

#endif
