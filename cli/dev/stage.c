// SPDX-License-Identifier: Apache-2.0
// Files appear all together or not at all.
//
// The list has a line a step, in order: a letter and a path.
//   d  a folder that is made
//   f  a file that is renamed from new/PATH; it was done when that is gone
//   r  likewise, in the place of one that is there, which first gets a second name, old/LINE
// What undoes a step does nothing where it was not done or is undone already, so it may be interrupted, too.
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <live/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char list_name[] = "list";

enum { LIST_MAX_BYTES = 1024 * 1024 };

enum { FOLDER = 'd', FRESH = 'f', REPLACED = 'r' };

// Trees

static int remove_tree(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    int failed = 0;
    for (const struct dirent *entry; !failed && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            failed = remove_tree(fd, entry->d_name);
    closedir(folder);
    return failed ? failed : unlinkat(parent, name, AT_REMOVEDIR);
}

static bool there_is(int parent, const char *path)
{
    struct stat about;
    return fstatat(parent, path, &about, AT_SYMLINK_NOFOLLOW) == 0;
}

// Makes the folders above a path.
static int make_folders(int parent, const char *path)
{
    char part[PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdirat(parent, part, 0777) && errno != EEXIST)
            return -1;
    }
    return 0;
}

// The list

static live_err write_list(const stage *stage, const live_buf *list, live_error *error)
{
    static const char draft[] = "list.new";
    int fd = openat(stage->folder, draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t length = live_buf_length(list);
    ssize_t written = fd < 0 ? -1 : write(fd, live_buf_data(list), length);
    int failed = written == (ssize_t)length ? 0 : written < 0 ? errno : ENOSPC;

    if (fd >= 0)
        close(fd);
    if (!failed && renameat(stage->folder, draft, stage->folder, list_name))
        failed = errno;
    return failed ? live_fail_errno(error, failed, "%s/%s", stage->name, list_name) : LIVE_OK;
}

static void add_new_folders(const stage *stage, live_buf *list, const char *path)
{
    char part[PATH_MAX], line[PATH_MAX + 8];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        snprintf(line, sizeof line, "%c %s\n", FOLDER, part);
        if (!there_is(stage->root, part) && !strstr(live_buf_data(list), line))
            live_buf_add_text(list, line);
    }
}

static live_buf *make_list(const stage *stage, const scaffold *files, bool repository)
{
    live_buf *list = live_buf_new();

    for (size_t i = 0; i < files->count; i++)
        add_new_folders(stage, list, files->files[i].path);
    for (size_t i = 0; i < files->count; i++)
        live_buf_add_format(list, "%c %s\n",
                            there_is(stage->root, files->files[i].path) ? REPLACED : FRESH,
                            files->files[i].path);
    if (repository)
        live_buf_add_format(list, "%c .git\n", FRESH);
    return list;
}

// One step of the list and what undoes it. `line` counts from 0.

static int rename_new(int from, const char *path, int to, const char *place)
{
    if (renameat2(from, path, to, place, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL) // of a file system that does not know the flag
        return -1;
    return renameat(from, path, to, place);
}

// The file stays in its place until the new one takes it: it gets a second name. Where a file system has no
// second names it is renamed.
static int keep_old(const stage *stage, const char *path, const char *old)
{
    if (linkat(stage->root, path, stage->folder, old, 0) == 0)
        return 0;
    return renameat(stage->root, path, stage->folder, old);
}

static int do_step(const stage *stage, char kind, const char *path, size_t line)
{
    char fresh[PATH_MAX + 8], old[32];

    snprintf(fresh, sizeof fresh, "new/%s", path);
    snprintf(old, sizeof old, "old/%zu", line);
    switch (kind) {
    case FOLDER: return mkdirat(stage->root, path, 0777);
    case FRESH: return rename_new(stage->folder, fresh, stage->root, path);
    default:
        return keep_old(stage, path, old) ? -1 : renameat(stage->folder, fresh, stage->root, path);
    }
}

static int undo_step(const stage *stage, char kind, const char *path, size_t line)
{
    char fresh[PATH_MAX + 8], old[32];

    snprintf(fresh, sizeof fresh, "new/%s", path);
    snprintf(old, sizeof old, "old/%zu", line);
    switch (kind) {
    case FOLDER:
        unlinkat(stage->root, path, AT_REMOVEDIR); // which somebody else may have filled meanwhile
        return 0;
    case FRESH:
        if (there_is(stage->folder, fresh))
            return 0;
        return renameat(stage->root, path, stage->folder, fresh) && errno != ENOENT ? -1 : 0;
    default: return renameat(stage->folder, old, stage->root, path) && errno != ENOENT ? -1 : 0;
    }
}

typedef int (*step_fn)(const stage *stage, char kind, const char *path, size_t line);

// Walks the list from its first line, or from its last.
static live_err walk(const stage *stage, char *list, bool backwards, step_fn step,
                     live_error *error)
{
    size_t count = 0;

    for (const char *at = list; (at = strchr(at, '\n')); at++)
        count++;
    char **lines = calloc(count + 1, sizeof *lines);
    if (!lines)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        lines[i] = list;
        list = strchr(list, '\n');
        *list++ = '\0';
    }
    live_err err = LIVE_OK;
    for (size_t i = 0; !err && i < count; i++) {
        size_t line = backwards ? count - 1 - i : i;
        if (step(stage, lines[line][0], lines[line] + 2, line))
            err = live_fail_errno(error, errno, "%s", lines[line] + 2);
    }
    free(lines);
    return err;
}

static live_err put_back(const stage *stage, live_error *error)
{
    int fd = openat(stage->folder, list_name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? LIVE_OK
                               : live_fail_errno(error, errno, "%s/%s", stage->name, list_name);

    char *list = calloc(1, LIST_MAX_BYTES);
    ssize_t length = list ? read(fd, list, LIST_MAX_BYTES - 1) : -1;
    live_err err = length < 0 ? live_fail_errno(error, list ? errno : ENOMEM, "%s", stage->name)
                              : walk(stage, list, true, undo_step, error);
    close(fd);
    free(list);
    if (!err && unlinkat(stage->folder, list_name, 0))
        err = live_fail_errno(error, errno, "%s/%s", stage->name, list_name);
    return err;
}

// The stage

static live_err lock(const stage *stage, const char *root, live_error *error)
{
    if (flock(stage->folder, LOCK_EX | LOCK_NB) == 0)
        return LIVE_OK;
    return errno == EWOULDBLOCK
               ? live_fail(error, LIVE_E_SYSTEM, "%s: another 'live' is writing here", root)
               : live_fail_errno(error, errno, "%s/%s", root, stage->name);
}

static live_err mend(const stage *stage, const char *root, live_error *error)
{
    static const char *const folders[] = { "new", "old" };
    live_err err = put_back(stage, error);

    for (size_t i = 0; !err && i < 2; i++)
        if (remove_tree(stage->folder, folders[i]) || mkdirat(stage->folder, folders[i], 0777))
            err = live_fail_errno(error, errno, "%s", folders[i]);
    return err ? live_error_context(error, err, "%s/%s", root, stage->name) : LIVE_OK;
}

live_err stage_open(const char *root, const char *name, stage *ret_stage, live_error *error)
{
    stage own = { .folder = -1, .name = name };

    own.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own.root < 0)
        return live_fail_errno(error, errno, "%s", root);
    if (mkdirat(own.root, name, 0700) == 0 || errno == EEXIST)
        own.folder = openat(own.root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    live_err err = own.folder < 0 ? live_fail_errno(error, errno, "%s/%s", root, name)
                                  : lock(&own, root, error);
    if (!err)
        err = mend(&own, root, error);
    if (err) {
        if (own.folder >= 0)
            close(own.folder);
        close(own.root);
        return err;
    }
    *ret_stage = own;
    return LIVE_OK;
}

void stage_close(stage *stage)
{
    if (!there_is(stage->folder, list_name)) // what could not be put back stays for the next one
        remove_tree(stage->root, stage->name);
    close(stage->folder);
    close(stage->root);
}

static int write_file(int folder, const scaffold_file *file)
{
    int fd = openat(folder, file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode);
    if (fd < 0)
        return errno;
    int failed = 0;
    for (size_t at = 0; !failed && at < file->length;) {
        ssize_t written = write(fd, file->text + at, file->length - at);
        if (written > 0)
            at += (size_t)written;
        else if (errno != EINTR)
            failed = written < 0 ? errno : ENOSPC;
    }
    if (close(fd) && !failed)
        failed = errno;
    return failed;
}

live_err stage_write(const stage *stage, const scaffold *files, live_error *error)
{
    int folder = openat(stage->folder, "new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = folder < 0 ? errno : 0;
    const char *path = "new";

    for (size_t i = 0; !failed && i < files->count; i++) {
        path = files->files[i].path;
        failed = make_folders(folder, path) ? errno : write_file(folder, &files->files[i]);
    }
    if (folder >= 0)
        close(folder);
    return failed ? live_fail_errno(error, failed, "%s/%s", stage->name, path) : LIVE_OK;
}

live_err stage_place(const stage *stage, const scaffold *files, bool repository, live_error *error)
{
    live_buf *list = make_list(stage, files, repository);
    char *text = NULL;
    live_err err = live_buf_failed(list) ? live_fail(error, LIVE_E_NOMEM, "out of memory")
                                         : write_list(stage, list, error);

    if (err) {
        live_buf_free(list);
        return err;
    }
    err = live_buf_take(list, &text, NULL, error);
    if (!err)
        err = walk(stage, text, false, do_step, error);
    live_free(text);
    if (err) {
        put_back(stage, NULL); // where it fails the list stays, for the next one
        return err;
    }
    if (unlinkat(stage->folder, list_name, 0)) // from here on they are there for good
        return live_fail_errno(error, errno, "%s/%s", stage->name, list_name);
    return LIVE_OK;
}

live_err stage_place_folder(const stage *stage, const char *name, live_error *error)
{
    if (rename_new(stage->folder, "new", stage->root, name))
        return live_fail_errno(error, errno, "%s", name);
    return LIVE_OK;
}
