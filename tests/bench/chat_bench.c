// SPDX-License-Identifier: Apache-2.0
// From a mention to its answer, as a person sees it: a message is sent over the REST input, the bot's answer comes by a
// query that is followed. The bot is called Oliver and runs already.
//
//   chat_bench URL
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGES = 200 };

// The first of each kind is not measured.
static const struct {
    const char *what, *text;
    bool numbered; // the number of the message follows
} kinds[] = {
    { "mention to answer: help", "Oliver, help", false },
    { "… a variable, saved durably", "Oliver, set n = ", true },
    { "… an asset selected, saved durably", "Oliver, select RIG-1", false },
    { "… a current value, queried", "Oliver, what is the current value of SPP?", false },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

typedef struct bench {
    live_loop *loop;
    live_client *client;
    int kind, sent;
    int64_t began_us, took_us[MESSAGES + 1];
} bench;

static void give_up(const char *what, const live_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    exit(EXIT_FAILURE);
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static void report(bench *bench)
{
    int64_t *measured = bench->took_us + 1;

    qsort(measured, MESSAGES, sizeof *measured, compare);
    printf("%-44s %6.1f ms p50 %6.1f ms p99 %6.1f ms max\n", kinds[bench->kind].what,
           (double)measured[MESSAGES / 2] / 1000, (double)measured[MESSAGES * 99 / 100] / 1000,
           (double)measured[MESSAGES - 1] / 1000);
    fflush(stdout);
}

static void on_sent(const live_error *error, void *user)
{
    (void)user;
    if (error)
        give_up("send", error);
}

static void send_next(bench *bench)
{
    live_buf *text = live_buf_new(), *event = live_buf_new();
    live_call *call = NULL;
    live_error error = { 0 };

    live_buf_add_text(text, kinds[bench->kind].text);
    if (kinds[bench->kind].numbered)
        live_buf_add_format(text, "%d", bench->sent);
    live_buf_add_text(event, "{\"__type\":\"__message\",\"room\":{\"id\":\"bench\"},"
                             "\"author\":{\"id\":1,\"name\":\"Ada\"},\"message\":");
    live_buf_add_json_string(event, live_buf_data(text));
    live_buf_add_text(event, "}");
    bench->began_us = now_us();
    if (live_event_send_text(bench->client, live_buf_data(event), live_buf_length(event), on_sent,
                             NULL, &call, &error))
        give_up("send", &error);
    live_buf_free(event);
    live_buf_free(text);
}

static live_flow on_answer(live_query *query, const cJSON *row, void *user)
{
    bench *bench = user;

    (void)query;
    (void)row;
    bench->took_us[bench->sent++] = now_us() - bench->began_us;
    if (bench->sent > MESSAGES) {
        report(bench);
        bench->kind++;
        bench->sent = 0;
    }
    if (bench->kind < KINDS)
        send_next(bench);
    else
        live_loop_stop(bench->loop);
    return LIVE_CONTINUE;
}

static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    (void)query;
    (void)data;
    if (strcmp(type, "startRealTime") == 0)
        send_next(user);
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    static const live_error ended = { .text = "it has ended" };

    (void)query;
    (void)user;
    give_up("query", why ? why : &ended);
}

int main(int argc, char **argv)
{
    static bench bench;
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_query_options follow = LIVE_QUERY_OPTIONS_INIT;
    live_query *query = NULL;
    live_error error = { 0 };

    if (argc != 2) {
        fputs("chat_bench URL\n", stderr);
        return 2;
    }
    options.url = argv[1];
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/bench/";
    follow.realtime = true;
    follow.on_control = on_control;
    if (live_loop_new(&bench.loop, &error) ||
        live_client_new(bench.loop, &options, &bench.client, &error) ||
        live_query_start(bench.client, "__message __src:chatbot room->id:bench", &follow, on_answer,
                         on_end, &bench, &query, &error) ||
        live_loop_run(bench.loop, LIVE_FOREVER, &error))
        give_up("chat_bench", &error);
    live_query_free(query);
    live_client_free(bench.client);
    live_loop_free(bench.loop);
    return 0;
}
