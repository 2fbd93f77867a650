// SPDX-License-Identifier: Apache-2.0
// The object `output` of a process's settings, which the host reads.
#ifndef AG_OUTPUT_H
#define AG_OUTPUT_H

#include <agent/output.h>

#include "core/setting.h"

typedef struct ag_output ag_output;

// Its table, for the reference.
extern const ag_table ag_output_table;

// Looks at an `output` object as ag_config_check() looks at any.
live_err ag_output_check(const cJSON *output, const char *pointer, cJSON *findings,
                         live_error *error);

// `settings` of the process, borrowed for as long as the output lives.
live_err ag_output_new(const cJSON *settings, const char *pointer, ag_output **ret_output,
                       live_error *error);
void ag_output_free(ag_output *output);

#endif
