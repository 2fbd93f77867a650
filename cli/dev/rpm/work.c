// SPDX-License-Identifier: Apache-2.0
// The folder that a package is built in: hidden in the folder that gets it, and gone in the end.
#include "rpm/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".work."

static void remove_tree(char *path)
{
    char *const roots[] = { path, NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;

    while (tree && (entry = fts_read(tree)))
        if (entry->fts_info != FTS_D)
            remove(entry->fts_accpath);
    if (tree)
        fts_close(tree);
}

// The folder of a build that goes on is locked. Returns the lock, or -1.
static int lock_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int is_work(const struct dirent *entry)
{
    return strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0;
}

static void remove_left(const char *output)
{
    char path[PATH_MAX + 300];
    struct dirent **folders = NULL;
    int count = scandir(output, &folders, is_work, NULL);

    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", output, folders[i]->d_name);
        int lock = lock_folder(path);
        if (lock >= 0) {
            remove_tree(path);
            close(lock);
        }
        free(folders[i]);
    }
    free(folders);
}

live_err work_open(const char *output, work *ret_work, live_error *error)
{
    work work = { .lock = -1 };

    if ((mkdir(output, 0777) && errno != EEXIST) || !realpath(output, work.output))
        return live_fail_errno(error, errno, "%s", output);
    remove_left(work.output);
    snprintf(work.folder, sizeof work.folder, "%s/" PREFIX "XXXXXX", work.output);
    if (!mkdtemp(work.folder))
        return live_fail_errno(error, errno, "%s", work.output);
    work.lock = lock_folder(work.folder);
    *ret_work = work;
    return LIVE_OK;
}

static int is_package(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".rpm") == 0;
}

live_err work_deliver(const work *work, live_error *error)
{
    char folder[PATH_MAX + 64], from[PATH_MAX + 400], to[PATH_MAX + 300];
    struct dirent **packages = NULL;
    live_err err = LIVE_OK;

    snprintf(folder, sizeof folder, "%s/packages", work->folder);
    int count = scandir(folder, &packages, is_package, alphasort);
    if (count <= 0)
        err = live_fail(error, LIVE_E_NOTFOUND, "tools/package.sh left no package in %s", folder);
    for (int i = 0; i < count; i++) {
        snprintf(from, sizeof from, "%s/%s", folder, packages[i]->d_name);
        snprintf(to, sizeof to, "%s/%s", work->output, packages[i]->d_name);
        if (!err && rename(from, to))
            err = live_fail_errno(error, errno, "%s", to);
        if (!err)
            puts(to);
        free(packages[i]);
    }
    free(packages);
    return err;
}

void work_close(work *work)
{
    if (!*work->folder)
        return;
    remove_tree(work->folder);
    if (work->lock >= 0)
        close(work->lock);
}
