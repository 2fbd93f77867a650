// SPDX-License-Identifier: Apache-2.0
// An agent beside the terminal it was started from.
#include "supervise/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 16, ANSWER_BYTES = 1024, PATIENCE = 100, PAUSE_MS = 10 };

// One for a folder

static bool has_gone(pid_t pid)
{
    return pid > 0 && kill(pid, 0) && errno == ESRCH;
}

// A supervisor that was killed leaves its locks for a moment to the child that it was just starting, until that executes its
// program. Nobody else is waited for.
static int lock(int fd, const char *pid_path)
{
    int failed = flock(fd, LOCK_EX | LOCK_NB) ? errno : 0;

    for (int i = 0; failed == EWOULDBLOCK && has_gone(ag_daemon_read_pid(pid_path)) && i < PATIENCE;
         i++) {
        poll(NULL, 0, PAUSE_MS);
        failed = flock(fd, LOCK_EX | LOCK_NB) ? errno : 0;
    }
    return failed;
}

live_err ag_daemon_lock(const char *directory, const char *pid_path, int *ret_fd, live_error *error)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return live_fail_errno(error, errno, "%s", directory);
    int failed = lock(fd, pid_path);
    if (failed) {
        close(fd);
        return failed == EWOULDBLOCK
                   ? live_fail(error, LIVE_E_LIMIT, "%s: an agent runs there already", directory)
                   : live_fail_errno(error, failed, "%s", directory);
    }
    *ret_fd = fd;
    return LIVE_OK;
}

// Files

static live_err check_own(int fd, const char *path, live_error *error)
{
    struct stat file;

    if (fstat(fd, &file))
        return live_fail_errno(error, errno, "%s", path);
    if (!S_ISREG(file.st_mode) && !S_ISCHR(file.st_mode)) // such as /dev/null
        return live_fail(error, LIVE_E_INVALID, "%s: it is no plain file", path);
    if (S_ISREG(file.st_mode) && (file.st_uid != geteuid() || file.st_nlink > 1))
        return live_fail(error, LIVE_E_INVALID, "%s: it is another user's, or has a second name",
                         path);
    return LIVE_OK;
}

live_err ag_daemon_open(const char *path, int flags, int *ret_fd, live_error *error)
{
    // Not blocking: a pipe in its place must not hold us.
    int fd = open(path, flags | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0640);

    if (fd < 0 && errno == ELOOP)
        return live_fail(error, LIVE_E_INVALID, "%s: it is a symbolic link", path);
    if (fd < 0)
        return live_fail_errno(error, errno, "%s", path);
    live_err err = check_own(fd, path, error);
    if (err) {
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return LIVE_OK;
}

// Whether the file that was opened is still the one of that name: another agent may have removed it just now.
static bool is_there(int fd, const char *path)
{
    struct stat own, there;

    return fstat(fd, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino &&
           own.st_dev == there.st_dev;
}

static live_err lock_file(const char *path, int *ret_fd, live_error *error)
{
    for (int i = 0; i < TRIES; i++) {
        int fd = -1;
        live_err err = ag_daemon_open(path, O_RDWR, &fd, error);
        if (err)
            return err;
        if (lock(fd, path)) {
            close(fd);
            return live_fail(error, LIVE_E_LIMIT, "%s: the agent with pid %d holds it", path,
                             (int)ag_daemon_read_pid(path));
        }
        if (is_there(fd, path)) {
            *ret_fd = fd;
            return LIVE_OK;
        }
        close(fd);
    }
    return live_fail(error, LIVE_E_SYSTEM, "%s: it does not stay there", path);
}

live_err ag_daemon_write_pid(const char *path, int *ret_fd, live_error *error)
{
    int fd = -1;
    live_err err = lock_file(path, &fd, error);

    if (err)
        return err;
    if (ftruncate(fd, 0) || dprintf(fd, "%d\n", (int)getpid()) < 0) {
        int failed = errno;
        close(fd);
        return live_fail_errno(error, failed, "%s", path);
    }
    *ret_fd = fd;
    return LIVE_OK;
}

void ag_daemon_remove_pid(const char *path, int fd)
{
    if (is_there(fd, path))
        unlink(path); // still locked: nobody else's
    close(fd);
}

pid_t ag_daemon_read_pid(const char *path)
{
    FILE *file = fopen(path, "re");
    int pid = 0;

    if (file && fscanf(file, "%d", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    return pid;
}

// Leaving the terminal

// The old process: shows how it went and ends so.
static _Noreturn void wait_for_answer(int fd)
{
    char answer[ANSWER_BYTES];
    size_t length = 0;
    ssize_t got;

    while (length < sizeof answer - 1 &&
           ((got = read(fd, answer + length, sizeof answer - 1 - length)) > 0 ||
            (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    answer[length] = '\0';
    if (length == 0) {
        fputs("live: the agent ended before it said how it is\n", stderr);
        exit(EXIT_FAILURE);
    }
    int code = answer[0] - '0';
    fprintf(code ? stderr : stdout, "%s%s\n", code ? "live: " : "", answer + 1);
    exit(code);
}

live_err ag_daemon_detach(int *ret_teller, live_error *error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC))
        return live_fail_errno(error, errno, "pipe");
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return live_fail_errno(error, errno, "fork");
    if (pid > 0) {
        close(ends[1]);
        wait_for_answer(ends[0]);
    }
    close(ends[0]);
    if (setsid() < 0 || chdir("/"))
        return live_fail_errno(error, errno, "leaving the terminal");
    *ret_teller = ends[1];
    return LIVE_OK;
}

void ag_daemon_tell(int *teller, int code, const char *text)
{
    if (*teller < 0)
        return;
    dprintf(*teller, "%c%s", '0' + code, text);
    close(*teller);
    *teller = -1;
}

bool ag_daemon_has_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}
