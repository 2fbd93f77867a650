// SPDX-License-Identifier: Apache-2.0
// Files, read and written whole.
#include <live/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static live_err read_stream(FILE *file, const char *path, live_buf *text, live_error *error)
{
    char chunk[4096];
    size_t got;

    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        live_buf_add(text, chunk, got);
        if (live_buf_length(text) > LIVE_JSON_MAX_BYTES)
            return live_fail(error, LIVE_E_LIMIT, "%s: longer than %zu bytes", path,
                             LIVE_JSON_MAX_BYTES);
    }
    return ferror(file) ? live_fail_errno(error, errno, "%s", path) : LIVE_OK;
}

live_err live_file_read(const char *path, char **ret_text, size_t *ret_length, live_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return live_fail_errno(error, errno, "%s", path);

    live_buf *text = live_buf_new();
    live_err err = read_stream(file, path, text, error);
    fclose(file);
    if (err) {
        live_buf_free(text);
        return err;
    }
    return live_buf_take(text, ret_text, ret_length, error);
}

live_err live_file_read_json(const char *path, cJSON **ret_json, live_error *error)
{
    live_error inner = { 0 };
    char *text = NULL;
    size_t length = 0;
    live_err err = live_file_read(path, &text, &length, error);

    if (!err && length == 0)
        err = live_fail(error, LIVE_E_PARSE, "%s:1:1: the file is empty", path);
    if (!err) {
        err = live_json_parse(text, length, ret_json, &inner);
        if (err)
            live_fail(error, err, "%s:%s", path, inner.text);
    }
    live_free(text);
    return err;
}

static int write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        text += written;
        length -= (size_t)written;
    }
    return fsync(fd) ? errno : 0;
}

// As the file that it will replace. Another owner is kept where that is allowed.
static int take_after(int fd, const char *path)
{
    struct stat old;

    if (lstat(path, &old) || !S_ISREG(old.st_mode))
        return 0;
    if ((old.st_uid != geteuid() || old.st_gid != getegid()) &&
        fchown(fd, old.st_uid, old.st_gid) && errno != EPERM)
        return errno;
    return fchmod(fd, old.st_mode & 07777) ? errno : 0;
}

static int write_draft(const char *draft, const char *path, const char *text, size_t length,
                       unsigned mode)
{
    int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd < 0)
        return errno;
    int failed = take_after(fd, path);
    if (!failed)
        failed = write_all(fd, text, length);
    close(fd);
    return failed;
}

static int sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    snprintf(folder, sizeof folder, "%.*s", slash > path ? (int)(slash - path) : 1,
             slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int failed = fsync(fd) ? errno : 0;
    close(fd);
    return failed;
}

live_err live_file_write(const char *path, const char *text, size_t length, unsigned mode,
                         live_error *error)
{
    char draft[PATH_MAX];

    if (snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft)
        return live_fail(error, LIVE_E_LIMIT, "the path '%.40s…' is too long", path);
    int failed = write_draft(draft, path, text, length, mode);
    if (failed) {
        unlink(draft);
        return live_fail_errno(error, failed, "%s", draft);
    }
    if (rename(draft, path)) {
        failed = errno;
        unlink(draft);
        return live_fail_errno(error, failed, "%s", path);
    }
    failed = sync_folder_of(path);
    return failed ? live_fail_errno(error, failed, "%s", path) : LIVE_OK;
}
