// SPDX-License-Identifier: Apache-2.0
// Watched descriptors.
#include <stdlib.h>

#include "loop/loop.h"

// libuv's part, which outlives ours until libuv has closed it.
typedef struct handle {
    uv_poll_t uv;
    live_io *io;
} handle;

struct live_io {
    lv_attached attached;
    live_loop *loop;
    handle *handle;
    unsigned want, watched; // by the owner; by libuv, which may still watch where nothing is wanted
    live_io_fn fn;
    void *user;
};

// Something came while nothing was wanted.
static void stop(live_io *io)
{
    io->watched = 0;
    uv_poll_stop(&io->handle->uv);
}

static void dispatch(uv_poll_t *uv, int status, int events)
{
    live_io *io = ((handle *)uv)->io;
    unsigned ready = 0;

    if (!io)
        return;
    if (!io->want) {
        stop(io);
        return;
    }
    live_loop *loop = io->loop;
    if (status < 0) {
        // libuv stops watching after an error; the owner reads it from the descriptor.
        ready = io->want;
        io->watched = 0;
        live_io_want(io, 0);
    } else {
        ready |= events & UV_READABLE ? LIVE_READABLE : 0;
        ready |= events & UV_WRITABLE ? LIVE_WRITABLE : 0;
    }
    lv_loop_enter(loop);
    io->fn(io, ready, io->user);
    lv_loop_leave(loop);
}

static void free_attached(lv_attached *attached)
{
    live_io_free((live_io *)attached);
}

live_err live_io_new(live_loop *loop, int fd, unsigned want, live_io_fn fn, void *user,
                     live_io **ret_io, live_error *error)
{
    live_io *io = calloc(1, sizeof *io);
    handle *uv = calloc(1, sizeof *uv);
    if (!io || !uv) {
        free(io);
        free(uv);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    live_err err =
        lv_loop_fail(error, uv_poll_init(&loop->uv, &uv->uv, fd), "watching a descriptor");
    if (err) {
        free(io);
        free(uv);
        return err;
    }
    *io = (live_io){ .loop = loop, .handle = uv, .fn = fn, .user = user };
    uv->io = io;
    lv_loop_attach(loop, &io->attached, free_attached);
    live_io_want(io, want);
    *ret_io = io;
    return LIVE_OK;
}

void live_io_want(live_io *io, unsigned want)
{
    int events =
        (want & LIVE_READABLE ? UV_READABLE : 0) | (want & LIVE_WRITABLE ? UV_WRITABLE : 0);

    if (want == io->want)
        return;
    io->loop->busy += (want != 0) - (size_t)(io->want != 0);
    io->want = want;
    // A pause is often over before anything comes: the kernel is told of it only where something does.
    if (want && want != io->watched) {
        uv_poll_start(&io->handle->uv, events, dispatch);
        io->watched = want;
    }
    lv_loop_changed(io->loop);
}

void live_io_free(live_io *io)
{
    if (!io)
        return;
    io->loop->busy -= io->want != 0;
    io->handle->io = NULL;
    lv_loop_close(io->loop, (uv_handle_t *)io->handle); // which ends the watch
    lv_loop_detach(&io->attached);
    free(io);
}
