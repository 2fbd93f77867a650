// SPDX-License-Identifier: Apache-2.0
// What the outbox costs, beside bare loops that do the same writes: accepted puts, an open loop at 5,000 events/s, and
// delivery over REST and TCP to a sink in a process of its own.
//
//   outbox_bench FOLDER [PYTHON-WAY]
//
// PYTHON-WAY: the program python_way.py, which does it as the Python original does, to the same sink.
#include <curl/curl.h>
#include <live/live.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sink.h"

enum { PUTS = 200000, BATCH = 100, RATE = 5000, SECONDS = 5, DELIVERED = 300000 };

#define EVENT                                                                                      \
    "{\"__type\":\"bench\",\"liverig__index__timestamp\":1700000000000,\"SPP\":{\"value\":2310.5," \
    "\"uom\":\"psi\"},\"RPM\":{\"value\":120.0,\"uom\":\"rpm\"},\"HKLD\":{\"value\":180.25,"       \
    "\"uom\":\"klbf\"},\"ROP\":{\"value\":31.5,\"uom\":\"ft/h\"},\"BPOS\":{\"value\":12.75,"       \
    "\"uom\":\"m\"},\"note\":\"an event of some three hundred bytes, as rigs send them\"}"

static char path[256];

static void give_up(const char *what, const live_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    exit(EXIT_FAILURE);
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void say(const char *what, double value, const char *unit)
{
    printf("%-52s %12.2f %s\n", what, value, unit);
    fflush(stdout);
}

static long dirty_kib(void)
{
    char line[256];
    long sum = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Private_Dirty:", 14) == 0)
            sum = strtol(line + 14, NULL, 10);
    if (file)
        fclose(file);
    return sum;
}

static void clean(void)
{
    static const char *const ends[] = { "", "-wal", "-in0", "-in1", "-owner", "-shm" };
    char name[300];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

static void must_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(EXIT_FAILURE);
    }
}

// The floor: so many events in a transaction, handed to the kernel; synced each half second.
static double bare_sqlite(int count, int batch)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    double began, synced;

    clean();
    sqlite3_open(path, &db);
    must_sql(db, "PRAGMA journal_mode=WAL");
    must_sql(db, "PRAGMA synchronous=NORMAL");
    must_sql(db, "CREATE TABLE event(number INTEGER PRIMARY KEY, text BLOB)");
    sqlite3_prepare_v2(db, "INSERT INTO event(text) VALUES(?1)", -1, &insert, NULL);
    began = synced = now_s();
    for (int i = 0; i < count; i += batch) {
        bool sync = now_s() - synced > 0.5;
        if (sync)
            must_sql(db, "PRAGMA synchronous=FULL");
        must_sql(db, "BEGIN");
        for (int k = 0; k < batch; k++) {
            sqlite3_bind_blob(insert, 1, EVENT, sizeof EVENT - 1, SQLITE_STATIC);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        must_sql(db, "COMMIT");
        if (sync) {
            must_sql(db, "PRAGMA synchronous=NORMAL");
            synced = now_s();
        }
    }
    double rate = count / (now_s() - began);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return rate;
}

static live_outbox *open_outbox(bool fresh)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox *outbox = NULL;
    live_error error = { 0 };

    if (fresh)
        clean();
    options.backlog_rate = -1;
    if (live_outbox_open(path, &options, &outbox, &error))
        give_up("open", &error);
    return outbox;
}

static double put_text(int count, int batch)
{
    live_outbox *outbox = open_outbox(true);
    live_buf *array = live_buf_new();
    live_error error = { 0 };

    for (int i = 0; i < batch; i++)
        live_buf_add_format(array, "%s%s", batch == 1 ? "" : i ? "," : "[", EVENT);
    live_buf_add_text(array, batch == 1 ? "" : "]");
    double began = now_s();
    for (int i = 0; i < count; i += batch)
        if (live_outbox_put_text(outbox, live_buf_data(array), live_buf_length(array), &error))
            give_up("put", &error);
    double rate = count / (now_s() - began);
    live_buf_free(array);
    live_outbox_free(outbox);
    return rate;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

// Interleaved, as a machine that is shared is now faster and now slower.
static void arrays_beside_bare(void)
{
    enum { PAIRS = 5 };
    double bare[PAIRS], ours[PAIRS], ratios[PAIRS];

    for (int i = 0; i < PAIRS; i++) {
        bare[i] = bare_sqlite(PUTS, BATCH);
        ours[i] = put_text(PUTS, BATCH);
        ratios[i] = ours[i] / bare[i];
    }
    qsort(bare, PAIRS, sizeof *bare, compare);
    qsort(ours, PAIRS, sizeof *ours, compare);
    qsort(ratios, PAIRS, sizeof *ratios, compare);
    say("bare SQLite, 100 events a transaction, median of 5", bare[PAIRS / 2], "events/s");
    say("put, text, arrays of 100, median of 5 between them", ours[PAIRS / 2], "events/s");
    say("... the best of them", ours[PAIRS - 1], "events/s");
    say("... of the bare loop, median of the pairs", ratios[PAIRS / 2] * 100, "%");
}

static double put_trees(int count)
{
    live_outbox *outbox = open_outbox(true);
    live_error error = { 0 };
    cJSON *model = cJSON_Parse(EVENT);
    double began = now_s();

    for (int i = 0; i < count; i++)
        if (live_outbox_put(outbox, cJSON_Duplicate(model, true), &error))
            give_up("put", &error);
    double rate = count / (now_s() - began);
    cJSON_Delete(model);
    live_outbox_free(outbox);
    return rate;
}

// Events come when they are due, whether or not the one before was accepted yet.
static void open_loop(void)
{
    enum { COUNT = RATE * SECONDS };
    static double late[COUNT];
    live_outbox *outbox = open_outbox(true);
    live_error error = { 0 };
    double began = now_s(), cpu = cpu_s();

    for (int i = 0; i < COUNT; i++) {
        double due = began + (double)i / RATE, left;
        while ((left = due - now_s()) > 0) {
            struct timespec pause = { 0, (long)(left * 1e9) };
            nanosleep(&pause, NULL);
        }
        double called = now_s();
        if (live_outbox_put_text(outbox, EVENT, sizeof EVENT - 1, &error))
            give_up("put", &error);
        late[i] = now_s() - called;
    }
    cpu = cpu_s() - cpu;
    qsort(late, COUNT, sizeof *late, compare);
    say("open loop at 5,000/s: p50 of a put", late[COUNT / 2] * 1000, "ms");
    say("open loop at 5,000/s: p99 of a put", late[COUNT * 99 / 100] * 1000, "ms");
    say("open loop at 5,000/s: longest put", late[COUNT - 1] * 1000, "ms");
    say("open loop at 5,000/s: CPU, the pauses' own included", cpu / SECONDS * 100, "% of a core");
    live_outbox_free(outbox);
}

static void fill(live_outbox *outbox, int count)
{
    live_buf *array = live_buf_new();
    live_error error = { 0 };

    for (int i = 0; i < BATCH; i++)
        live_buf_add_format(array, "%s%s", i ? "," : "[", EVENT);
    live_buf_add_text(array, "]");
    for (int i = 0; i < count; i += BATCH)
        if (live_outbox_put_text(outbox, live_buf_data(array), live_buf_length(array), &error))
            give_up("put", &error);
    if (live_outbox_flush(outbox, 60000, &error))
        give_up("flush", &error);
    live_buf_free(array);
}

// Returns the processor time of an event, in microseconds.
static double deliver(const char *what, live_client_options options, int count)
{
    live_outbox *outbox = open_outbox(true);
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_outbox_stat stat = { .queued = 1 };
    live_error error = { 0 };
    char line[80];

    fill(outbox, count);
    if (live_loop_new(&loop, &error) || live_client_new(loop, &options, &client, &error))
        give_up(what, &error);
    double began = now_s(), cpu = cpu_s();
    if (live_outbox_attach(outbox, client, &error))
        give_up(what, &error);
    while (stat.queued > 0) {
        live_err err = live_loop_run(loop, 2, NULL);
        if (err && err != LIVE_E_TIMEOUT)
            break;
        live_outbox_stats(outbox, &stat);
    }
    double took = now_s() - began;
    cpu = (cpu_s() - cpu) / count;
    snprintf(line, sizeof line, "%s, %d events", what, count);
    say(line, count / took, "events/s");
    snprintf(line, sizeof line, "%s, CPU of 100,000 events", what);
    say(line, cpu * 100000, "s");
    if (count == DELIVERED)
        say("private dirty memory of this sender", (double)dirty_kib() / 1024, "MiB");
    live_outbox_free(outbox);
    live_client_free(client);
    live_loop_free(loop);
    return cpu * 1e6;
}

// Without the outbox: ready text, and trees, over the TCP input.

typedef struct writes {
    live_loop *loop;
    live_client *client;
    const char *text;
    size_t length;
    int left, flying, at_once;
} writes;

static void write_more(writes *writes);

static void on_written(const live_error *error, void *user)
{
    writes *writes = user;

    if (error)
        give_up("TCP", error);
    writes->flying--;
    write_more(writes);
    if (writes->flying == 0)
        live_loop_stop(writes->loop);
}

static void write_more(writes *writes)
{
    live_call *call = NULL;
    live_error error = { 0 };

    for (; writes->left > 0 && writes->flying < writes->at_once; writes->left--, writes->flying++)
        if (live_event_send_text(writes->client, writes->text, writes->length, on_written, writes,
                                 &call, &error))
            give_up("TCP", &error);
}

static void tcp_text(live_client_options options)
{
    writes writes = { .left = DELIVERED / BATCH, .at_once = 4 };
    live_buf *array = live_buf_new();
    live_error error = { 0 };

    for (int i = 0; i < BATCH; i++)
        live_buf_add_format(array, "%s%s", i ? "," : "[", EVENT);
    live_buf_add_text(array, "]");
    writes.text = live_buf_data(array);
    writes.length = live_buf_length(array);
    if (live_loop_new(&writes.loop, &error) ||
        live_client_new(writes.loop, &options, &writes.client, &error))
        give_up("TCP", &error);
    double began = now_s();
    write_more(&writes);
    if (live_loop_run(writes.loop, LIVE_FOREVER, &error))
        give_up("TCP", &error);
    say("TCP without the outbox, ready text, arrays of 100", DELIVERED / (now_s() - began),
        "events/s");
    live_client_free(writes.client);
    live_loop_free(writes.loop);
    live_buf_free(array);
}

static void tcp_trees(live_client_options options)
{
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_error error = { 0 };
    cJSON *model = cJSON_Parse(EVENT);
    double spent = 0;

    if (live_loop_new(&loop, &error) || live_client_new(loop, &options, &client, &error))
        give_up("TCP", &error);
    for (int i = 0; i < DELIVERED / 3; i += BATCH) {
        cJSON *events = cJSON_CreateArray();
        for (int k = 0; k < BATCH; k++)
            cJSON_AddItemToArray(events, cJSON_Duplicate(model, true));
        double began = now_s(); // the trees are the caller's work
        if (live_event_send_all(client, events, &error))
            give_up("TCP", &error);
        spent += now_s() - began;
    }
    say("TCP without the outbox, trees, arrays of 100", DELIVERED / 3 / spent, "events/s");
    cJSON_Delete(model);
    live_client_free(client);
    live_loop_free(loop);
}

// Single posts beside the shortest loop that libcurl allows.

static size_t ignore(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    (void)user;
    return size * count;
}

static double bare_posts(const char *url, int count)
{
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    double cpu = cpu_s();

    for (int i = 0; i < count; i++) {
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_USERPWD, "bench:bench");
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, EVENT);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
        if (curl_easy_perform(easy) != CURLE_OK)
            exit(EXIT_FAILURE);
    }
    cpu = cpu_s() - cpu;
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    return cpu;
}

static double our_posts(live_client_options options, int count)
{
    writes writes = { .text = EVENT, .length = sizeof EVENT - 1, .left = count, .at_once = 1 };
    live_error error = { 0 };

    if (live_loop_new(&writes.loop, &error) ||
        live_client_new(writes.loop, &options, &writes.client, &error))
        give_up("REST", &error);
    double cpu = cpu_s();
    write_more(&writes);
    if (live_loop_run(writes.loop, LIVE_FOREVER, &error))
        give_up("REST", &error);
    cpu = cpu_s() - cpu;
    live_client_free(writes.client);
    live_loop_free(writes.loop);
    return cpu;
}

static void single_posts(live_client_options options, const char *url)
{
    enum { PAIRS = 7, POSTS = 3000 };
    double ratios[PAIRS], bare = 0, ours = 0;

    for (int i = 0; i < PAIRS; i++) {
        bare = bare_posts(url, POSTS);
        ours = our_posts(options, POSTS);
        ratios[i] = ours / bare;
    }
    qsort(ratios, PAIRS, sizeof *ratios, compare);
    say("single posts: CPU of a bare libcurl loop", bare / POSTS * 1e6, "us a post");
    say("single posts: CPU of the client", ours / POSTS * 1e6, "us a post");
    say("single posts: ratio, median of 7 interleaved pairs", ratios[PAIRS / 2] * 100, "%");
}

// Beside it the way of the Python original, where Python and its `requests` are there.
static void python_way(const char *program, const char *input, int tcp_port,
                       const double ours_us[2])
{
    static const char *const names[] = { "REST", "TCP" };
    char line[512];
    double figures[4]; // processor and time, of each
    int found = 0;

    snprintf(line, sizeof line, "python3 %s %s %d 2000 2>/dev/null", program, input, tcp_port);
    FILE *python = popen(line, "r");
    if (python)
        found =
            fscanf(python, "%lf %lf %lf %lf", &figures[0], &figures[1], &figures[2], &figures[3]);
    if (!python || pclose(python) != 0 || found != 4) {
        puts("the Python original's way: python3 and its requests are not there");
        return;
    }
    for (int i = 0; i < 2; i++) {
        snprintf(line, sizeof line, "the Python original's way, %s", names[i]);
        say(line, 1e6 / figures[2 * i + 1], "events/s");
        snprintf(line, sizeof line, "... CPU of 100,000 events, %s", names[i]);
        say(line, figures[2 * i] / 10, "s");
        say("... so many times that of the outbox", figures[2 * i] / ours_us[i], "");
    }
}

int main(int argc, char **argv)
{
    live_client_options rest = LIVE_CLIENT_OPTIONS_INIT, tcp = LIVE_CLIENT_OPTIONS_INIT;
    sink sink;
    char url[64], input[128];
    double cpu_us[2] = { 0 };

    if (argc < 2) {
        fputs("outbox_bench FOLDER [PYTHON-WAY]\n", stderr);
        return 2;
    }
    snprintf(path, sizeof path, "%s/outbox-bench.db", argv[1]);
    sink_start(&sink);
    sink.state->mode = SINK_COUNTS_BYTES;
    snprintf(url, sizeof url, "http://127.0.0.1:%d", sink.rest_port);
    rest.url = url;
    rest.username = rest.password = "bench";
    rest.rest_input = "/services/plugin-restinput/bench/";
    tcp.tcp_host = "127.0.0.1";
    tcp.tcp_port = sink.tcp_port;

    say("bare SQLite, one event a transaction", bare_sqlite(PUTS / 4, 1), "events/s");
    say("put, text, one at a time", put_text(PUTS, 1), "events/s");
    arrays_beside_bare();
    say("put, trees, one at a time", put_trees(PUTS), "events/s");
    open_loop();
    for (int count = DELIVERED / 100; count <= DELIVERED; count *= 10)
        cpu_us[0] = deliver("REST", rest, count);
    cpu_us[1] = deliver("TCP", tcp, DELIVERED);
    tcp_text(tcp);
    tcp_trees(tcp);
    snprintf(input, sizeof input, "%s%s", url, rest.rest_input);
    single_posts(rest, input);
    if (argc > 2)
        python_way(argv[2], input, sink.tcp_port, cpu_us);
    clean();
    sink_stop(&sink);
    return 0;
}
