// SPDX-License-Identifier: Apache-2.0
// The file of the log.
#include "log/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervise/daemon.h"

struct ag_logfile {
    int fd;
    char *path;
    int64_t max_bytes, count, bytes;
};

static live_err reopen(ag_logfile *file, live_error *error)
{
    struct stat found;
    int fd = -1;
    live_err err = ag_daemon_open(file->path, O_WRONLY | O_APPEND, &fd, error);

    if (err)
        return err;
    fcntl(fd, F_SETFL, O_APPEND);
    file->bytes = fstat(fd, &found) == 0 ? (int64_t)found.st_size : 0;
    if (dup2(fd, file->fd) < 0)
        err = live_fail_errno(error, errno, "%s", file->path);
    close(fd);
    return err;
}

// PATH.3 becomes PATH.4, and so on; the oldest goes.
static void rename_all(const ag_logfile *file)
{
    char from[PATH_MAX], to[PATH_MAX];

    for (int64_t i = file->count - 1; i > 0; i--) {
        snprintf(to, sizeof to, "%s.%lld", file->path, (long long)i);
        if (i == 1)
            snprintf(from, sizeof from, "%s", file->path);
        else
            snprintf(from, sizeof from, "%s.%lld", file->path, (long long)i - 1);
        rename(from, to);
    }
    if (file->count <= 1)
        unlink(file->path);
}

live_err ag_logfile_new(int fd, const char *path, int64_t max_bytes, int64_t count,
                        ag_logfile **ret_file, live_error *error)
{
    ag_logfile *file = calloc(1, sizeof *file);
    if (!file)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *file = (ag_logfile){ .fd = fd, .path = strdup(path), .max_bytes = max_bytes, .count = count };
    live_err err =
        file->path ? reopen(file, error) : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        ag_logfile_free(file);
        return err;
    }
    *ret_file = file;
    return LIVE_OK;
}

void ag_logfile_free(ag_logfile *file)
{
    if (!file)
        return;
    free(file->path);
    free(file);
}

void ag_logfile_limit(ag_logfile *file, int64_t max_bytes, int64_t count)
{
    file->max_bytes = max_bytes;
    file->count = count;
}

void ag_logfile_wrote(ag_logfile *file, size_t bytes)
{
    file->bytes += (int64_t)bytes;
    if (file->max_bytes <= 0 || file->bytes < file->max_bytes)
        return;
    rename_all(file);
    // Where no new one can be made, the old one goes on: it has only been renamed.
    if (reopen(file, NULL))
        file->bytes = 0;
}

live_err ag_logfile_reopen(ag_logfile *file, live_error *error)
{
    return reopen(file, error);
}
