// SPDX-License-Identifier: Apache-2.0
// What a process may use at most: the kernel's own limits.
#include "supervise/limits.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

enum { LAST_WORDS_S = 5 }; // of processor time, between SIGXCPU and SIGKILL

static live_err limit(__rlimit_resource_t resource, const char *name, int64_t most, int64_t more,
                      live_error *error)
{
    struct rlimit limit;

    if (most <= 0)
        return LIVE_OK;
    if (getrlimit(resource, &limit))
        return live_fail_errno(error, errno, "limits.%s", name);
    // What the system allows is not widened.
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > (rlim_t)(most + more))
        limit.rlim_max = (rlim_t)(most + more);
    limit.rlim_cur = limit.rlim_max < (rlim_t)most ? limit.rlim_max : (rlim_t)most;
    return setrlimit(resource, &limit) ? live_fail_errno(error, errno, "limits.%s", name) : LIVE_OK;
}

live_err ag_limits_apply(const ag_limits *limits, live_error *error)
{
    // Of private memory that can be written: an address space also has what nobody touches.
    live_err err = limit(RLIMIT_DATA, "memory", limits->memory_bytes, 0, error);

    if (!err)
        err = limit(RLIMIT_CPU, "cpu", (limits->cpu_ms + 999) / 1000, LAST_WORDS_S, error);
    return err ? err : limit(RLIMIT_NOFILE, "files", limits->files, 0, error);
}

const char *ag_limits_of_signal(int number)
{
    return number == SIGXCPU ? " (limits.cpu)" : "";
}
