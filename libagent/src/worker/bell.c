// SPDX-License-Identifier: Apache-2.0
// What a thread rings to have the loop's thread do something.
#include "worker/bell.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void on_rung(live_io *io, unsigned ready, void *user)
{
    const ag_bell *bell = user;
    uint64_t count;
    ssize_t ignored = read(bell->fd, &count, sizeof count);

    (void)io;
    (void)ready;
    (void)ignored;
    bell->fn(bell->user);
}

live_err ag_bell_init(ag_bell *bell, live_loop *loop, ag_bell_fn fn, void *user, live_error *error)
{
    *bell = (ag_bell){ .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .fn = fn, .user = user };
    if (bell->fd < 0)
        return live_fail_errno(error, errno, "eventfd");
    return live_io_new(loop, bell->fd, LIVE_READABLE, on_rung, bell, &bell->io, error);
}

void ag_bell_clear(ag_bell *bell)
{
    live_io_free(bell->io);
    if (bell->fd >= 0)
        close(bell->fd);
    bell->io = NULL;
    bell->fd = -1;
}

void ag_bell_ring(const ag_bell *bell)
{
    uint64_t one = 1;
    ssize_t ignored = write(bell->fd, &one, sizeof one); // full: the loop is awake already

    (void)ignored;
}
