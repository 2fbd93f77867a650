// SPDX-License-Identifier: Apache-2.0
// An agent that restarts.
#include "supervise/successor.h"

#include <errno.h>
#include <live/log.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ag_successor_prepare(ag_successor *successor)
{
    ssize_t length = readlink("/proc/self/exe", successor->program, sizeof successor->program - 1);

    successor->program[length > 0 ? length : 0] = '\0';
}

static sigset_t those_that_matter(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    return set;
}

// What was named from the folder where the command was called is found again from anywhere.
static void keep_paths(const ag_office *office)
{
    if (getenv("DDA_LOG_FILE") && *office->log)
        setenv("DDA_LOG_FILE", office->log, 1);
    if (getenv("DDA_PID_FILE") && *office->pid_path)
        setenv("DDA_PID_FILE", office->pid_path, 1);
}

int ag_successor_become(const ag_successor *successor, const ag_office *office, bool strict)
{
    char daemon[] = "--daemon", strictly[] = "--strict";
    char *argv[7] = { (char[]){ "live-agent" }, (char[]){ "--settings" },
                      (char *)(size_t)office->settings, (char[]){ "--successor" } };
    size_t count = 4;
    sigset_t signals = those_that_matter();

    if (office->detached)
        argv[count++] = daemon;
    if (strict)
        argv[count++] = strictly;
    keep_paths(office);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    execv(successor->program, argv);
    live_log(LIVE_LOG_ERROR, "agent.successor", "%s: %s: what runs here begins anew",
             successor->program, strerror(errno));
    execv("/proc/self/exe", argv);
    live_log(LIVE_LOG_ERROR, "agent.failed", "the agent cannot begin anew: %s", strerror(errno));
    return EXIT_FAILURE;
}

void ag_successor_listen(void)
{
    sigset_t signals = those_that_matter();

    sigprocmask(SIG_UNBLOCK, &signals, NULL);
}
