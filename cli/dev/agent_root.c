// SPDX-License-Identifier: Apache-2.0
// The agent's folder, found from any folder below it.
#include "agent_root.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scaffold.h"

live_err agent_root_find(char ret_root[PATH_MAX], live_error *error)
{
    char path[PATH_MAX + 32];

    if (!getcwd(ret_root, PATH_MAX))
        return live_fail_errno(error, errno, "this folder");
    for (;;) {
        snprintf(path, sizeof path, "%s/%s", ret_root, SCAFFOLD_ORIGIN);
        if (access(path, F_OK) == 0)
            return LIVE_OK;
        char *slash = strrchr(ret_root, '/');
        if (!slash || slash[1] == '\0')
            return live_fail(error, LIVE_E_NOTFOUND,
                             "no agent here, nor in a folder above: 'live create-agent' makes one");
        slash[slash == ret_root] = '\0';
    }
}
