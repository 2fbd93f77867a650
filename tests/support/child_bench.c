// SPDX-License-Identifier: Apache-2.0
// A child of an agent, with the test in the place of its supervisor.
#include "child_bench.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/config.h"
#include "link/passing.h"
#include "worker/worker.h"

enum { ABOVE = 100, MOST = 200 };

// The ends of a child that is being started: its own, and the test's.
typedef struct ends {
    int control[2], ready[2], told[2], said[2], config;
} ends;

static void open_ends(ends *ends, const cJSON *config)
{
    if (config)
        assert_int_equal(ag_config_write(config, &ends->config, NULL), LIVE_OK);
    else
        ends->config = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal(ag_passing_pair(ends->control, NULL), LIVE_OK);
    assert_true(pipe2(ends->ready, O_CLOEXEC) == 0 && pipe2(ends->told, O_CLOEXEC) == 0 &&
                pipe2(ends->said, O_CLOEXEC) == 0);
}

static void place_ends(const ends *ends)
{
    // Above those that it is to get, so that none is in another's way.
    int from[] = { ends->control[1], ends->config, ends->ready[1], ends->told[1], ends->said[1] };
    int to[] = { AG_FD_CONTROL, AG_FD_CONFIG, AG_FD_READY, STDOUT_FILENO, STDERR_FILENO };

    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        from[i] = fcntl(from[i], F_DUPFD, ABOVE);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        dup2(from[i], to[i]);
    for (int fd = AG_FD_COUNT; fd < MOST; fd++)
        close(fd);
}

void child_bench_start(child_bench *child, const cJSON *config, int (*become)(const void *user),
                       const void *user)
{
    ends ends;

    open_ends(&ends, config);
    child->pid = fork();
    if (child->pid == 0) {
        place_ends(&ends);
        setsid();
        _exit(become(user));
    }
    assert_true(child->pid > 0);
    close(ends.control[1]);
    close(ends.ready[1]);
    close(ends.told[1]);
    close(ends.said[1]);
    close(ends.config);
    child->control = ends.control[0];
    child->ready = ends.ready[0];
    child->told = ends.told[0];
    child->said = ends.said[0];
}

static void wait_readable(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };

    assert_int_equal(poll(&ready, 1, CHILD_BENCH_PATIENCE_MS), 1);
}

bool child_bench_is_ready(const child_bench *child)
{
    char byte;

    wait_readable(child->ready);
    return read(child->ready, &byte, 1) == 1;
}

void child_bench_wait_told(child_bench *child, const char *what)
{
    while (!strstr(child->told_text, what)) {
        size_t length = strlen(child->told_text);
        wait_readable(child->told);
        ssize_t got =
            read(child->told, child->told_text + length, sizeof child->told_text - 1 - length);
        assert_true(got > 0);
    }
}

static void read_all(int fd, char *out, size_t size)
{
    size_t length = strlen(out);
    ssize_t got;

    while (length + 1 < size && (got = read(fd, out + length, size - 1 - length)) > 0)
        length += (size_t)got;
    out[length] = '\0';
}

int child_bench_end(child_bench *child)
{
    int status = -1;

    read_all(child->told, child->told_text, sizeof child->told_text);
    read_all(child->said, child->said_text, sizeof child->said_text);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    child->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int child_bench_stop(child_bench *child)
{
    assert_int_equal(kill(child->pid, SIGTERM), 0);
    return child_bench_end(child);
}

void child_bench_clear(child_bench *child)
{
    const int fds[] = { child->control, child->ready, child->told, child->said };

    if (child->pid > 0) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
    }
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}
