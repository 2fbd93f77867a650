// SPDX-License-Identifier: Apache-2.0
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <dlfcn.h>
#include <live/loop.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

typedef struct fixture {
    live_loop *loop;
    live_error error;
    int calls;
    live_timer *timer, *other;
    char order[16];
} fixture;

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    *state = f;
    return live_loop_new(&f->loop, &f->error);
}

static int set_up_simulated(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);
    *state = f;
    return live_loop_new_simulated(1700000000000, &f->loop, &f->error);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    live_loop_free(f->loop);
    test_free(f);
    return 0;
}

static void count(live_timer *timer, void *user)
{
    (void)timer;
    ((fixture *)user)->calls++;
}

static void free_both(live_timer *timer, void *user)
{
    fixture *f = user;

    (void)timer;
    f->calls++;
    live_timer_free(f->timer);
    live_timer_free(f->other);
}

static void a_day_passes_in_simulated_time(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_timer_new(f->loop, 1000, 1000, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 86400000, &f->error), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 86400);
    assert_int_equal(live_loop_time_ms(f->loop), 1700000000000 + 86400000);
    live_timer_free(f->timer);
}

static void nothing_attached_ends_the_run(void **state)
{
    fixture *f = *state;
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
}

static void a_timer_that_fired_does_not_keep_the_loop(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_timer_new(f->loop, 1, 0, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
}

static void no_callback_comes_from_inside_the_registration(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_timer_new(f->loop, 0, 0, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 0);
    assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
}

static void a_callback_may_free_itself_and_a_sibling_that_is_due(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_timer_new(f->loop, 5, 5, free_both, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_timer_new(f->loop, 5, 5, count, f, &f->other, &f->error), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
}

static void note_around(bool begins, void *user)
{
    strcat(((fixture *)user)->order, begins ? "(" : ")");
}

static void note_call(live_timer *timer, void *user)
{
    strcat(((fixture *)user)->order, "x");
    live_timer_free(timer);
}

static void who_asked_for_it_is_called_around_each_callback(void **state)
{
    fixture *f = *state;

    live_loop_around(f->loop, note_around, f);
    assert_int_equal(live_timer_new(f->loop, 0, 0, note_call, f, &f->timer, NULL), LIVE_OK);
    assert_int_equal(live_timer_new(f->loop, 0, 0, note_call, f, &f->other, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_string_equal(f->order, "(x)(x)");
    live_loop_around(f->loop, NULL, NULL);
    assert_int_equal(live_timer_new(f->loop, 0, 0, note_call, f, &f->timer, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, NULL), LIVE_OK);
    assert_string_equal(f->order, "(x)(x)x");
}

static void note_and_arm(live_timer *timer, void *user)
{
    fixture *f = user;
    size_t length = strlen(f->order);

    f->order[length] = timer == f->timer ? 'a' : 'b';
    if (length < 6)
        live_timer_set(timer, 0, 0);
}

static void timers_armed_for_now_take_turns(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_timer_new(f->loop, 0, 0, note_and_arm, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_timer_new(f->loop, 0, 0, note_and_arm, f, &f->other, &f->error), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_string_equal(f->order, "abababab");
}

static void *interrupt(void *loop)
{
    live_loop_interrupt(loop);
    return NULL;
}

static void another_thread_interrupts_the_run(void **state)
{
    fixture *f = *state;
    pthread_t thread;

    assert_int_equal(live_timer_new(f->loop, 60000, 0, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(pthread_create(&thread, NULL, interrupt, f->loop), 0);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    pthread_join(thread, NULL);
    assert_int_equal(f->calls, 0);
}

static void a_foreign_poll_loop_drives_timers(void **state)
{
    fixture *f = *state;
    struct pollfd poll_fd = { .fd = live_loop_fd(f->loop), .events = POLLIN };

    assert_int_equal(live_timer_new(f->loop, 10, 10, count, f, &f->timer, &f->error), LIVE_OK);
    for (int turns = 0; f->calls < 3 && turns < 50; turns++) {
        assert_int_equal(poll(&poll_fd, 1, 2000), 1);
        assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    }
    assert_int_equal(f->calls, 3);
}

static void an_idle_descriptor_is_quiet(void **state)
{
    fixture *f = *state;
    struct pollfd poll_fd = { .fd = live_loop_fd(f->loop), .events = POLLIN };

    assert_int_equal(live_timer_new(f->loop, 60000, 0, count, f, &f->timer, &f->error), LIVE_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    assert_int_equal(poll(&poll_fd, 1, 0), 0);
}

static void a_descriptor_without_anything_to_wait_for_is_quiet(void **state)
{
    fixture *f = *state;
    struct pollfd poll_fd = { .fd = live_loop_fd(f->loop), .events = POLLIN };

    assert_int_equal(live_timer_new(f->loop, 0, 0, count, f, &f->timer, &f->error), LIVE_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
    assert_int_equal(poll(&poll_fd, 1, 0), 0);
}

static void read_byte(live_io *io, unsigned ready, void *user)
{
    fixture *f = user;

    (void)ready;
    (void)io;
    f->calls++;
    live_loop_stop(f->loop);
}

static void a_descriptor_is_watched_until_freed(void **state)
{
    fixture *f = *state;
    live_io *io = NULL;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(live_io_new(f->loop, ends[0], LIVE_READABLE, read_byte, f, &io, &f->error), 0);
    assert_int_equal(live_loop_run(f->loop, 20, &f->error), LIVE_E_TIMEOUT);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
    live_io_want(io, 0);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
    live_io_free(io);
    close(ends[0]);
    close(ends[1]);
}

static void what_comes_in_a_pause_waits_without_a_sound(void **state)
{
    fixture *f = *state;
    live_io *io = NULL;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    struct pollfd poll_fd = { .fd = live_loop_fd(f->loop), .events = POLLIN };
    assert_int_equal(live_io_new(f->loop, ends[0], LIVE_READABLE, read_byte, f, &io, &f->error), 0);
    assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    live_io_want(io, 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(live_loop_run(f->loop, 0, &f->error), LIVE_OK);
    assert_int_equal(poll(&poll_fd, 1, 0), 0);
    assert_int_equal(f->calls, 0);
    live_io_want(io, LIVE_READABLE);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
    live_io_free(io);
    close(ends[0]);
    close(ends[1]);
}

static void on_signal(live_signal *signal, int number, void *user)
{
    fixture *f = user;

    (void)signal;
    f->calls = number;
    live_loop_stop(f->loop);
}

static void a_signal_reaches_the_loop(void **state)
{
    fixture *f = *state;
    live_signal *signal = NULL;

    assert_int_equal(live_signal_new(f->loop, SIGUSR1, on_signal, f, &signal, &f->error), LIVE_OK);
    raise(SIGUSR1);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, SIGUSR1);
    live_signal_free(signal);
}

typedef struct ending {
    int status, term_signal, calls;
} ending;

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    ending *ending = user;

    (void)process;
    ending->status = status;
    ending->term_signal = term_signal;
    ending->calls++;
}

static live_err start(fixture *f, const char *script, ending *ending, live_process **process)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;

    options.file = "sh";
    options.argv = argv;
    options.new_session = true;
    return live_process_start(f->loop, &options, on_exit_of, ending, process, &f->error);
}

static void a_child_reports_its_exit_code(void **state)
{
    fixture *f = *state;
    live_process *process = NULL;
    ending ending = { 0 };

    assert_int_equal(start(f, "exit 7", &ending, &process), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(ending.calls, 1);
    assert_int_equal(ending.status, 7);
    live_process_free(process);
}

static void a_child_reports_its_signal(void **state)
{
    fixture *f = *state;
    live_process *process = NULL;
    ending ending = { 0 };

    assert_int_equal(start(f, "kill -9 $$", &ending, &process), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(ending.status, -1);
    assert_int_equal(ending.term_signal, SIGKILL);
    live_process_free(process);
}

static void freeing_a_child_kills_and_reaps_it(void **state)
{
    fixture *f = *state;
    live_process *process = NULL;
    ending ending = { 0 };

    assert_int_equal(start(f, "exec sleep 1000", &ending, &process), LIVE_OK);
    pid_t pid = live_process_pid(process);
    live_process_free(process);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(ending.calls, 0);
}

static void a_missing_program_is_named(void **state)
{
    fixture *f = *state;
    live_process *process = NULL;
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    const char *const argv[] = { "x", NULL };
    ending ending = { 0 };

    options.file = "/no/such/program";
    options.argv = argv;
    assert_int_equal(
        live_process_start(f->loop, &options, on_exit_of, &ending, &process, &f->error),
        LIVE_E_NOTFOUND);
    assert_string_equal(f->error.text, "/no/such/program: no such program");
    assert_null(process);
}

static void a_child_gets_only_the_descriptors_that_were_mapped(void **state)
{
    fixture *f = *state;
    live_process *process = NULL;
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    ending ending = { 0 };
    int ends[2], stray = dup(2);
    char listing[64] = "";

    assert_int_equal(pipe(ends), 0);
    const char *const argv[] = {
        "sh", "-c",
        "for n in 4 5 6 7 8 9; do [ -e /proc/$$/fd/$n ] && echo $n >&3; done; echo end >&3", NULL
    };
    const int fds[] = { -1, 2, 2, ends[1] };
    options.file = "sh";
    options.argv = argv;
    options.fds = fds;
    options.fd_count = 4;
    assert_int_equal(
        live_process_start(f->loop, &options, on_exit_of, &ending, &process, &f->error), 0);
    close(ends[1]);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_true(read(ends[0], listing, sizeof listing - 1) > 0);
    assert_string_equal(listing, "end\n");
    live_process_free(process);
    close(ends[0]);
    close(stray);
}

static void freeing_the_loop_frees_what_is_attached(void **state)
{
    fixture *f = *state;
    live_signal *signal = NULL;
    live_process *process = NULL;
    ending ending = { 0 };

    assert_int_equal(live_timer_new(f->loop, 1, 1, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_signal_new(f->loop, SIGUSR2, on_signal, f, &signal, &f->error), LIVE_OK);
    assert_int_equal(start(f, "exec sleep 1000", &ending, &process), LIVE_OK);
    live_loop_free(f->loop);
    f->loop = NULL;
}

// The loop's call of libuv passes here: as if the machine had others to run just then.
static useconds_t put_off_us;

int uv_timer_start(uv_timer_t *timer, uv_timer_cb fn, uint64_t after_ms, uint64_t every_ms)
{
    int (*real)(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t) = NULL;

    *(void **)&real = dlsym(RTLD_NEXT, "uv_timer_start");
    int result = real(timer, fn, after_ms, every_ms);
    usleep(put_off_us);
    return result;
}

static void a_wait_ends_though_the_process_was_put_off_before_it(void **state)
{
    fixture *f = *state;

    put_off_us = 20000;
    alarm(30); // a loop that waits for ever is a failure
    assert_int_equal(live_timer_new(f->loop, 5, 0, count, f, &f->timer, &f->error), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, LIVE_FOREVER, &f->error), LIVE_OK);
    assert_int_equal(f->calls, 1);
    alarm(0);
    put_off_us = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define REAL(name)      cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define SIMULATED(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
        SIMULATED(a_day_passes_in_simulated_time),
        REAL(nothing_attached_ends_the_run),
        REAL(a_timer_that_fired_does_not_keep_the_loop),
        REAL(no_callback_comes_from_inside_the_registration),
        REAL(a_callback_may_free_itself_and_a_sibling_that_is_due),
        REAL(who_asked_for_it_is_called_around_each_callback),
        REAL(timers_armed_for_now_take_turns),
        REAL(another_thread_interrupts_the_run),
        REAL(a_wait_ends_though_the_process_was_put_off_before_it),
        REAL(a_foreign_poll_loop_drives_timers),
        REAL(an_idle_descriptor_is_quiet),
        REAL(a_descriptor_without_anything_to_wait_for_is_quiet),
        REAL(a_descriptor_is_watched_until_freed),
        REAL(what_comes_in_a_pause_waits_without_a_sound),
        REAL(a_signal_reaches_the_loop),
        REAL(a_child_reports_its_exit_code),
        REAL(a_child_reports_its_signal),
        REAL(freeing_a_child_kills_and_reaps_it),
        REAL(a_missing_program_is_named),
        REAL(a_child_gets_only_the_descriptors_that_were_mapped),
        REAL(freeing_the_loop_frees_what_is_attached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
