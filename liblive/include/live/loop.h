// SPDX-License-Identifier: Apache-2.0
/** @file loop.h
 * One event loop a thread: descriptors, timers, signals and child processes.
 *
 * Everything attached to a loop belongs to its thread. Callbacks run from live_loop_run() only,
 * never from inside the call that registered them; a callback may free anything, its own object
 * included, and freeing an object cancels it: no callback follows. Objects are freed before their
 * loop.
 *
 * Threads: a loop and all that is attached to it belong to one; live_loop_interrupt() may be called on any.
 *
 * Blocking: live_loop_run(); nothing else.
 */
#ifndef LIVE_LOOP_H
#define LIVE_LOOP_H

#include <live/api.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An event loop. Belongs to one thread, as does everything attached to it. */
typedef struct live_loop live_loop;
/** A timer of a loop. */
typedef struct live_timer live_timer;
/** A watched descriptor. */
typedef struct live_io live_io;
/** A watched signal. */
typedef struct live_signal live_signal;
/** A child process. */
typedef struct live_process live_process;

#define LIVE_FOREVER ((int64_t)-1) ///< as a time limit: none

/**
 * A loop on the system's clock.
 *
 * @param ret_loop yours: live_loop_free()
 * @retval LIVE_E_SYSTEM no descriptors are left
 */
LIVE_API LIVE_MUST_USE live_err live_loop_new(live_loop **ret_loop, live_error *error);

/**
 * A loop on a clock of its own, which starts at `start_ms` (since 1970) and jumps to the next due
 * timer whenever nothing else is ready: a day passes in milliseconds.
 *
 * @param ret_loop yours: live_loop_free()
 * @retval LIVE_E_SYSTEM no descriptors are left
 */
LIVE_API LIVE_MUST_USE live_err live_loop_new_simulated(int64_t start_ms, live_loop **ret_loop,
                                                        live_error *error);

/** Frees the loop; whatever is still attached is cancelled first. */
LIVE_API void live_loop_free(live_loop *loop);

/** Now on the loop's clock, in ms since 1970. */
LIVE_API int64_t live_loop_time_ms(const live_loop *loop);

/** Now on the loop's monotonic clock, in ms. Timers are due on this one. */
LIVE_API int64_t live_loop_monotonic_ms(const live_loop *loop);

/**
 * Readable when live_loop_run(loop, 0) has something to do: what a foreign loop polls. Owned by
 * the loop.
 */
LIVE_API int live_loop_fd(const live_loop *loop);

/**
 * Runs callbacks until live_loop_stop(), until `timeout_ms` have passed (0: what is ready now;
 * LIVE_FOREVER: no limit), or until nothing is attached any more.
 *
 * @retval LIVE_E_TIMEOUT `timeout_ms` > 0 passed and something is still attached
 * @retval LIVE_E_INVALID called from one of its own callbacks
 */
LIVE_API LIVE_MUST_USE live_err live_loop_run(live_loop *loop, int64_t timeout_ms,
                                              live_error *error);

/** Makes live_loop_run() return LIVE_OK after the current callback. */
LIVE_API void live_loop_stop(live_loop *loop);

/** As live_loop_stop(), from any thread or signal handler (async-signal-safe). Where the loop does not run, its next run ends. */
LIVE_API void live_loop_interrupt(live_loop *loop);

/** Called before (`begins`) and after each callback of a loop. Must not touch the loop. */
typedef void (*live_around_fn)(bool begins, void *user);

/** Has `fn` called around each callback from now on, for who watches how long they take; NULL: no more. */
LIVE_API void live_loop_around(live_loop *loop, live_around_fn fn, void *user);

// Timers

/** The timer is due. May free or set it. */
typedef void (*live_timer_fn)(live_timer *timer, void *user);

/**
 * Calls `fn` after `after_ms`, then each `every_ms` (0: once; the timer stays until freed).
 *
 * @param ret_timer yours: live_timer_free()
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err live_timer_new(live_loop *loop, int64_t after_ms, int64_t every_ms,
                                               live_timer_fn fn, void *user, live_timer **ret_timer,
                                               live_error *error);

/** Arms the timer again from now; a negative `after_ms` disarms it. Never fails. */
LIVE_API void live_timer_set(live_timer *timer, int64_t after_ms, int64_t every_ms);
/** Cancels and frees. NULL is fine. */
LIVE_API void live_timer_free(live_timer *timer);

// Descriptors

/** What a descriptor is ready for, as bits. */
typedef enum live_ready { LIVE_READABLE = 1, LIVE_WRITABLE = 2 } live_ready;

/** `ready` holds live_ready bits; an error or a hang-up reads as all that was wanted. */
typedef void (*live_io_fn)(live_io *io, unsigned ready, void *user);

/**
 * Watches a descriptor, which stays the caller's: free the watch before closing it.
 *
 * @param ret_io yours: live_io_free()
 * @retval LIVE_E_SYSTEM it cannot be watched; see `sys`
 */
LIVE_API LIVE_MUST_USE live_err live_io_new(live_loop *loop, int fd, unsigned want, live_io_fn fn,
                                            void *user, live_io **ret_io, live_error *error);

/** Changes what is watched for; 0 pauses. */
LIVE_API void live_io_want(live_io *io, unsigned want);
/** Stops watching; the descriptor stays open. NULL is fine. */
LIVE_API void live_io_free(live_io *io);

// Signals

/** The signal `number` came. Runs from the loop, not as a signal handler: may call anything. */
typedef void (*live_signal_fn)(live_signal *signal, int number, void *user);

/**
 * Watches a signal, such as SIGTERM, whose own effect it takes away.
 *
 * @param ret_signal yours: live_signal_free()
 * @retval LIVE_E_SYSTEM it cannot be watched; see `sys`
 */
LIVE_API LIVE_MUST_USE live_err live_signal_new(live_loop *loop, int number, live_signal_fn fn,
                                                void *user, live_signal **ret_signal,
                                                live_error *error);
/** Stops watching; the signal has its own effect again. NULL is fine. */
LIVE_API void live_signal_free(live_signal *signal);

// Child processes

/** What to start, and how. Begin with LIVE_PROCESS_OPTIONS_INIT. All is borrowed for the call. */
typedef struct live_process_options {
    size_t size;             ///< sizeof(live_process_options)
    const char *file;        ///< searched in PATH unless it has a slash
    const char *const *argv; ///< argv[0] first, ended by NULL
    const char *const *env;  ///< ended by NULL; NULL inherits
    const char *directory;   ///< working directory; NULL inherits
    const int *fds; ///< fds[i] becomes the child's descriptor i; -1 is /dev/null. Others are closed
    size_t fd_count;  ///< at least 3 (0, 1, 2) unless `fds` is NULL, which inherits 0 to 2
    bool new_session; ///< setsid(): a process group of its own
} live_process_options;

/** Initialises options: everything is inherited. */
#define LIVE_PROCESS_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(live_process_options), 0, 0, 0, 0, 0, 0, false                                      \
    }

/** `status` is the exit code, or -1 when `term_signal` ended it. */
typedef void (*live_exit_fn)(live_process *process, int status, int term_signal, void *user);

/**
 * Starts a program. @retval LIVE_E_NOTFOUND no such program @retval LIVE_E_SYSTEM it could not
 * start
 *
 * @param ret_process yours: live_process_free()
 */
LIVE_API LIVE_MUST_USE live_err live_process_start(live_loop *loop,
                                                   const live_process_options *options,
                                                   live_exit_fn fn, void *user,
                                                   live_process **ret_process, live_error *error);
/** The process id. That of one that has ended may be another's by now. */
LIVE_API pid_t live_process_pid(const live_process *process);

/**
 * Sends a signal; to the whole group when it was started with `new_session`. Gone already is
 * success.
 *
 * @retval LIVE_E_SYSTEM it may not be signalled, or there is no such signal
 */
LIVE_API LIVE_MUST_USE live_err live_process_signal(live_process *process, int number,
                                                    live_error *error);

/** Forgets the process. One that still runs is killed (SIGKILL, the group too) and reaped. */
LIVE_API void live_process_free(live_process *process);

#ifdef __cplusplus
}
#endif
#endif
