// SPDX-License-Identifier: Apache-2.0
// Events a second over the REST input (one at a time, and a hundred in a request) and over the TCP input, and
// rows a second from a query over both transports, and how long one takes, all against the simulator; beside a bare loop that writes the same requests to a
// socket and reads the same answers.
//
//   client_bench URL TCP-PORT
#include <arpa/inet.h>
#include <curl/curl.h>
#include <live/live.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SINGLE = 5000, BATCHES = 500, BATCH = 100, TCP_BATCHES = 1000, MESSAGE = 200 };

#define EVENT                                                                                      \
    "{\"__type\":\"bench\",\"liverig__index__timestamp\":1700000000000,\"SPP\":{\"value\":2310.5," \
    "\"uom\":\"psi\"},\"RPM\":{\"value\":120.0,\"uom\":\"rpm\"},\"HKLD\":{\"value\":180.25,"       \
    "\"uom\":\"klbf\"},\"ROP\":{\"value\":31.5,\"uom\":\"ft/h\"},\"BPOS\":{\"value\":12.75,"       \
    "\"uom\":\"m\"},\"note\":\"an event of some three hundred bytes, as rigs send them\"}"

static void give_up(const char *what, const live_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    exit(EXIT_FAILURE);
}

static void report(const char *what, double count, int64_t began_ms)
{
    double seconds = (double)(live_time_monotonic_ms() - began_ms) / 1000;

    printf("%-44s %10.0f /s\n", what, count / seconds);
    fflush(stdout);
}

typedef struct flight {
    live_loop *loop;
    live_client *client;
    const char *text;
    size_t length;
    int left;
} flight;

static void send_next(flight *flight);

static void on_sent(const live_error *error, void *user)
{
    flight *flight = user;

    if (error)
        give_up("send", error);
    if (--flight->left > 0)
        send_next(flight);
    else
        live_loop_stop(flight->loop);
}

static void send_next(flight *flight)
{
    live_call *call = NULL;
    live_error error = { 0 };

    if (live_event_send_text(flight->client, flight->text, flight->length, on_sent, flight, &call,
                             &error))
        give_up("send", &error);
}

static void send_many(const char *what, live_client_options options, const char *text, int requests,
                      int each)
{
    flight flight = { .text = text, .length = strlen(text), .left = requests };
    live_error error = { 0 };

    if (live_loop_new(&flight.loop, &error) ||
        live_client_new(flight.loop, &options, &flight.client, &error))
        give_up(what, &error);
    int64_t began = live_time_monotonic_ms();
    send_next(&flight);
    if (live_loop_run(flight.loop, LIVE_FOREVER, &error))
        give_up(what, &error);
    report(what, (double)requests * each, began);
    live_client_free(flight.client);
    live_loop_free(flight.loop);
}

// The peer: what a program could do at best on one connection.
static void bare_loop(int port, const char *body)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    static char request[65536], answer[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int length = snprintf(request, sizeof request,
                          "POST /services/plugin-restinput/bench/ HTTP/1.1\r\nHost: bench\r\n"
                          "Authorization: Basic bGl2ZS1hZ2VudDpsaXZlLWFnZW50\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          strlen(body), body);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        return;
    int64_t began = live_time_monotonic_ms();
    for (int i = 0; i < SINGLE; i++)
        if (write(fd, request, (size_t)length) != length || read(fd, answer, sizeof answer) <= 0)
            return;
    report("REST input, one at a time, bare loop", SINGLE, began);
    close(fd);
}

static size_t ignore(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    (void)user;
    return size * count;
}

// And with libcurl, which does more for each request than that.
static void curl_loop(const live_client_options *options, const char *body)
{
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    char url[256];

    snprintf(url, sizeof url, "%s%s", options->url, options->rest_input);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_USERPWD, "live-agent:live-agent");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    int64_t began = live_time_monotonic_ms();
    for (int i = 0; i < SINGLE; i++)
        if (curl_easy_perform(easy) != CURLE_OK)
            return;
    report("REST input, one at a time, bare libcurl loop", SINGLE, began);
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
}

static int64_t now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static double cpu_s(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

// Rows beside the floor: each reading is followed by a bare cJSON parse of the same bytes, and what is told is the medians of
// these pairs. A single pair, as it was measured before, moved by a quarter.

enum { PAIRS = 7 };

typedef struct reading {
    live_loop *loop;
    live_buf *row; // the first one, as text
    int64_t rows;
} reading;

typedef struct pair {
    double rate, read_us, bare_us, ratio; // a second, and for a row
} pair;

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    reading *reading = user;

    (void)query;
    if (reading->rows++ == 0)
        live_buf_add_json(reading->row, row);
    return LIVE_CONTINUE;
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    (void)query;
    if (why)
        give_up("query", why);
    live_loop_stop(((reading *)user)->loop);
}

// The end of the history of a query that follows.
static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    (void)query;
    (void)data;
    if (strcmp(type, "startRealTime") == 0)
        live_loop_stop(((reading *)user)->loop);
}

// The floor: the same bytes, in messages of two hundred rows, parsed and freed.
static double bare_parse(const char *row, int64_t rows)
{
    live_buf *all = live_buf_new();
    size_t length = 0;

    for (int64_t i = 0; i < rows; i += MESSAGE) {
        live_buf_add_text(all, "[{\"channel\":\"/data/0123456789abcdef0123456789abcdef\",\"data\":"
                               "{\"type\":\"event\",\"content\":[");
        for (int k = 0; k < MESSAGE; k++)
            live_buf_add_format(all, "%s%s", k ? "," : "", row);
        live_buf_add_text(all, "]}}]");
        length = i == 0 ? live_buf_length(all) : length;
    }
    double began = cpu_s();
    for (size_t at = 0; at < live_buf_length(all); at += length)
        cJSON_Delete(cJSON_ParseWithLength(live_buf_data(all) + at, length));
    double took = cpu_s() - began;
    live_buf_free(all);
    return took;
}

static pair read_pair(const live_client_options *options, bool follow)
{
    reading reading = { .row = live_buf_new() };
    live_client *client = NULL;
    live_query *query = NULL;
    live_query_options history = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };

    history.span = "last hour";
    history.realtime = follow;
    history.on_control = on_control;
    if (live_loop_new(&reading.loop, &error) ||
        live_client_new(reading.loop, options, &client, &error))
        give_up("query", &error);
    int64_t began_us = now_us();
    double cpu = cpu_s();
    if (live_query_start(client, "bench", &history, on_row, on_end, &reading, &query, &error) ||
        live_loop_run(reading.loop, LIVE_FOREVER, &error))
        give_up("query", &error);
    cpu = cpu_s() - cpu;
    const double rows = (double)reading.rows, took_us = (double)(now_us() - began_us);
    const double bare = bare_parse(live_buf_data(reading.row), reading.rows);
    live_buf_free(reading.row);
    live_query_free(query);
    live_client_free(client);
    live_loop_free(reading.loop);
    return (pair){ rows * 1e6 / took_us, cpu * 1e6 / rows, bare * 1e6 / rows, bare / cpu };
}

static int compare_reals(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(const pair *pairs, size_t member)
{
    double values[PAIRS];

    for (size_t i = 0; i < PAIRS; i++)
        memcpy(&values[i], (const char *)&pairs[i] + member, sizeof *values);
    qsort(values, PAIRS, sizeof *values, compare_reals);
    return values[PAIRS / 2];
}

static void read_rows(const char *what, live_client_options options, bool follow)
{
    pair pairs[PAIRS];

    for (size_t i = 0; i < PAIRS; i++)
        pairs[i] = read_pair(&options, follow);
    printf("%-44s %10.0f /s\n", what, median(pairs, offsetof(pair, rate)));
    printf("%-44s %10.2f us\n", "... processor of the client, a row",
           median(pairs, offsetof(pair, read_us)));
    printf("%-44s %10.2f us\n", "... of a bare cJSON parse of its bytes",
           median(pairs, offsetof(pair, bare_us)));
    printf("%-44s %10.0f %%\n", "... rate in that, of the bare parse",
           median(pairs, offsetof(pair, ratio)) * 100);
    fflush(stdout);
}

// From the write of an event to the row's callback.

enum { LATENCY_ROWS = 5000 };

typedef struct latency {
    live_loop *loop;
    live_client *rest, *tcp;
    live_timer *timer;
    live_query *query;
    int64_t took_us[LATENCY_ROWS];
    int sent, heard;
} latency;

static void on_written(const live_error *error, void *user)
{
    (void)user;
    if (error)
        give_up("send", error);
}

static void send_one(live_timer *timer, void *user)
{
    latency *latency = user;
    live_call *call = NULL;
    live_error error = { 0 };
    char text[512];
    int length =
        snprintf(text, sizeof text, "{\"__type\":\"latency\",\"sent_us\":%lld,\"note\":\"%0220d\"}",
                 (long long)now_us(), 0);

    if (++latency->sent == LATENCY_ROWS)
        live_timer_set(timer, -1, 0);
    if (live_event_send_text(latency->tcp, text, (size_t)length, on_written, NULL, &call, &error))
        give_up("send", &error);
}

static live_flow on_latency_row(live_query *query, const cJSON *row, void *user)
{
    latency *latency = user;

    (void)query;
    latency->took_us[latency->heard++] = now_us() - live_json_int(row, "sent_us", 0);
    if (latency->heard < LATENCY_ROWS)
        return LIVE_CONTINUE;
    live_loop_stop(latency->loop);
    return LIVE_STOP;
}

static void on_latency_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    latency *latency = user;

    (void)query;
    (void)data;
    if (strcmp(type, "startRealTime") == 0)
        live_timer_set(latency->timer, 100, 1); // a thousand rows a second
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static void measure_latency(const char *what, live_client_options rest, live_client_options tcp)
{
    static latency latency;
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };

    latency = (struct latency){ 0 };
    options.realtime = true;
    options.on_control = on_latency_control;
    if (live_loop_new(&latency.loop, &error) ||
        live_timer_new(latency.loop, -1, 0, send_one, &latency, &latency.timer, &error) ||
        live_client_new(latency.loop, &rest, &latency.rest, &error) ||
        live_client_new(latency.loop, &tcp, &latency.tcp, &error) ||
        live_query_start(latency.rest, "latency", &options, on_latency_row, NULL, &latency,
                         &latency.query, &error) ||
        live_loop_run(latency.loop, LIVE_FOREVER, &error))
        give_up(what, &error);
    qsort(latency.took_us, LATENCY_ROWS, sizeof *latency.took_us, compare);
    printf("%-44s %5.2f / %5.2f ms\n", what, (double)latency.took_us[LATENCY_ROWS / 2] / 1000,
           (double)latency.took_us[LATENCY_ROWS * 99 / 100] / 1000);
    live_query_free(latency.query);
    live_timer_free(latency.timer);
    live_client_free(latency.rest);
    live_client_free(latency.tcp);
    live_loop_free(latency.loop);
}

int main(int argc, char **argv)
{
    live_client_options rest = LIVE_CLIENT_OPTIONS_INIT, tcp = LIVE_CLIENT_OPTIONS_INIT;
    live_buf *array = live_buf_new();

    if (argc != 3) {
        fputs("client_bench URL TCP-PORT\n", stderr);
        return 2;
    }
    rest.url = argv[1];
    rest.username = rest.password = "live-agent";
    rest.rest_input = "/services/plugin-restinput/bench/";
    tcp.tcp_host = "127.0.0.1";
    tcp.tcp_port = (int)strtol(argv[2], NULL, 10);
    for (int i = 0; i < BATCH; i++)
        live_buf_add_format(array, "%s%s", i ? "," : "[", EVENT);
    live_buf_add_text(array, "]");

    bare_loop((int)strtol(strrchr(argv[1], ':') + 1, NULL, 10), EVENT);
    curl_loop(&rest, EVENT);
    send_many("REST input, one at a time", rest, EVENT, SINGLE, 1);
    send_many("REST input, 100 in a request", rest, live_buf_data(array), BATCHES, BATCH);
    send_many("TCP input, 100 in a write", tcp, live_buf_data(array), TCP_BATCHES, BATCH);
    read_rows("rows of a query, WebSocket", rest, false);
    read_rows("rows of a query that follows, WebSocket", rest, true);
    measure_latency("1,000 rows/s, event to callback, WebSocket", rest, tcp);
    rest.polling_only = true;
    read_rows("rows of a query, long-polling", rest, false);
    read_rows("rows of a query that follows, long-polling", rest, true);
    measure_latency("1,000 rows/s, event to callback, polling", rest, tcp);
    live_buf_free(array);
    return 0;
}
