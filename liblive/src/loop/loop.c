// SPDX-License-Identifier: Apache-2.0
// The loop: our timers and clock around libuv's descriptors, signals and processes.
#include "loop/loop.h"

#include <errno.h>
#include <live/time.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { LONGEST_WAIT_MS = 24 * 3600 * 1000 }; // libuv's clock is not ours: look again once a day

live_err lv_loop_fail(live_error *error, int uv_code, const char *what)
{
    return uv_code == 0 ? LIVE_OK : live_fail_errno(error, -uv_code, "%s", what);
}

void lv_loop_attach(live_loop *loop, lv_attached *attached, void (*free)(lv_attached *attached))
{
    attached->free = free;
    attached->next = loop->attached;
    attached->link = &loop->attached;
    if (attached->next)
        attached->next->link = &attached->next;
    loop->attached = attached;
}

void lv_loop_detach(lv_attached *attached)
{
    *attached->link = attached->next;
    if (attached->next)
        attached->next->link = attached->link;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

void lv_loop_close(live_loop *loop, uv_handle_t *handle)
{
    uv_close(handle, free_handle);
    lv_loop_changed(loop);
}

// Arms the timer inside the pollable descriptor: at once, at a due time, or (negative) not at all.
static void arm(live_loop *loop, int64_t after_ms)
{
    struct itimerspec when = { 0 };

    when.it_value.tv_sec = after_ms > 0 ? after_ms / 1000 : 0;
    when.it_value.tv_nsec = after_ms > 0 ? (after_ms % 1000) * 1000000 : after_ms == 0;
    timerfd_settime(loop->timer_fd, 0, &when, NULL);
}

void lv_loop_changed(live_loop *loop)
{
    loop->changed = true;
    if (!loop->running)
        arm(loop, 0);
}

static void ignore_wake(uv_async_t *wake)
{
    (void)wake;
}

static void ignore_pause(uv_timer_t *pause)
{
    (void)pause;
}

static live_err open_descriptor(live_loop *loop, live_error *error)
{
    struct epoll_event readable = { .events = EPOLLIN };

    loop->fd = epoll_create1(EPOLL_CLOEXEC);
    loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (loop->fd < 0 || loop->timer_fd < 0 ||
        epoll_ctl(loop->fd, EPOLL_CTL_ADD, loop->timer_fd, &readable) ||
        epoll_ctl(loop->fd, EPOLL_CTL_ADD, uv_backend_fd(&loop->uv), &readable))
        return live_fail_errno(error, errno, "event loop");
    return LIVE_OK;
}

static live_err make(bool simulated, int64_t start_ms, live_loop **ret_loop, live_error *error)
{
    live_loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    loop->fd = loop->timer_fd = -1;
    loop->simulated = simulated;
    loop->simulated_epoch_ms = start_ms;
    live_err err = lv_loop_fail(error, uv_loop_init(&loop->uv), "event loop");
    if (err) {
        free(loop);
        return err;
    }
    uv_timer_init(&loop->uv, &loop->pause);
    err = lv_loop_fail(error, uv_async_init(&loop->uv, &loop->wake, ignore_wake), "event loop");
    if (err)
        loop->wake.type = UV_UNKNOWN_HANDLE;
    if (!err)
        err = open_descriptor(loop, error);
    if (err) {
        live_loop_free(loop);
        return err;
    }
    *ret_loop = loop;
    return LIVE_OK;
}

live_err live_loop_new(live_loop **ret_loop, live_error *error)
{
    return make(false, 0, ret_loop, error);
}

live_err live_loop_new_simulated(int64_t start_ms, live_loop **ret_loop, live_error *error)
{
    return make(true, start_ms, ret_loop, error);
}

static void close_descriptor(int fd)
{
    if (fd >= 0)
        close(fd);
}

void live_loop_free(live_loop *loop)
{
    if (!loop)
        return;

    loop->running = true; // nothing polls any more: no need to arm
    while (loop->attached)
        loop->attached->free(loop->attached);
    uv_close((uv_handle_t *)&loop->pause, NULL);
    if (loop->wake.type != UV_UNKNOWN_HANDLE)
        uv_close((uv_handle_t *)&loop->wake, NULL);
    while (uv_loop_close(&loop->uv) == UV_EBUSY)
        uv_run(&loop->uv, UV_RUN_NOWAIT);

    close_descriptor(loop->timer_fd);
    close_descriptor(loop->fd);
    free(loop->timers.heap);
    free(loop);
}

int64_t live_loop_monotonic_ms(const live_loop *loop)
{
    return loop->simulated ? loop->simulated_ms : live_time_monotonic_ms();
}

int64_t live_loop_time_ms(const live_loop *loop)
{
    return loop->simulated ? loop->simulated_epoch_ms + loop->simulated_ms : live_time_ms();
}

int live_loop_fd(const live_loop *loop)
{
    return loop->fd;
}

void live_loop_stop(live_loop *loop)
{
    loop->stopping = true;
}

void live_loop_interrupt(live_loop *loop)
{
    atomic_store(&loop->interrupted, true);
    uv_async_send(&loop->wake);
}

// Lets libuv dispatch what is ready, waiting for it at most `wait_ms` (negative: without limit).
static void poll_uv(live_loop *loop, int64_t wait_ms)
{
    loop->changed = false;
    if (wait_ms == 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        return;
    }
    if (wait_ms < 0 || wait_ms > LONGEST_WAIT_MS)
        wait_ms = LONGEST_WAIT_MS;
    uv_update_time(&loop->uv);
    // It repeats: libuv before 1.45 runs timers before it waits, too, and a process that was put off since the line above
    // would otherwise wait without limit.
    uv_timer_start(&loop->pause, ignore_pause, (uint64_t)wait_ms, 1);
    uv_run(&loop->uv, UV_RUN_ONCE);
    uv_timer_stop(&loop->pause);
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (a == LIVE_FOREVER || b == LIVE_FOREVER)
        return a == LIVE_FOREVER ? b : a;
    return a < b ? a : b;
}

void live_loop_around(live_loop *loop, live_around_fn fn, void *user)
{
    loop->around = fn;
    loop->around_user = user;
}

void lv_loop_enter(live_loop *loop)
{
    loop->dispatched++;
    if (loop->around)
        loop->around(true, loop->around_user);
}

void lv_loop_leave(const live_loop *loop)
{
    if (loop->around)
        loop->around(false, loop->around_user);
}

// One round: what is due, then what is ready or will be until `deadline`.
static void turn(live_loop *loop, int64_t deadline)
{
    size_t before = loop->dispatched;

    lv_timers_run(loop, live_loop_monotonic_ms(loop));
    if (loop->stopping || atomic_load(&loop->interrupted))
        return;
    if (loop->busy == 0) { // libuv lets go of what is over, or the descriptor would stay ready
        poll_uv(loop, 0);
        return;
    }

    int64_t due = earlier(lv_timers_due(loop), deadline);
    int64_t now = live_loop_monotonic_ms(loop);
    int64_t wait = due == LIVE_FOREVER ? LIVE_FOREVER : due > now ? due - now : 0;
    poll_uv(loop, loop->simulated && due != LIVE_FOREVER ? 0 : wait);
    if (loop->simulated && due != LIVE_FOREVER && loop->dispatched == before)
        loop->simulated_ms = due;
}

static bool ended(live_loop *loop)
{
    bool stopped = loop->stopping || atomic_exchange(&loop->interrupted, false);

    loop->stopping = false;
    return stopped || loop->busy == 0;
}

// What the pollable descriptor waits for until the next run.
static void rest(live_loop *loop)
{
    uint64_t expirations;
    ssize_t ignored = read(loop->timer_fd, &expirations, sizeof expirations);
    int64_t due = lv_timers_due(loop), now = live_loop_monotonic_ms(loop);

    (void)ignored;
    if (loop->changed || uv_backend_timeout(&loop->uv) == 0)
        arm(loop, 0);
    else
        arm(loop, due == LIVE_FOREVER ? -1 : due > now ? due - now : 0);
}

live_err live_loop_run(live_loop *loop, int64_t timeout_ms, live_error *error)
{
    if (loop->running)
        return live_fail(error, LIVE_E_INVALID, "the loop runs already");

    int64_t start = live_loop_monotonic_ms(loop);
    int64_t deadline = timeout_ms < 0 ? LIVE_FOREVER : start + timeout_ms;
    bool done, late;

    loop->running = true;
    do { // what is due at the deadline still runs
        late = deadline != LIVE_FOREVER && live_loop_monotonic_ms(loop) >= deadline;
        turn(loop, deadline);
        done = ended(loop);
    } while (!done && !late);
    loop->running = false;
    rest(loop);

    if (done || timeout_ms == 0)
        return LIVE_OK;
    return live_fail(error, LIVE_E_TIMEOUT, "the time limit of %lld ms passed",
                     (long long)timeout_ms);
}
