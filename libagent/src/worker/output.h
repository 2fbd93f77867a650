// SPDX-License-Identifier: Apache-2.0
// The object `output` of a process's settings, which the host reads.
#ifndef AG_OUTPUT_H
#define AG_OUTPUT_H

#include <agent/output.h>

#include "settings/setting.h"

typedef struct ag_output ag_output;

// As in the file.
typedef struct ag_output_settings {
    struct ag_output_author {
        int64_t id;
        const char *name;
    } author;
    struct ag_output_room {
        const char *id;
    } room;
    struct ag_output_message_event {
        const char *event_type, *mnemonic;
    } message_event;
    struct ag_output_dashboard {
        int64_t id;
        const char *name;
    } dashboard;
    const char *event_type, *name;
    bool skipstorage;
} ag_output_settings;

extern const agent_setting ag_output_rows[];

// `settings` of the process, borrowed for as long as the output lives.
live_err ag_output_new(const cJSON *settings, const char *pointer, ag_output **ret_output,
                       live_error *error);
void ag_output_free(ag_output *output);

#endif
