// SPDX-License-Identifier: Apache-2.0
// Signals, delivered on the loop.
#include <stdlib.h>

#include "loop/loop.h"

typedef struct handle {
    uv_signal_t uv;
    live_signal *signal;
} handle;

struct live_signal {
    lv_attached attached;
    live_loop *loop;
    handle *handle;
    live_signal_fn fn;
    void *user;
};

static void dispatch(uv_signal_t *uv, int number)
{
    live_signal *signal = ((handle *)uv)->signal;

    if (!signal)
        return;
    live_loop *loop = signal->loop;
    lv_loop_enter(loop);
    signal->fn(signal, number, signal->user);
    lv_loop_leave(loop);
}

static void free_attached(lv_attached *attached)
{
    live_signal_free((live_signal *)attached);
}

live_err live_signal_new(live_loop *loop, int number, live_signal_fn fn, void *user,
                         live_signal **ret_signal, live_error *error)
{
    live_signal *signal = calloc(1, sizeof *signal);
    handle *uv = calloc(1, sizeof *uv);
    if (!signal || !uv) {
        free(signal);
        free(uv);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    *signal = (live_signal){ .loop = loop, .handle = uv, .fn = fn, .user = user };
    live_err err = lv_loop_fail(error, uv_signal_init(&loop->uv, &uv->uv), "watching a signal");
    if (err) {
        free(signal);
        free(uv);
        return err;
    }
    uv->signal = signal;
    loop->busy++;
    lv_loop_attach(loop, &signal->attached, free_attached);
    err = lv_loop_fail(error, uv_signal_start(&uv->uv, dispatch, number), "watching a signal");
    if (err) {
        live_signal_free(signal);
        return err;
    }
    lv_loop_changed(loop);
    *ret_signal = signal;
    return LIVE_OK;
}

void live_signal_free(live_signal *signal)
{
    if (!signal)
        return;
    signal->loop->busy--;
    signal->handle->signal = NULL;
    lv_loop_close(signal->loop, (uv_handle_t *)signal->handle);
    lv_loop_detach(&signal->attached);
    free(signal);
}
