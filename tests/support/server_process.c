// SPDX-License-Identifier: Apache-2.0
#include "server_process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_FDS = 1024 };

static void on_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

static int serve(const server_hooks *hooks, void *user, int port_fd)
{
    live_loop *loop = NULL;
    live_signal *on_term = NULL;
    int port = 0;
    live_err err = live_loop_new(&loop, NULL);

    if (!err)
        err = live_signal_new(loop, SIGTERM, on_signal, loop, &on_term, NULL);
    if (!err)
        port = hooks->start(loop, user);
    dprintf(port_fd, "%d\n", port);
    close(port_fd);
    if (port)
        err = live_loop_run(loop, LIVE_FOREVER, NULL);
    hooks->stop(user);
    live_signal_free(on_term);
    live_loop_free(loop);
    return err || !port;
}

void server_leave_sockets(void)
{
    struct stat stat;

    for (int fd = STDERR_FILENO + 1; fd < MOST_FDS; fd++)
        if (fstat(fd, &stat) == 0 && S_ISSOCK(stat.st_mode))
            close(fd);
}

bool server_start(server_process *process, const server_hooks *hooks, void *user)
{
    int fds[2];
    char port[16] = "";

    if (pipe(fds))
        return false;
    fflush(NULL); // or the child would print it again
    process->pid = fork();
    if (process->pid == 0) {
        close(fds[0]);
        server_leave_sockets();
        exit(serve(hooks, user, fds[1]));
    }
    close(fds[1]);
    ssize_t got = read(fds[0], port, sizeof port - 1);
    close(fds[0]);
    process->port = got > 0 ? (int)strtol(port, NULL, 10) : 0;
    return process->port != 0;
}

void server_end(server_process *process)
{
    if (!process->ending)
        kill(process->pid, SIGTERM);
    process->ending = true;
}

bool server_stop(server_process *process)
{
    int status = 0;

    server_end(process);
    return waitpid(process->pid, &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
