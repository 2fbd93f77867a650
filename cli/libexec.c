// SPDX-License-Identifier: Apache-2.0
// What lies beside this program, found from where it lies itself: a prefix may be moved.
#include "libexec.h"

#include <errno.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

live_err libexec_beside(const char *relative, char ret_path[LIBEXEC_PATH_BYTES], live_error *error)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

    if (length < 0)
        return live_fail_errno(error, errno, "/proc/self/exe");
    self[length] = '\0';
    snprintf(ret_path, LIBEXEC_PATH_BYTES, "%s/%s", dirname(self), relative);
    return LIVE_OK;
}

live_err libexec_file(const char *program, char ret_path[LIBEXEC_FILE_BYTES], live_error *error)
{
    char directory[LIBEXEC_PATH_BYTES];
    live_err err = libexec_beside(LIVE_LIBEXEC_FROM_BIN, directory, error);

    if (!err)
        snprintf(ret_path, LIBEXEC_FILE_BYTES, "%s/%s", directory, program);
    return err;
}

static int say_missing(const char *path, int failed)
{
    fprintf(stderr, "live: %s: %s; is this part of the toolkit installed?\n", path,
            strerror(failed));
    return EXIT_FAILED;
}

int libexec_run(const char *program, char **argv)
{
    char path[LIBEXEC_FILE_BYTES];
    live_error error = { 0 };

    if (libexec_file(program, path, &error))
        return command_failed(&error);
    argv[0] = path;
    execv(path, argv);
    return say_missing(path, errno);
}

int libexec_call(const char *program, char **argv)
{
    char path[LIBEXEC_FILE_BYTES];
    live_error error = { 0 };
    pid_t pid;
    int status = 0;

    if (libexec_file(program, path, &error))
        return command_failed(&error);
    argv[0] = path;
    fflush(NULL);
    int failed = posix_spawn(&pid, path, NULL, NULL, argv, environ);
    if (failed)
        return say_missing(path, failed);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
}
