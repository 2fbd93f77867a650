// SPDX-License-Identifier: Apache-2.0
// A control group that was delegated to this agent.
#include "supervise/domain.h"

#include <dirent.h>
#include <errno.h>
#include <live/file.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "supervise/group.h"

#define OWN "supervisor" // the group of this process, below the domain

static const char *const names[AG_CONTROLLERS] = {
    [AG_CONTROLLER_MEMORY] = "memory", [AG_CONTROLLER_CPU] = "cpu", [AG_CONTROLLER_PIDS] = "pids"
};

struct ag_domain {
    char folder[AG_GROUP_BYTES];
    bool has[AG_CONTROLLERS];
    bool moved; // this process, out of it
};

// Where

// The mount of version 2 in a line of mountinfo: its root in `root`, its place in `place`.
static bool is_version_2(const char *line, char root[AG_GROUP_BYTES], char place[AG_GROUP_BYTES])
{
    const char *end = strstr(line, " - ");
    const char *next = strchr(line, '\n');

    return end && (!next || end < next) && strncmp(end, " - cgroup2 ", 11) == 0 &&
           sscanf(line, "%*d %*d %*s %4095s %4095s", root, place) == 2;
}

static bool find_mount(const char *mountinfo, char root[AG_GROUP_BYTES], char place[AG_GROUP_BYTES])
{
    for (const char *line = mountinfo; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (is_version_2(line, root, place))
            return true;
    }
    return false;
}

static bool find_own(const char *cgroup, char own[AG_GROUP_BYTES])
{
    const char *line = strncmp(cgroup, "0::", 3) == 0 ? cgroup : strstr(cgroup, "\n0::");

    return line && sscanf(line + (*line == '\n') + 3, "%4095[^\n]", own) == 1;
}

live_err ag_domain_locate(const char *mountinfo, const char *cgroup,
                          char ret_folder[AG_GROUP_BYTES], size_t *ret_mount, live_error *error)
{
    char root[AG_GROUP_BYTES], place[AG_GROUP_BYTES], own[AG_GROUP_BYTES];

    if (!find_mount(mountinfo, root, place) || !find_own(cgroup, own))
        return live_fail(error, LIVE_E_NOTFOUND, "there are no control groups of version 2");
    size_t inside = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (strncmp(own, root, inside) != 0 || strstr(own, "/.."))
        return live_fail(error, LIVE_E_NOTFOUND,
                         "the control group of this process is not to be "
                         "seen from here");
    const char *below = strcmp(own + inside, "/") == 0 ? "" : own + inside;
    if ((size_t)snprintf(ret_folder, AG_GROUP_BYTES, "%s%s", place, below) >= AG_GROUP_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "the path of the control group is too long");
    *ret_mount = strlen(place);
    return LIVE_OK;
}

static live_err locate(char folder[AG_GROUP_BYTES], size_t *ret_mount, live_error *error)
{
    char *mountinfo = NULL, *cgroup = NULL;
    live_err err = live_file_read("/proc/self/mountinfo", &mountinfo, NULL, error);

    if (!err)
        err = live_file_read("/proc/self/cgroup", &cgroup, NULL, error);
    if (!err)
        err = ag_domain_locate(mountinfo, cgroup, folder, ret_mount, error);
    live_free(mountinfo);
    live_free(cgroup);
    return err;
}

// Whose

static bool is_marked(const char *folder)
{
    char value[2] = "";

    return getxattr(folder, "user.delegate", value, sizeof value) == 1 && *value == '1';
}

// Whether nobody is in a group but this process.
static bool is_ours_alone(const char *folder)
{
    char path[AG_GROUP_BYTES + 16], own[16], *text = NULL;

    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    snprintf(own, sizeof own, "%d\n", (int)getpid());
    bool alone =
        live_file_read(path, &text, NULL, NULL) == LIVE_OK && (!*text || strcmp(text, own) == 0);
    live_free(text);
    return alone;
}

static bool can_write(const char *folder)
{
    static const char *const files[] = { "", "/cgroup.procs", "/cgroup.subtree_control" };
    char path[AG_GROUP_BYTES + 32];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s%s", folder, files[i]);
        if (access(path, W_OK))
            return false;
    }
    return true;
}

// The group that is to be divided: the own one; or the one around it, where this process was put into a group of its own
// (systemd's DelegateSubgroup). The root of the tree is never ours.
static live_err find(char folder[AG_GROUP_BYTES], bool *ret_inside, live_error *error)
{
    size_t mount = 0;
    live_err err = locate(folder, &mount, error);

    if (err)
        return err;
    if (!is_ours_alone(folder))
        return live_fail(error, LIVE_E_NOTFOUND, "others are in the control group of this process");
    *ret_inside = strlen(folder) > mount && !is_marked(folder);
    if (*ret_inside)
        *strrchr(folder, '/') = '\0';
    if (strlen(folder) <= mount || !is_marked(folder))
        return live_fail(error, LIVE_E_NOTFOUND, "no control group was delegated to this agent");
    if (!is_ours_alone(folder))
        return live_fail(error, LIVE_E_NOTFOUND, "others are in the control group %s", folder);
    return can_write(folder) ? LIVE_OK
                             : live_fail(error, LIVE_E_NOTFOUND,
                                         "the control group %s cannot be written to", folder);
}

// Taking it

static void write_own(const ag_domain *domain, char out[AG_GROUP_BYTES + 16])
{
    snprintf(out, AG_GROUP_BYTES + 16, "%s/" OWN, domain->folder);
}

// A group with groups below it can hold no process, if controllers are to reach down.
static live_err move_out_of_the_way(ag_domain *domain, live_error *error)
{
    char folder[AG_GROUP_BYTES + 16];

    write_own(domain, folder);
    if (mkdir(folder, 0755) && errno != EEXIST)
        return live_fail_errno(error, errno, "%s", folder);
    domain->moved = ag_group_enter(folder);
    return domain->moved ? LIVE_OK : live_fail_errno(error, errno, "%s", folder);
}

static void let_down(ag_domain *domain, char sign)
{
    char text[16];

    for (int i = 0; i < AG_CONTROLLERS; i++) {
        snprintf(text, sizeof text, "%c%s", sign, names[i]);
        domain->has[i] = ag_group_set(domain->folder, "cgroup.subtree_control", text) == 0;
    }
}

// Does something with the folder of each group that an agent which was killed has left.
static void for_each_stale(const ag_domain *domain, void (*act)(const char *folder))
{
    DIR *list = opendir(domain->folder);
    struct dirent *entry;
    char folder[AG_GROUP_BYTES + 256];

    while (list && (entry = readdir(list))) {
        if (strncmp(entry->d_name, AG_GROUP_PREFIX, strlen(AG_GROUP_PREFIX)) != 0)
            continue;
        snprintf(folder, sizeof folder, "%s/%s", domain->folder, entry->d_name);
        act(folder);
    }
    if (list)
        closedir(list);
}

static void tell_and_kill(const char *folder)
{
    int count = ag_group_kill_all(folder);

    live_log(LIVE_LOG_WARN, "group.stale", "%s: %d process%s of an agent that was killed %s ended",
             strrchr(folder, '/') + 1, count, count == 1 ? "" : "es", count == 1 ? "was" : "were");
}

// All of them first, so that one waits for the slowest only.
static void end_stale(const ag_domain *domain)
{
    for_each_stale(domain, tell_and_kill);
    for_each_stale(domain, ag_group_remove);
}

live_err ag_domain_take(ag_domain **ret_domain, live_error *error)
{
    ag_domain *domain = calloc(1, sizeof *domain);
    if (!domain)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    bool inside = false;
    live_err err = find(domain->folder, &inside, error);
    if (!err && !inside)
        err = move_out_of_the_way(domain, error);
    if (err) {
        free(domain);
        return err;
    }
    end_stale(domain);
    let_down(domain, '+');
    *ret_domain = domain;
    return LIVE_OK;
}

// As it was found: what else may be started in it could not be, with controllers that reach down.
void ag_domain_free(ag_domain *domain)
{
    char folder[AG_GROUP_BYTES + 16];

    if (!domain)
        return;
    if (domain->moved) {
        let_down(domain, '-');
        write_own(domain, folder);
        if (ag_group_enter(domain->folder))
            rmdir(folder);
    }
    free(domain);
}

bool ag_domain_has(const ag_domain *domain, ag_controller controller)
{
    return domain->has[controller];
}

const char *ag_domain_folder(const ag_domain *domain)
{
    return domain->folder;
}
