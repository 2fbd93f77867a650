// SPDX-License-Identifier: Apache-2.0
// A child's part in its control group.
#include "link/joining.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool ag_joining_enter(const cJSON *config)
{
    const char *folder = live_json_str(config, "group", NULL);
    char path[PATH_MAX + 32];

    if (!folder)
        return false;
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool in = fd >= 0 && write(fd, "0", 1) == 1;
    if (!in)
        live_log(LIVE_LOG_WARN, "group.enter", "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return in;
}

bool ag_joining_limits_memory(const cJSON *config)
{
    return live_json_bool(config, "group_memory", false);
}
