// SPDX-License-Identifier: Apache-2.0
// The agent's folder, found from any folder below it.
#include "agent_root.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has(const char *folder, const char *name)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

live_err agent_root_find(char ret_root[PATH_MAX], live_error *error)
{
    char folder[PATH_MAX];

    if (!getcwd(folder, sizeof folder))
        return live_fail_errno(error, errno, "this folder");
    while (*folder) {
        if (has(folder, "settings.json") && has(folder, "modules")) {
            snprintf(ret_root, PATH_MAX, "%s", folder);
            return LIVE_OK;
        }
        *strrchr(folder, '/') = '\0';
    }
    return live_fail(error, LIVE_E_NOTFOUND,
                     "neither this folder nor one above it is an agent's, with settings.json and "
                     "modules/; 'live create-agent' makes one");
}
