// SPDX-License-Identifier: Apache-2.0
// The control group of one process.
#include "supervise/group.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <live/file.h>
#include <live/log.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_BYTES = 48, // of the process's name that the folder's has
    TRIES = 100000,
    REMOVALS = 50, // of a group whose processes are about to end
    PAUSE_MS = 2,
    PERIOD_US = 100000, // of cpu.max
    LEAST_US = 1000     // that the kernel takes
};

struct ag_group {
    char folder[AG_GROUP_BYTES + 96];
    bool has[AG_CONTROLLERS];
    int64_t oom_kills; // that were told
};

// Files

int ag_group_set(const char *folder, const char *file, const char *text)
{
    char path[AG_GROUP_BYTES + 192];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int failed = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return failed;
}

static char *get(const char *folder, const char *file)
{
    char path[AG_GROUP_BYTES + 192], *text = NULL;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    return live_file_read(path, &text, NULL, NULL) ? NULL : text;
}

bool ag_group_enter(const char *folder)
{
    errno = ag_group_set(folder, "cgroup.procs", "0");
    return errno == 0;
}

// The end

// Ends those whose numbers a buffer holds. No memory is needed. False: nobody is in it.
static bool kill_some(const char *folder)
{
    char path[AG_GROUP_BYTES + 192], pids[4096];

    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, pids, sizeof pids - 1);
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return false;
    pids[got] = '\0';
    for (char *at = pids, *end; (end = strchr(at, '\n')); at = end + 1)
        kill((pid_t)strtol(at, NULL, 10), SIGKILL);
    return true;
}

// One by one, where the kernel cannot end a group (before 5.14): until nobody is left who could start another.
static void kill_each(const char *folder)
{
    for (int i = 0; i < REMOVALS && kill_some(folder); i++)
        ;
}

int ag_group_kill_all(const char *folder)
{
    char *text = get(folder, "cgroup.procs");
    int count = 0;

    for (const char *at = text; at && *at; at++)
        count += *at == '\n';
    live_free(text);
    if (ag_group_set(folder, "cgroup.kill", "1"))
        kill_each(folder);
    return count;
}

void ag_group_remove(const char *folder)
{
    ag_group_kill_all(folder);
    for (int i = 0; i < REMOVALS && rmdir(folder) && errno == EBUSY; i++)
        poll(NULL, 0, PAUSE_MS);
}

void ag_group_kill(const ag_group *group)
{
    ag_group_kill_all(group->folder);
}

// Life

// Nothing that means something in a path, or to the kernel.
static void write_name(const char *name, char out[NAME_BYTES])
{
    size_t i = 0;

    for (; name[i] && i + 1 < NAME_BYTES; i++)
        out[i] = (char)(isalnum((unsigned char)name[i]) ? name[i] : '_');
    out[i] = '\0';
}

live_err ag_group_new(const ag_domain *domain, const char *name, ag_group **ret_group,
                      live_error *error)
{
    ag_group *group = calloc(1, sizeof *group);
    char plain[NAME_BYTES];

    if (!group)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    write_name(name, plain);
    for (int i = 0; i < AG_CONTROLLERS; i++)
        group->has[i] = ag_domain_has(domain, (ag_controller)i);
    for (int i = 1; i < TRIES; i++) {
        snprintf(group->folder, sizeof group->folder, "%s/" AG_GROUP_PREFIX "%s-%d",
                 ag_domain_folder(domain), plain, i);
        if (mkdir(group->folder, 0755) == 0) {
            ag_group_set(group->folder, "memory.oom.group", "1"); // all of it, or nothing
            *ret_group = group;
            return LIVE_OK;
        }
        if (errno != EEXIST)
            break;
    }
    live_err err = live_fail_errno(error, errno, "%s", group->folder);
    free(group);
    return err;
}

void ag_group_free(ag_group *group)
{
    if (group)
        ag_group_remove(group->folder);
    free(group);
}

// Limits

static void set(const ag_group *group, ag_controller controller, const char *file, const char *text)
{
    int failed = group->has[controller] ? ag_group_set(group->folder, file, text) : 0;

    if (failed)
        live_log(LIVE_LOG_WARN, "group.limit", "%s/%s: %s: %s", group->folder, file, text,
                 strerror(failed));
}

void ag_group_limit(const ag_group *group, const ag_limits *limits)
{
    char memory[32] = "max", cpu[64] = "max", tasks[32] = "max";

    if (limits->memory_bytes > 0)
        snprintf(memory, sizeof memory, "%" PRId64, limits->memory_bytes);
    double quota_us = limits->cores * PERIOD_US;
    if (quota_us > 0)
        snprintf(cpu, sizeof cpu, "%" PRId64 " %d", (int64_t)(limits->cores * PERIOD_US),
                 PERIOD_US);
    if (limits->tasks > 0)
        snprintf(tasks, sizeof tasks, "%" PRId64, limits->tasks);
    set(group, AG_CONTROLLER_MEMORY, "memory.max", memory);
    // What is written to a swap would be beyond it.
    if (group->has[AG_CONTROLLER_MEMORY])
        ag_group_set(group->folder, "memory.swap.max", limits->memory_bytes > 0 ? "0" : "max");
    set(group, AG_CONTROLLER_CPU, "cpu.max", cpu);
    set(group, AG_CONTROLLER_PIDS, "pids.max", tasks);
}

// How it is

const char *ag_group_folder(const ag_group *group)
{
    return group->folder;
}

bool ag_group_limits(const ag_group *group, ag_controller controller)
{
    return group && group->has[controller];
}

bool ag_group_holds(const ag_group *group, pid_t pid)
{
    char *text = get(group->folder, "cgroup.procs"), *at = text;
    bool found = false;

    while (at && *at && !found) {
        found = strtol(at, &at, 10) == (long)pid;
        at += *at == '\n';
    }
    live_free(text);
    return found;
}

bool ag_group_ran_out(ag_group *group)
{
    char *text = get(group->folder, "memory.events");
    const char *line = text ? strstr(text, "\noom_kill ") : NULL;
    int64_t kills = line ? strtoll(line + strlen("\noom_kill "), NULL, 10) : group->oom_kills;
    bool more = kills > group->oom_kills;

    group->oom_kills = kills;
    live_free(text);
    return more;
}
