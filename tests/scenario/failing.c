// SPDX-License-Identifier: Apache-2.0
// A module for scenarios: a process for each way to fail that we could think of.
#include <agent/module.h>
#include <errno.h>
#include <fcntl.h>
#include <live/loop.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BOMB = 200, FLOOD_LINES = 500, FLOOD_EVENTS = 100, CHUNK_BYTES = 4 << 20 };

struct config {
    int64_t every_ms;
};

static const agent_setting settings[] = {
    AGENT_DURATION(struct config, every_ms, "100ms", "Time between two turns."),
    { 0 },
};

static live_err fine(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    return LIVE_OK;
}

static live_err fail(agent_run *run, live_error *error)
{
    (void)run;
    return live_fail(error, LIVE_E_SYSTEM, "this one always fails");
}

static live_err crash(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    abort();
}

static live_err hang(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    while (pause() < 0)
        ;
    return LIVE_OK;
}

static live_err spin(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    for (volatile bool on = true; on;)
        ;
    return LIVE_OK;
}

static void crash_stop(agent_run *run)
{
    (void)run;
    abort();
}

static void hang_stop(agent_run *run)
{
    (void)run;
    for (;;)
        pause();
}

static live_err watch(agent_run *run, agent_watch *watch, live_error *error)
{
    (void)run;
    return agent_watch_expr(watch, error, "counter");
}

static live_err crash_row(agent_run *run, const cJSON *row, live_error *error)
{
    (void)row;
    return crash(run, error);
}

static live_err hang_row(agent_run *run, const cJSON *row, live_error *error)
{
    (void)row;
    return hang(run, error);
}

static void hang_in_timer(live_timer *timer, void *user)
{
    (void)timer;
    while (pause() < 0 || user)
        ;
}

static live_err start_timer(agent_run *run, live_error *error)
{
    live_timer *timer; // the loop's, until it is freed
    return live_timer_new(agent_loop(run), 100, 0, hang_in_timer, run, &timer, error);
}

static live_err overflow(agent_run *run, live_error *error)
{
    volatile char room[4096] = { 0 };

    return room[0] ? LIVE_OK : overflow(run, error) + room[1];
}

static live_err leak_memory(agent_run *run, live_error *error)
{
    char *memory = malloc(CHUNK_BYTES);

    (void)run;
    (void)error;
    memset(memory, 1, CHUNK_BYTES); // as who does not look
    return LIVE_OK;
}

static live_err leak_files(agent_run *run, live_error *error)
{
    (void)run;
    for (int i = 0; i < 10; i++)
        if (open("/dev/null", O_RDONLY) < 0)
            return live_fail_errno(error, errno, "/dev/null");
    return LIVE_OK;
}

static void start_child(bool own_session)
{
    if (fork() != 0)
        return;
    if (own_session)
        setsid();
    execlp("sleep", "sleep", "31415", (char *)NULL);
    _exit(1);
}

static live_err bomb(agent_run *run, live_error *error)
{
    int64_t *count = agent_state(run);

    (void)error;
    for (int i = 0; i < 20 && *count < BOMB; i++, ++*count)
        start_child(*count % 2);
    return LIVE_OK;
}

static live_err leave_children(agent_run *run, live_error *error)
{
    start_child(false);
    start_child(true);
    return crash(run, error);
}

static live_err flood_log(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    for (int i = 0; i < FLOOD_LINES; i++)
        fprintf(stderr, "%d \x1b[31mno\xff sense\x01 at all\n", i);
    return LIVE_OK;
}

static live_err flood_events(agent_run *run, live_error *error)
{
    live_err err = LIVE_OK;

    for (int i = 0; !err && i < FLOOD_EVENTS; i++)
        err = agent_emit(run, live_event_new("flood", 0), error);
    return err;
}

static live_err close_all(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    for (int fd = 0; fd < 256; fd++)
        close(fd);
    return LIVE_OK;
}

static live_err scribble(agent_run *run, live_error *error)
{
    static const char rubbish[64] = "\xff\xff\xff\x7f rubbish";

    (void)run;
    (void)error;
    for (int fd = 3; fd < 64; fd++) {
        ssize_t ignored = write(fd, rubbish, sizeof rubbish);
        (void)ignored;
    }
    return LIVE_OK;
}

static live_err stop_itself(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    raise(SIGSTOP);
    return LIVE_OK;
}

static live_err deafen(agent_run *run, live_error *error)
{
    sigset_t all;

    (void)run;
    (void)error;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    return LIVE_OK;
}

static live_err leave_quietly(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    exit(0);
}

static live_err fill_disk(agent_run *run, live_error *error)
{
    struct rlimit none = { 0, 0 };
    cJSON *value = cJSON_CreateString("what has no room");

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    live_err err = agent_save(run, "key", value, error);
    cJSON_Delete(value);
    return err;
}

// A skill that is very sure of itself, and does not come back.

static double be_sure(agent_chat *chat, const char *text)
{
    (void)chat;
    return strstr(text, "ponder") ? 1 : 0;
}

static live_err ponder(agent_chat *chat, const char *text, live_error *error)
{
    (void)chat;
    (void)text;
    (void)error;
    while (pause() < 0)
        ;
    return LIVE_OK;
}

static const agent_adapter adapters[] = {
    { .name = "ponder", .summary = "Does not come back", .score = be_sure, .answer = ponder },
    { 0 },
};

#define KIND(name_, ...)                                                                           \
    {                                                                                              \
        .name = name_, .summary = "Fails", .settings = settings,                                   \
        .config_size = sizeof(struct config), .state_size = sizeof(int64_t), __VA_ARGS__           \
    }

static const agent_process processes[] = {
    KIND("crash_at_start", .start = crash),
    KIND("crash_at_poll", .poll = crash),
    KIND("crash_at_row", .watch = watch, .row = crash_row),
    KIND("crash_at_stop", .poll = fine, .stop = crash_stop),
    KIND("hang_at_start", .start = hang),
    KIND("hang_at_poll", .poll = hang),
    KIND("hang_at_row", .watch = watch, .row = hang_row),
    KIND("hang_in_timer", .start = start_timer),
    KIND("hang_at_stop", .poll = fine, .stop = hang_stop),
    KIND("fail_at_poll", .poll = fail),
    KIND("spin", .poll = spin),
    KIND("overflow", .poll = overflow),
    KIND("leak_memory", .poll = leak_memory),
    KIND("leak_files", .poll = leak_files),
    KIND("bomb", .poll = bomb),
    KIND("leave_children", .poll = leave_children),
    KIND("flood_log", .poll = flood_log),
    KIND("flood_events", .poll = flood_events),
    KIND("close_all", .poll = close_all),
    KIND("scribble", .poll = scribble),
    KIND("stop_itself", .poll = stop_itself),
    KIND("deafen", .start = deafen, .poll = fine),
    KIND("leave_quietly", .poll = leave_quietly),
    KIND("fill_disk", .poll = fill_disk),
    { 0 },
};

AGENT_MODULE(.name = "failing", .version = "1.0.0", .processes = processes, .adapters = adapters);
