// SPDX-License-Identifier: Apache-2.0
// Many queries: a thousand on one session of a client, and what fifty cost the simulator that takes a thousand events a
// second.
//
//   queries_bench URL TCP-PORT PID-OF-THE-SIMULATOR
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MANY = 1000, SOME = 50, RATE = 1000, SECONDS = 10 };

static const char *const expressions[] = {
    "rig_01 mnemonic!:(SPP|RPM)",
    "rig_01 => mnemonic, value#, uom",
    "rig_01 => value#:avg() as m, count() by mnemonic every 5 seconds",
    "rig_01 mnemonic!:SPP => value#:max() as m every second over last 30 seconds",
    "* => count() by __type every second",
};

typedef struct bench {
    live_loop *loop;
    live_client *client, *sender;
    live_timer *timer;
    live_query *queries[MANY];
    int count, ready; // of the queries; those in real time
    long rows, sent;
    int64_t began_ms;
} bench;

static void give_up(const char *what, const live_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    exit(EXIT_FAILURE);
}

static void say(const char *what, double value, const char *unit)
{
    printf("%-52s %12.2f %s\n", what, value, unit);
    fflush(stdout);
}

// The sum of a line of /proc/PID/smaps_rollup, MiB.
static double memory_of(int pid, const char *what)
{
    char path[64], line[256];
    long sum = 0;

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, what, strlen(what)) == 0)
            sum = strtol(line + strlen(what) + 1, NULL, 10);
    if (file)
        fclose(file);
    return (double)sum / 1024;
}

static double cpu_of(int pid)
{
    char path[64], line[1024] = "";
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    const char *at = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    for (int field = 2; at && field < 14; field++)
        at = strchr(at + 1, ' ');
    if (!at || sscanf(at, " %lu %lu", &user, &system) != 2)
        exit(EXIT_FAILURE);
    fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    (void)query;
    (void)row;
    ((bench *)user)->rows++;
    return LIVE_CONTINUE;
}

static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    bench *bench = user;

    (void)query;
    (void)data;
    bench->ready += strcmp(type, "startRealTime") == 0;
    if (bench->ready == bench->count)
        live_loop_stop(bench->loop);
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    static const live_error ended = { .text = "it has ended" };

    (void)query;
    (void)user;
    give_up("query", why ? why : &ended);
}

static void open_client(bench *bench, const char *url)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };

    options.url = url;
    options.username = options.password = "live-agent";
    if (live_loop_new(&bench->loop, &error) ||
        live_client_new(bench->loop, &options, &bench->client, &error))
        give_up("client", &error);
}

static void close_client(bench *bench)
{
    for (int i = 0; i < bench->count; i++)
        live_query_free(bench->queries[i]);
    live_client_free(bench->client);
    live_client_free(bench->sender);
    live_loop_free(bench->loop);
    *bench = (struct bench){ 0 };
}

static void start(bench *bench, const char *expression)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };

    options.realtime = true;
    options.on_control = on_control;
    if (live_query_start(bench->client, expression, &options, on_row, on_end, bench,
                         &bench->queries[bench->count++], &error))
        give_up(expression, &error);
}

static void wait_for_queries(bench *bench)
{
    live_error error = { 0 };

    if (live_loop_run(bench->loop, 60000, &error))
        give_up("queries", &error);
}

static void many_queries(bench *bench, const char *url)
{
    char expression[32];

    open_client(bench, url);
    bench->began_ms = live_time_monotonic_ms();
    for (int i = 0; i < MANY; i++) {
        snprintf(expression, sizeof expression, "bench_%d", i);
        start(bench, expression);
    }
    wait_for_queries(bench);
    say("1,000 queries on one session: until all follow",
        (double)(live_time_monotonic_ms() - bench->began_ms), "ms");
    say("... PSS of the client", memory_of(getpid(), "Pss:"), "MiB");
    say("... its private dirty memory", memory_of(getpid(), "Private_Dirty:"), "MiB");
    close_client(bench);
}

static void on_sent(const live_error *error, void *user)
{
    (void)user;
    if (error)
        give_up("send", error);
}

// As many as are due by now.
static void send_due(live_timer *timer, void *user)
{
    static const char *const mnemonics[] = { "SPP", "RPM", "WOB", "HKLD", "ROP" };
    bench *bench = user;
    live_call *call = NULL;
    live_error error = { 0 };
    char text[512];
    const int64_t passed_ms = live_time_monotonic_ms() - bench->began_ms;

    for (; bench->sent < passed_ms * RATE / 1000; bench->sent++) {
        const int length = snprintf(text, sizeof text,
                                    "{\"__type\":\"%s\",\"mnemonic\":\"%s\",\"value\":%ld,\"uom\":"
                                    "\"psi\",\"note\":\"%0200d\"}",
                                    bench->sent % 4 ? "rig_01" : "rig_02",
                                    mnemonics[bench->sent % 5], bench->sent % 977, 0);
        if (live_event_send_text(bench->sender, text, (size_t)length, on_sent, NULL, &call, &error))
            give_up("send", &error);
    }
    if (passed_ms >= (int64_t)SECONDS * 1000) {
        live_timer_set(timer, -1, 0);
        live_loop_stop(bench->loop);
    }
}

static void busy_simulator(bench *bench, const char *url, int tcp_port, int pid)
{
    live_client_options tcp = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };

    tcp.tcp_host = "127.0.0.1";
    tcp.tcp_port = tcp_port;
    open_client(bench, url);
    for (int i = 0; i < SOME; i++)
        start(bench, expressions[i % 5]);
    wait_for_queries(bench);
    bench->began_ms = live_time_monotonic_ms();
    const double cpu = cpu_of(pid);
    if (live_client_new(bench->loop, &tcp, &bench->sender, &error) ||
        live_timer_new(bench->loop, 0, 1, send_due, bench, &bench->timer, &error) ||
        live_loop_run(bench->loop, LIVE_FOREVER, &error))
        give_up("simulator", &error);
    say("simulator of 50 queries: events taken", (double)bench->sent / SECONDS, "/s");
    say("... rows it sends", (double)bench->rows / SECONDS, "/s");
    say("... its processor", (cpu_of(pid) - cpu) / SECONDS * 100, "% of a core");
    say("... its PSS, with the history of ten seconds", memory_of(pid, "Pss:"), "MiB");
    live_timer_free(bench->timer);
    close_client(bench);
}

int main(int argc, char **argv)
{
    static bench bench;

    if (argc != 4) {
        fputs("queries_bench URL TCP-PORT PID-OF-THE-SIMULATOR\n", stderr);
        return 2;
    }
    busy_simulator(&bench, argv[1], (int)strtol(argv[2], NULL, 10), (int)strtol(argv[3], NULL, 10));
    many_queries(&bench, argv[1]);
    return 0;
}
