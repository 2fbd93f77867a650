// SPDX-License-Identifier: Apache-2.0
// Where an agent keeps its files: below its settings' folder, or where the service manager says.
#ifndef AG_FOLDER_H
#define AG_FOLDER_H

#include <limits.h>
#include <live/error.h>

typedef enum ag_folder {
    AG_FOLDER_STATE,
    AG_FOLDER_OUTBOX,
    AG_FOLDER_RUN,
    AG_FOLDER_LOG
} ag_folder;

enum { AG_FOLDER_BYTES = PATH_MAX + 16 };

// Finds the folder and makes it where it is not there yet, for its owner only (those of the log and of the control socket for the group too). `settings` is the folder of the
// settings file.
live_err ag_folder_make(ag_folder folder, const char *settings, char ret_path[AG_FOLDER_BYTES],
                        live_error *error);

#endif
