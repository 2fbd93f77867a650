// SPDX-License-Identifier: Apache-2.0
#include "rest_bench.h"

#include <live/buf.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static bool is_get(const peer_request *request, const char *path)
{
    live_buf *line = live_buf_new();

    live_buf_add_format(line, "GET %s HTTP/1.1\n", path);
    bool same = peer_request_is(request, live_buf_data(line));
    live_buf_free(line);
    return same;
}

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    const rest_bench *bench = user;
    const rest_answer *answer = bench->answers;

    (void)peer;
    while (answer->path && !is_get(request, answer->path))
        answer++;
    if (!answer->path)
        peer_answer(request, "404 Not Found", "Content-Type: application/json\r\n", "{}");
    else
        peer_answer(request, answer->status ? answer->status : "200 OK",
                    "Content-Type: application/json;charset=utf-8\r\n", answer->body);
}

int rest_bench_open(void **state)
{
    rest_bench *bench = calloc(1, sizeof *bench);

    *state = bench;
    assert_int_equal(live_loop_new(&bench->loop, NULL), LIVE_OK);
    bench->peer = http_peer_new(bench->loop, serve, bench);
    live_client_options options = { .url = http_peer_url(bench->peer),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/services/plugin-restinput/bot/",
                                    .max_retries = -1 };
    return (int)live_client_new(bench->loop, &options, &bench->client, NULL);
}

int rest_bench_close(void **state)
{
    rest_bench *bench = *state;

    live_client_free(bench->client);
    http_peer_free(bench->peer);
    live_loop_free(bench->loop);
    free(bench);
    return 0;
}

live_client *rest_begin(rest_bench *bench, const rest_answer *answers)
{
    bench->answers = answers;
    bench->error = (live_error){ 0 };
    peer_thread_start(&bench->thread, bench->loop);
    return bench->client;
}

live_err rest_end(rest_bench *bench, live_err err)
{
    peer_thread_stop(&bench->thread);
    return err;
}

void rest_asked(const rest_bench *bench, size_t number, const char *path)
{
    const peer_request *request = http_peer_request(bench->peer, number);

    if (!request)
        fail_msg("no request %zu", number);
    if (!is_get(request, path))
        fail_msg("request %zu is %.200s, not GET %s", number, request->head, path);
}
