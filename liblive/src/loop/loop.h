// SPDX-License-Identifier: Apache-2.0
// Inside of the loop: what timers, descriptors, signals and processes share.
#ifndef LV_LOOP_H
#define LV_LOOP_H

#include <live/loop.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

// The head of every object of a loop: the loop frees what its owner left.
typedef struct lv_attached {
    struct lv_attached *next, **link;
    void (*free)(struct lv_attached *attached);
} lv_attached;

// Timers by due time, a binary heap.
typedef struct lv_timers {
    live_timer **heap;
    size_t count, capacity;
    size_t existing;   // timers there are, armed or not: the heap has room for each
    uint64_t sequence; // of the timer armed last: equal due times run in the order of arming
} lv_timers;

struct live_loop {
    uv_loop_t uv;
    uv_async_t wake;  // keeps libuv waiting while there is nothing of its own, and ends a wait
    uv_timer_t pause; // ends a wait at the next due time
    lv_attached *attached;
    lv_timers timers;
    size_t busy;      // objects that something may still happen to
    int fd, timer_fd; // the pollable descriptor, and the timer in it
    bool simulated;
    int64_t simulated_epoch_ms, simulated_ms; // start of the clock since 1970; passed since then
    size_t dispatched;                        // callbacks so far
    live_around_fn around;                    // NULL: nobody is told of them
    void *around_user;
    bool running, changed, stopping;
    atomic_bool interrupted;
};

void lv_loop_attach(live_loop *loop, lv_attached *attached, void (*free)(lv_attached *attached));
void lv_loop_detach(lv_attached *attached);

// To be called after every change of what the loop waits for.
void lv_loop_changed(live_loop *loop);

// Around each callback, which may free anything but the loop.
void lv_loop_enter(live_loop *loop);
void lv_loop_leave(const live_loop *loop);

// A libuv handle to be closed; its memory is freed once libuv let go of it.
void lv_loop_close(live_loop *loop, uv_handle_t *handle);

// LIVE_OK, or the failure that libuv's (negative) code stands for.
live_err lv_loop_fail(live_error *error, int uv_code, const char *what);

// Runs the timers that are due at `now_ms` and were armed before this call.
void lv_timers_run(live_loop *loop, int64_t now_ms);

// When the next timer is due; LIVE_FOREVER without one.
int64_t lv_timers_due(const live_loop *loop);

#endif
