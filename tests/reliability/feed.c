// SPDX-License-Identifier: Apache-2.0
#include "feed.h"

#include <live/json.h>
#include <live/time.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/simulator.h"
#include "store.h"
#include "trial.h"

enum { EVERY_MS = 5 };

typedef struct source {
    int64_t first_ms;
    long next; // moment
    simulator *simulator;
    live_timer *timer;
    live_signal *forget;
} source;

long feed_arrival(long row)
{
    return row % FEED_LATE_EVERY ? row : row + FEED_LATE_MS;
}

static void put_row(const source *source, long row, long moment)
{
    static const sim_reception kept = { .keep_timestamp = true };

    if (row < 0 || feed_arrival(row) != moment)
        return;
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "__type", "row");
    live_json_add_int(event, "timestamp", source->first_ms + row);
    live_json_add_int(event, "n", row);
    trial_must(!sim_store_put(simulator_store(source->simulator), event, &kept, NULL), "a row");
}

static void put_rows(source *source)
{
    long until = (long)(live_time_ms() - source->first_ms);

    for (; source->next <= until; source->next++) {
        put_row(source, source->next - FEED_LATE_MS, source->next);
        put_row(source, source->next, source->next);
    }
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    put_rows(user);
}

static void on_forget(live_signal *signal, int number, void *user)
{
    source *source = user;

    (void)signal;
    (void)number;
    simulator_forget_sessions(source->simulator);
}

static int start(live_loop *loop, void *user)
{
    static const simulator_options options = { .share = LIVE_SHARE,
                                               .connect_timeout_ms = FEED_HOLD_MS };
    source *source = user;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (simulator_new(loop, &options, &source->simulator, NULL) ||
        live_timer_new(loop, 0, EVERY_MS, on_time, source, &source->timer, NULL) ||
        live_signal_new(loop, SIGUSR1, on_forget, source, &source->forget, NULL))
        return 0;
    put_rows(source);
    return simulator_port(source->simulator);
}

static void stop(void *user)
{
    source *source = user;

    live_timer_free(source->timer);
    live_signal_free(source->forget);
    simulator_free(source->simulator);
}

static bool start_command(feed *feed)
{
    char line[1024], port[16] = "";
    int fds[2];

    snprintf(line, sizeof line, "exec %s %lld", feed->command, (long long)feed->first_ms);
    if (pipe(fds))
        return false;
    feed->process.pid = fork();
    if (feed->process.pid == 0) {
        server_leave_sockets();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        close(fds[1]);
        execl("/bin/sh", "sh", "-c", line, NULL);
        _exit(127);
    }
    close(fds[1]);
    ssize_t got = read(fds[0], port, sizeof port - 1);
    close(fds[0]);
    feed->process.port = got > 0 ? (int)strtol(port, NULL, 10) : 0;
    return feed->process.port != 0;
}

void feed_start(feed *feed)
{
    static const server_hooks hooks = { .start = start, .stop = stop };
    source source = { .first_ms = feed->first_ms, .next = feed->oldest };

    feed->process = (server_process){ 0 };
    trial_must(feed->command ? start_command(feed) : server_start(&feed->process, &hooks, &source),
               "no platform");
}

void feed_kill(feed *feed)
{
    kill(feed->process.pid, SIGCONT);
    kill(feed->process.pid, SIGKILL);
    waitpid(feed->process.pid, NULL, 0);
}

void feed_forget(const feed *feed)
{
    kill(feed->process.pid, SIGUSR1);
}

long feed_newest(const feed *feed)
{
    return (long)(live_time_ms() - feed->first_ms);
}
