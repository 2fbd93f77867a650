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
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

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
        if (err && error)
            error->line = inner.line, error->column = inner.column;
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

// Replacing

// A file that others may write at any moment.
typedef struct place {
    const char *path;
    char draft[PATH_MAX], lock[PATH_MAX];
    int lock_fd; // -1: not locked
} place;

// Whether the file that was opened is still the one of that name.
static bool is_there(int fd, const char *path)
{
    struct stat own, there;

    return fstat(fd, &own) == 0 && lstat(path, &there) == 0 && own.st_ino == there.st_ino &&
           own.st_dev == there.st_dev;
}

// Nobody is waited for. The file of the lock goes when it is let go: whoever opened it before makes a new one.
static int lock_place(place *place)
{
    for (int i = 0; i < TRIES; i++) {
        int fd = open(place->lock, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        int failed = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) ? errno : 0;
        if (!failed && is_there(fd, place->lock)) {
            place->lock_fd = fd;
            return 0;
        }
        if (fd >= 0)
            close(fd);
        if (failed)
            return failed;
    }
    return EWOULDBLOCK;
}

static live_err open_place(place *place, live_error *error)
{
    if (snprintf(place->draft, PATH_MAX, "%s.new", place->path) >= PATH_MAX ||
        snprintf(place->lock, PATH_MAX, "%s.lock", place->path) >= PATH_MAX)
        return live_fail(error, LIVE_E_LIMIT, "the path '%.40s…' is too long", place->path);
    int failed = lock_place(place);
    if (failed == EWOULDBLOCK)
        return live_fail(error, LIVE_E_TIMEOUT, "%s: somebody else is just writing it",
                         place->path);
    return failed ? live_fail_errno(error, failed, "%s", place->lock) : LIVE_OK;
}

static void close_place(const place *place)
{
    if (place->lock_fd < 0)
        return;
    unlink(place->draft);
    unlink(place->lock);
    close(place->lock_fd);
}

static bool is_regular(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && S_ISREG(there.st_mode);
}

// Fails unless the file has that text. What is no file, such as a pipe, has none, and is not waited for.
static live_err expect(const place *place, const char *file, const char *old, size_t old_length,
                       live_error *error)
{
    live_error why = { 0 };
    char *text = NULL;
    size_t length = 0;
    live_err err = is_regular(file) ? live_file_read(file, &text, &length, &why) : LIVE_OK;
    bool same = text && length == old_length && memcmp(text, old, length) == 0;

    live_free(text);
    if (same)
        return LIVE_OK;
    return err == LIVE_E_NOMEM
               ? live_fail(error, err, "%s", why.text)
               : live_fail(error, LIVE_E_NOTFOUND, "%s: it was changed meanwhile", place->path);
}

static int swap(const place *place)
{
    return renameat2(AT_FDCWD, place->draft, AT_FDCWD, place->path, RENAME_EXCHANGE) ? errno : 0;
}

static int open_draft(const place *place)
{
    return open(place->draft, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

// What came out for our file is somebody's, of this very moment: it goes back, and so on while something newer comes out
// than what was put there (`put`, taken). No memory is needed; a file that is open keeps its inode for itself.
static void put_back(const place *place, int put)
{
    bool done = false;

    for (int i = 0; i < TRIES && !done; i++) {
        int next = open_draft(place);
        done = swap(place) != 0 || is_there(put, place->draft) || next < 0;
        close(put);
        put = next;
    }
    close(put);
}

// The draft takes the name and what had it comes out, to be looked at: so a text that was written in the last moment is
// not lost. Not every file system can do that.
static live_err exchange(const place *place, const char *old, size_t old_length, live_error *error)
{
    int ours = open_draft(place);
    int failed = swap(place);
    live_err err = failed ? LIVE_OK : expect(place, place->draft, old, old_length, error);

    if (err) {
        put_back(place, ours);
        return err;
    }
    close(ours);
    if (failed == EINVAL || failed == ENOSYS)
        failed = rename(place->draft, place->path) ? errno : 0;
    if (!failed)
        failed = sync_folder_of(place->path);
    return failed ? live_fail_errno(error, failed, "%s", place->path) : LIVE_OK;
}

live_err live_file_replace(const char *path, const char *old, size_t old_length, const char *text,
                           size_t length, live_error *error)
{
    place place = { .path = path, .lock_fd = -1 };
    live_err err = open_place(&place, error);

    if (!err)
        err = expect(&place, path, old, old_length, error);
    if (!err) {
        int failed = write_draft(place.draft, path, text, length, 0600);
        if (failed)
            err = live_fail_errno(error, failed, "%s", place.draft);
    }
    if (!err)
        err = exchange(&place, old, old_length, error);
    close_place(&place);
    return err;
}
