// SPDX-License-Identifier: Apache-2.0
// Where the supervisor of an agent sits: its folders, its log, its pid file, and that it sits there alone.
#ifndef AG_OFFICE_H
#define AG_OFFICE_H

#include <limits.h>
#include <live/error.h>
#include <stdbool.h>

#include "supervise/folder.h"

typedef struct ag_office_options {
    const char *settings; // the file
    bool detach;          // in the background
    bool successor;       // of an agent that restarts, in its process
} ag_office_options;

typedef struct ag_office {
    char settings[PATH_MAX], directory[PATH_MAX]; // absolute
    char state[AG_FOLDER_BYTES], outbox[AG_FOLDER_BYTES], run[AG_FOLDER_BYTES];
    char pid_path[AG_FOLDER_BYTES + 16];
    char log[AG_FOLDER_BYTES + 16]; // the file of the log; "": none was opened
    bool detached;
    int lock, pid_fd;
    int teller; // who waits to be told how it went (ag_daemon_tell()); -1: nobody
} ag_office;

// Moves in. In the background (`detach`) the caller's process waits until it is told and this returns in another one, whose
// output goes to $DDA_LOG_FILE or the folder of the log; a successor is there already. On failure, too, ag_office_close() is
// due.
live_err ag_office_open(ag_office *office, const ag_office_options *options, live_error *error);
void ag_office_close(ag_office *office);

#endif
