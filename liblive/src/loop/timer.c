// SPDX-License-Identifier: Apache-2.0
// Timers: a binary heap by due time, equal times in the order of arming.
#include <stdlib.h>

#include "loop/loop.h"

#define DISARMED SIZE_MAX

struct live_timer {
    lv_attached attached;
    live_loop *loop;
    int64_t due_ms, every_ms;
    uint64_t sequence;
    size_t index; // in the heap, or DISARMED
    live_timer_fn fn;
    void *user;
};

static bool before(const live_timer *a, const live_timer *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->sequence < b->sequence;
}

static void put(lv_timers *timers, size_t index, live_timer *timer)
{
    timers->heap[index] = timer;
    timer->index = index;
}

static void rise(lv_timers *timers, live_timer *timer)
{
    while (timer->index > 0) {
        size_t index = timer->index, parent = (index - 1) / 2;
        if (!before(timer, timers->heap[parent]))
            return;
        put(timers, index, timers->heap[parent]);
        put(timers, parent, timer);
    }
}

static void sink(lv_timers *timers, live_timer *timer)
{
    for (;;) {
        size_t index = timer->index, child = 2 * index + 1;
        if (child + 1 < timers->count && before(timers->heap[child + 1], timers->heap[child]))
            child++;
        if (child >= timers->count || before(timer, timers->heap[child]))
            return;
        put(timers, index, timers->heap[child]);
        put(timers, child, timer);
    }
}

static void disarm(live_timer *timer)
{
    lv_timers *timers = &timer->loop->timers;
    if (timer->index == DISARMED)
        return;

    live_timer *last = timers->heap[--timers->count];
    size_t index = timer->index;
    timer->index = DISARMED;
    timer->loop->busy--;
    if (last != timer) {
        put(timers, index, last);
        rise(timers, last);
        sink(timers, last);
    }
}

// There is room for every timer of the loop: live_timer_new() made it.
static void arm_at(live_timer *timer, int64_t due_ms)
{
    lv_timers *timers = &timer->loop->timers;

    disarm(timer);
    timer->due_ms = due_ms;
    timer->sequence = ++timers->sequence;
    timer->loop->busy++;
    put(timers, timers->count++, timer);
    rise(timers, timer);
}

static void free_attached(lv_attached *attached)
{
    live_timer_free((live_timer *)attached);
}

// The heap has a place for each timer there is, so arming never fails.
static live_err make_room(lv_timers *timers, live_error *error)
{
    if (timers->existing < timers->capacity)
        return LIVE_OK;

    size_t capacity = timers->capacity ? timers->capacity * 2 : 8;
    live_timer **heap = realloc(timers->heap, capacity * sizeof(live_timer *));
    if (!heap)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    timers->heap = heap;
    timers->capacity = capacity;
    return LIVE_OK;
}

live_err live_timer_new(live_loop *loop, int64_t after_ms, int64_t every_ms, live_timer_fn fn,
                        void *user, live_timer **ret_timer, live_error *error)
{
    live_err err = make_room(&loop->timers, error);
    if (err)
        return err;

    live_timer *timer = calloc(1, sizeof *timer);
    if (!timer)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    timer->loop = loop;
    timer->index = DISARMED;
    timer->fn = fn;
    timer->user = user;
    loop->timers.existing++;
    lv_loop_attach(loop, &timer->attached, free_attached);
    live_timer_set(timer, after_ms, every_ms);
    *ret_timer = timer;
    return LIVE_OK;
}

void live_timer_set(live_timer *timer, int64_t after_ms, int64_t every_ms)
{
    timer->every_ms = every_ms > 0 ? every_ms : 0;
    if (after_ms < 0)
        disarm(timer);
    else
        arm_at(timer, live_loop_monotonic_ms(timer->loop) + after_ms);
    lv_loop_changed(timer->loop);
}

void live_timer_free(live_timer *timer)
{
    if (!timer)
        return;
    disarm(timer);
    timer->loop->timers.existing--;
    lv_loop_changed(timer->loop);
    lv_loop_detach(&timer->attached);
    free(timer);
}

int64_t lv_timers_due(const live_loop *loop)
{
    return loop->timers.count > 0 ? loop->timers.heap[0]->due_ms : LIVE_FOREVER;
}

// A timer that repeats keeps its beat; beats that were missed are left out.
static void prepare_next(live_timer *timer, int64_t now_ms)
{
    if (timer->every_ms == 0) {
        disarm(timer);
        return;
    }
    int64_t next = timer->due_ms + timer->every_ms;
    arm_at(timer, next > now_ms ? next : now_ms + timer->every_ms);
}

void lv_timers_run(live_loop *loop, int64_t now_ms)
{
    lv_timers *timers = &loop->timers;
    uint64_t newest = timers->sequence;

    while (timers->count > 0 && !loop->stopping) {
        live_timer *timer = timers->heap[0];
        if (timer->due_ms > now_ms || timer->sequence > newest)
            return;
        prepare_next(timer, now_ms);
        lv_loop_enter(loop);
        timer->fn(timer, timer->user);
        lv_loop_leave(loop);
    }
}
