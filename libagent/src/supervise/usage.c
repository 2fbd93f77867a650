// SPDX-License-Identifier: Apache-2.0
// What a process uses.
#include "supervise/usage.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool ag_usage_parse(const char *stat, int64_t ticks_per_s, int64_t page_bytes, ag_usage *ret_usage)
{
    // The name may hold anything, brackets too; the last one ends it. utime and stime are the fields 14 and 15, rss is 24.
    const char *fields = strrchr(stat, ')');
    int64_t user, system, pages;

    if (!fields || sscanf(fields + 1,
                          " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNd64 " %" SCNd64
                          " %*d %*d %*d %*d %*d %*d %*u %*u %" SCNd64,
                          &user, &system, &pages) != 3)
        return false;
    ret_usage->cpu_ms = (user + system) * 1000 / ticks_per_s;
    ret_usage->memory_bytes = pages * page_bytes;
    return true;
}

bool ag_usage_read(pid_t pid, ag_usage *ret_usage)
{
    char path[64], text[1024];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return false;
    text[length] = '\0';
    return ag_usage_parse(text, sysconf(_SC_CLK_TCK), sysconf(_SC_PAGESIZE), ret_usage);
}
