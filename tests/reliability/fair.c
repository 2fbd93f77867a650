// SPDX-License-Identifier: Apache-2.0
#include "fair.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void close_one(fair_clock *clock, int i)
{
    if (clock->pid[i])
        close(clock->fd[i]);
    clock->before_ns[i] += clock->own_ns[i];
    clock->own_ns[i] = 0;
    clock->pid[i] = 0;
}

static void open_one(fair_clock *clock, int i, pid_t pid)
{
    char path[64];

    close_one(clock, i);
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    clock->fd[i] = open(path, O_RDONLY | O_CLOEXEC);
    clock->pid[i] = pid;
}

// "RAN WAITED TURNS" in ns; of a process that is no more, and of a kernel that does not say, what was read last.
static int64_t waited_ns(fair_clock *clock, int i)
{
    char text[96] = "", *end = NULL;
    ssize_t got = pread(clock->fd[i], text, sizeof text - 1, 0);

    if (got > 0) {
        (void)strtoll(text, &end, 10);
        clock->own_ns[i] = strtoll(end, NULL, 10);
    }
    return clock->before_ns[i] + clock->own_ns[i];
}

fair_moment fair_now(fair_clock *clock, const pid_t pids[FAIR_PROCESSES])
{
    struct timespec time;
    fair_moment now;

    for (int i = 0; i < FAIR_PROCESSES; i++) {
        if (clock->pid[i] != pids[i])
            open_one(clock, i, pids[i]);
        now.waited_ns[i] = waited_ns(clock, i);
    }
    clock_gettime(CLOCK_MONOTONIC, &time);
    now.clock_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    return now;
}

int64_t fair_clock_ms(const fair_moment *from, const fair_moment *to)
{
    return (to->clock_ns - from->clock_ns) / 1000000;
}

int64_t fair_ms(const fair_moment *from, const fair_moment *to)
{
    int64_t longest = 0, passed = to->clock_ns - from->clock_ns;

    for (int i = 0; i < FAIR_PROCESSES; i++) {
        int64_t waited = to->waited_ns[i] - from->waited_ns[i];
        longest = waited > longest ? waited : longest;
    }
    return passed > longest ? (passed - longest) / 1000000 : 0;
}

void fair_close(fair_clock *clock)
{
    for (int i = 0; i < FAIR_PROCESSES; i++)
        close_one(clock, i);
}
