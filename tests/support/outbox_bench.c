// SPDX-License-Identifier: Apache-2.0
#include "outbox_bench.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

void outbox_note(outbox_bench *bench, const char *body)
{
    for (const char *at = strstr(body, "\"n\":"); at; at = strstr(at + 4, "\"n\":"))
        if (bench->taken < OUTBOX_BENCH_EVENTS)
            bench->numbers[bench->taken++] = strtol(at + 4, NULL, 10);
}

static bool is_refused(const outbox_bench *bench, const char *body)
{
    char text[32];

    snprintf(text, sizeof text, "\"n\":%ld,", bench->refuse);
    return bench->refuse && strstr(body, text);
}

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    outbox_bench *bench = user;
    const char *status = bench->status ? bench->status : "200 OK";

    (void)peer;
    bench->requests++;
    if (is_refused(bench, request->body))
        status = bench->refuse_status;
    else if (!bench->status)
        outbox_note(bench, request->body);
    peer_answer(request, status, bench->headers ? bench->headers : "", "");
    if (bench->until && bench->taken >= bench->until)
        live_loop_stop(bench->loop);
}

int outbox_bench_open(void **state)
{
    outbox_bench *bench = calloc(1, sizeof *bench);
    const live_outbox_options defaults = LIVE_OUTBOX_OPTIONS_INIT;

    *state = bench;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/live-outbox-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof bench->path, "%s/outbox.db", bench->folder);
    bench->options = defaults;
    bench->options.min_free_bytes = -1; // whatever the disk of the tests is like
    bench->numbers = malloc(OUTBOX_BENCH_EVENTS * sizeof *bench->numbers);
    assert_int_equal(live_loop_new(&bench->loop, NULL), LIVE_OK);
    bench->peer = http_peer_new(bench->loop, serve, bench);
    live_client_options options = { .url = http_peer_url(bench->peer),
                                    .username = "bot",
                                    .password = "s3cret",
                                    .rest_input = "/services/plugin-restinput/bot/" };
    return (int)live_client_new(bench->loop, &options, &bench->client, NULL);
}

void outbox_remove(const char *path)
{
    char name[512];
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

int outbox_bench_close(void **state)
{
    outbox_bench *bench = *state;

    live_outbox_free(bench->outbox);
    live_client_free(bench->client);
    http_peer_free(bench->peer);
    live_loop_free(bench->loop);
    outbox_remove(bench->folder);
    free(bench->numbers);
    free(bench);
    return 0;
}

void outbox_start(outbox_bench *bench)
{
    if (live_outbox_open(bench->path, &bench->options, &bench->outbox, &bench->error))
        fail_msg("%s", bench->error.text);
}

void outbox_restart(outbox_bench *bench)
{
    live_outbox_free(bench->outbox);
    bench->outbox = NULL;
    outbox_start(bench);
}

void outbox_deliver(outbox_bench *bench)
{
    assert_int_equal(live_outbox_attach(bench->outbox, bench->client, &bench->error), LIVE_OK);
}

void outbox_run(outbox_bench *bench, size_t until, int64_t timeout_ms)
{
    bench->until = until;
    if (bench->taken < until)
        assert_int_equal(live_loop_run(bench->loop, timeout_ms, NULL), LIVE_OK);
}

void outbox_drain(outbox_bench *bench)
{
    const int64_t deadline = live_time_monotonic_ms() + 30000;

    while (outbox_stat(bench).queued > 0 && live_time_monotonic_ms() < deadline) {
        live_err err = live_loop_run(bench->loop, 5, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
    assert_int_equal(outbox_stat(bench).queued, 0);
}

void outbox_put(outbox_bench *bench, long number)
{
    char text[64];
    int length = snprintf(text, sizeof text, "{\"n\":%ld}", number);

    if (live_outbox_put_text(bench->outbox, text, (size_t)length, &bench->error))
        fail_msg("event %ld: %s", number, bench->error.text);
}

live_outbox_stat outbox_stat(outbox_bench *bench)
{
    live_outbox_stat stat;

    live_outbox_stats(bench->outbox, &stat);
    return stat;
}
