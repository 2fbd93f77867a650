// SPDX-License-Identifier: Apache-2.0
// Who has a store open.
#include "outbox/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

enum { MAGIC = 0x4C564F32 };

typedef struct page {
    uint32_t magic, sum; // CRC-32 of what follows
    int64_t pid;
    lv_tally tally;
    live_outbox_stat stat;
} page;

static uint32_t sum_of(const page *page)
{
    const size_t from = offsetof(struct page, pid);

    return (uint32_t)crc32(0, (const Bytef *)page + from, (uInt)(sizeof *page - from));
}

static bool read_page(int fd, page *page)
{
    return pread(fd, page, sizeof *page, 0) == (ssize_t)sizeof *page && page->magic == MAGIC &&
           page->sum == sum_of(page);
}

static live_err open_file(const char *path, int flags, int *ret_fd, live_error *error)
{
    char name[PATH_MAX];

    if (snprintf(name, sizeof name, "%s-owner", path) >= PATH_MAX - 16)
        return live_fail(error, LIVE_E_LIMIT, "%.60s…: the path is too long", path);
    *ret_fd = open(name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *ret_fd >= 0 ? LIVE_OK : live_fail_errno(error, errno, "%s", name);
}

live_err lv_owner_take(const char *path, lv_owner *ret_owner, lv_tally *ret_known,
                       live_error *error)
{
    int fd = -1;
    page page = { 0 };
    live_err err = open_file(path, O_RDWR | O_CREAT, &fd, error);

    if (err)
        return err;
    bool known = read_page(fd, &page);
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        int sys = errno;
        close(fd);
        if (sys == EWOULDBLOCK)
            return live_fail(error, LIVE_E_LIMIT, "%s: process %lld has it open", path,
                             known ? (long long)page.pid : 0);
        return live_fail_errno(error, sys, "%s: no lock", path);
    }
    *ret_known = known ? page.tally : (lv_tally){ 0 };
    ret_owner->fd = fd;
    return LIVE_OK;
}

void lv_owner_write(const lv_owner *owner, const lv_tally *tally, const live_outbox_stat *stat)
{
    page page;

    memset(&page, 0, sizeof page); // the padding is summed too
    page.magic = MAGIC;
    page.pid = getpid();
    page.tally = *tally;
    page.stat = *stat;
    page.sum = sum_of(&page);
    if (pwrite(owner->fd, &page, sizeof page, 0) < 0)
        errno = 0;
}

void lv_owner_leave(lv_owner *owner)
{
    if (owner->fd >= 0)
        close(owner->fd);
    owner->fd = -1;
}

live_err lv_owner_read(const char *path, live_outbox_stat *ret_stat, int *ret_pid,
                       live_error *error)
{
    page page = { 0 };
    int fd = -1;
    live_err err = open_file(path, O_RDONLY, &fd, error);

    if (err)
        return error && error->sys == ENOENT
                   ? live_fail(error, LIVE_E_NOTFOUND, "%s: there is no outbox", path)
                   : err;
    bool known = read_page(fd, &page);
    bool free = flock(fd, LOCK_SH | LOCK_NB) == 0;
    close(fd);
    if (!known)
        return live_fail(error, LIVE_E_NOTFOUND, "%s: nothing is known of it", path);
    *ret_stat = page.stat;
    *ret_pid = free ? 0 : (int)page.pid;
    return LIVE_OK;
}
