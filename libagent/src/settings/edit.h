// SPDX-License-Identifier: Apache-2.0
// A change of a settings file for an operator: made in its text, of which every other byte stays; written in one step.
#ifndef AG_EDIT_H
#define AG_EDIT_H

#include <cJSON.h>
#include <limits.h>
#include <live/error.h>
#include <stdbool.h>

typedef enum ag_edit_kind {
    AG_EDIT_ENABLE,
    AG_EDIT_DISABLE,
    AG_EDIT_ADD,
    AG_EDIT_REMOVE
} ag_edit_kind;

// False: there is none of that name.
bool ag_edit_kind_parse(const char *word, ag_edit_kind *ret_kind);

// What is asked for. Where it enables or disables, the name of a module of this agent (modules/NAME) stands for all
// processes of its settings_template.json.
typedef struct ag_edit {
    ag_edit_kind kind;
    const cJSON *names;    // list of texts; one of what is added
    const cJSON *settings; // of what is added
} ag_edit;

typedef struct ag_edited {
    char path[PATH_MAX]; // of the file, links resolved
    char *before, *after;
    size_t before_length, after_length;
    cJSON *done; // for each process concerned, whether it was changed
} ag_edited;

// Makes the change; nothing is written. What is no regular file, such as a pipe, is refused and not waited for. On success
// ag_edited_clear() is due.
live_err ag_edit_make(const char *path, const ag_edit *edit, ag_edited *edited, live_error *error);
void ag_edited_clear(ag_edited *edited);
bool ag_edited_differs(const ag_edited *edited);

// Writes it, all or nothing. LIVE_E_NOTFOUND, LIVE_E_TIMEOUT: somebody else writes the file; make it again.
live_err ag_edited_write(const ag_edited *edited, live_error *error);

#endif
