// SPDX-License-Identifier: Apache-2.0
// Where an agent keeps its files: below its settings' folder, or where the service manager says.
#include "supervise/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// systemd makes the folder that a variable names; what has a part of its own there goes below it.
static const struct {
    const char *name, *variable, *part;
    mode_t mode;
} rows[] = {
    [AG_FOLDER_STATE] = { "state", "STATE_DIRECTORY", "/state", 0700 },
    [AG_FOLDER_OUTBOX] = { "outbox", "STATE_DIRECTORY", "/outbox", 0700 },
    [AG_FOLDER_RUN] = { "run", "RUNTIME_DIRECTORY", "", 0750 },
    [AG_FOLDER_LOG] = { "log", "LOGS_DIRECTORY", "", 0750 },
};

enum { MODE_OF_ALL = 0750 }; // the agent's group comes through to its control socket

static live_err make(const char *path, mode_t mode, live_error *error)
{
    if (mkdir(path, mode) && errno != EEXIST)
        return live_fail_errno(error, errno, "%s", path);
    return LIVE_OK;
}

live_err ag_folder_make(ag_folder folder, const char *settings, char ret_path[AG_FOLDER_BYTES],
                        live_error *error)
{
    const char *given = getenv(rows[folder].variable);
    live_err err = LIVE_OK;
    int length;

    if (given && *given == '/') {
        // A unit may name several, with colons between them.
        length = snprintf(ret_path, AG_FOLDER_BYTES, "%.*s%s", (int)strcspn(given, ":"), given,
                          rows[folder].part);
    } else {
        length = snprintf(ret_path, AG_FOLDER_BYTES, "%s/.live", settings);
        if (length < AG_FOLDER_BYTES)
            err = make(ret_path, MODE_OF_ALL, error);
        length = snprintf(ret_path, AG_FOLDER_BYTES, "%s/.live/%s", settings, rows[folder].name);
    }
    if (length >= AG_FOLDER_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "the path of the %s folder is too long",
                         rows[folder].name);
    return err ? err : make(ret_path, rows[folder].mode, error);
}
