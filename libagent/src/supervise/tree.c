// SPDX-License-Identifier: Apache-2.0
// What a process has started, as the kernel lists it.
#include "supervise/tree.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 512, DEEPEST = 16, PASSES = 64 };

// The children of the thread that a path names: "123 456 ". More than there is room for come with the next look.
static int read_children(const char *path, pid_t pids[MOST])
{
    char text[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC), count = 0;
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text);
    pid_t pid = 0;

    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < length && count < MOST; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            pid = pid * 10 + (text[i] - '0');
        } else if (pid > 0) {
            pids[count++] = pid;
            pid = 0;
        }
    }
    return count;
}

static void signal_below(pid_t parent, pid_t group, int number, int depth)
{
    char path[64];
    pid_t children[MOST];

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    int count = depth < DEEPEST ? read_children(path, children) : 0;
    for (int i = 0; i < count; i++) {
        signal_below(children[i], group, number, depth + 1);
        if (getpgid(children[i]) != group)
            kill(children[i], number);
    }
}

void ag_tree_signal(pid_t root, int number)
{
    signal_below(root, root, number, 0);
}

// One look at the children; whether there may be more to do at once: one that was reaped leaves its own.
static bool end_some(bool (*spare)(pid_t pid, void *user), void *user)
{
    pid_t children[MOST];
    int count = read_children("/proc/thread-self/children", children);
    bool reaped = false;

    for (int i = 0; i < count; i++) {
        if (spare && spare(children[i], user))
            continue;
        kill(children[i], SIGKILL);
        reaped = waitpid(children[i], NULL, spare ? WNOHANG : 0) > 0 || reaped;
    }
    return reaped;
}

void ag_tree_end(bool (*spare)(pid_t pid, void *user), void *user)
{
    for (int i = 0; i < PASSES && end_some(spare, user); i++)
        ;
}
