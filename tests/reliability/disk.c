// SPDX-License-Identifier: Apache-2.0
// The system calls that change files, for the whole program: what is defined here goes before the C library's.
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
    pthread_mutex_t mutex;
    char folder[PATH_MAX];
    bool recording;
    long fill_at, changes; // 0: the disk has room
    disk_log log;
} disk = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static bool is_ours(const char *path)
{
    size_t length = strlen(disk.folder);

    return length > 0 && strncmp(path, disk.folder, length) == 0 && path[length] == '/';
}

static bool find_name(int fd, char path[PATH_MAX])
{
    char link[64];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0 && is_ours(path);
}

static void add(disk_what what, const char *path, off_t at, const void *bytes, size_t length)
{
    if (disk.log.count == disk.log.room) {
        disk.log.room = disk.log.room ? disk.log.room * 2 : 256;
        disk.log.ops = realloc(disk.log.ops, disk.log.room * sizeof *disk.log.ops);
    }
    disk_op *op = &disk.log.ops[disk.log.count++];
    *op = (disk_op){ .what = what, .at = at, .length = length };
    snprintf(op->file, sizeof op->file, "%s", path ? strrchr(path, '/') + 1 : "");
    if (length > 0) {
        op->bytes = malloc(length);
        memcpy(op->bytes, bytes, length);
    }
}

// Whether the disk has room for one more change; a file is changed and recorded as one.
static bool begin(void)
{
    pthread_mutex_lock(&disk.mutex);
    disk.changes++;
    return !disk.fill_at || disk.changes < disk.fill_at;
}

static long end(long result, int sys)
{
    pthread_mutex_unlock(&disk.mutex);
    errno = sys;
    return result;
}

static ssize_t change(int fd, const void *bytes, size_t length, off_t at)
{
    char path[PATH_MAX];

    if (!disk.folder[0] || !find_name(fd, path))
        return syscall(SYS_pwrite64, fd, bytes, length, at);
    if (!begin())
        return end(-1, ENOSPC);
    ssize_t wrote = syscall(SYS_pwrite64, fd, bytes, length, at);
    if (disk.recording && wrote > 0)
        add(DISK_WRITE, path, at, bytes, (size_t)wrote);
    return end(wrote, errno);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    return change(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at)
{
    return change(fd, bytes, length, at);
}

static int set_length(int fd, off_t length)
{
    char path[PATH_MAX];

    if (!disk.folder[0] || !find_name(fd, path))
        return (int)syscall(SYS_ftruncate, fd, length);
    if (!begin())
        return (int)end(-1, ENOSPC);
    int result = (int)syscall(SYS_ftruncate, fd, length);
    if (disk.recording && result == 0)
        add(DISK_TRUNCATE, path, length, NULL, 0);
    return (int)end(result, errno);
}

int ftruncate(int fd, off_t length)
{
    return set_length(fd, length);
}

int ftruncate64(int fd, off_t length)
{
    return set_length(fd, length);
}

int posix_fallocate(int fd, off_t at, off_t length)
{
    char path[PATH_MAX];

    if (!disk.folder[0] || !find_name(fd, path))
        return syscall(SYS_fallocate, fd, 0, at, length) ? errno : 0;
    bool room = begin();
    int result = !room ? ENOSPC : syscall(SYS_fallocate, fd, 0, at, length) ? errno : 0;
    if (disk.recording && result == 0)
        add(DISK_TRUNCATE, path, at + length, NULL, 0);
    return (int)end(result, errno);
}

int posix_fallocate64(int fd, off_t at, off_t length)
{
    return posix_fallocate(fd, at, length);
}

static int sync_file(long call, int fd)
{
    char path[PATH_MAX];
    int result = (int)syscall(call, fd);

    if (disk.recording && find_name(fd, path)) {
        pthread_mutex_lock(&disk.mutex);
        add(DISK_SYNC, path, 0, NULL, 0);
        end(0, errno);
    }
    return result;
}

int fdatasync(int fd)
{
    return sync_file(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return sync_file(SYS_fsync, fd);
}

int unlink(const char *path)
{
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);

    if (disk.recording && result == 0 && is_ours(path)) {
        pthread_mutex_lock(&disk.mutex);
        add(DISK_REMOVE, path, 0, NULL, 0);
        end(0, errno);
    }
    return result;
}

void disk_record(const char *folder)
{
    pthread_mutex_lock(&disk.mutex);
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    disk.log = (disk_log){ .ops = NULL };
    disk.recording = true;
    pthread_mutex_unlock(&disk.mutex);
}

void disk_mark(long number, long other)
{
    pthread_mutex_lock(&disk.mutex);
    add(DISK_MARK, NULL, number, NULL, 0);
    disk.log.ops[disk.log.count - 1].other = other;
    pthread_mutex_unlock(&disk.mutex);
}

void disk_stop(disk_log *ret_log)
{
    pthread_mutex_lock(&disk.mutex);
    disk.recording = false;
    disk.folder[0] = '\0';
    *ret_log = disk.log;
    pthread_mutex_unlock(&disk.mutex);
}

void disk_log_free(disk_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->ops[i].bytes);
    free(log->ops);
}

void disk_fill_at(const char *folder, long number)
{
    pthread_mutex_lock(&disk.mutex);
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    disk.fill_at = number;
    disk.changes = 0;
    pthread_mutex_unlock(&disk.mutex);
}

long disk_heal(void)
{
    pthread_mutex_lock(&disk.mutex);
    long changes = disk.changes;
    disk.fill_at = 0;
    disk.folder[0] = '\0';
    pthread_mutex_unlock(&disk.mutex);
    return changes;
}
