// SPDX-License-Identifier: Apache-2.0
// What the outbox accepts is there after a restart, once, in order and as it was written.
#include <live/event.h>
#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "outbox_bench.h"

static void put(outbox_bench *bench, const char *text)
{
    if (live_outbox_put_text(bench->outbox, text, strlen(text), &bench->error))
        fail_msg("%s: %s", text, bench->error.text);
}

static const char *body_of(outbox_bench *bench, size_t number)
{
    return http_peer_request(bench->peer, number)->body;
}

static void what_is_accepted_is_there_after_a_restart(void **state)
{
    outbox_bench *bench = *state;

    outbox_start(bench);
    for (long n = 1; n <= 1000; n++)
        outbox_put(bench, n);
    assert_int_equal(outbox_stat(bench).queued, 1000);
    outbox_restart(bench);
    assert_int_equal(outbox_stat(bench).queued, 1000);
    assert_int_equal(outbox_stat(bench).accepted, 1000);
    outbox_deliver(bench);
    outbox_drain(bench);
    for (long n = 1; n <= 1000; n++)
        assert_int_equal(bench->numbers[n - 1], n);
    outbox_restart(bench);
    assert_int_equal(outbox_stat(bench).queued, 0);
    assert_int_equal(outbox_stat(bench).sent, 1000);
}

// The child is gone before anything can have been stored or synced by itself.
static void put_and_die(outbox_bench *bench, long count)
{
    pid_t child = fork();

    if (child == 0) {
        outbox_start(bench);
        for (long n = 1; n <= count; n++)
            outbox_put(bench, n);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void what_is_accepted_survives_the_death_of_its_process(void **state)
{
    outbox_bench *bench = *state;

    put_and_die(bench, 5000);
    outbox_start(bench);
    assert_int_equal(outbox_stat(bench).queued, 5000);
    assert_int_equal(outbox_stat(bench).damaged, 0);
    outbox_deliver(bench);
    outbox_run(bench, 5000, 10000);
    for (long n = 1; n <= 5000; n++)
        assert_int_equal(bench->numbers[n - 1], n);
}

static void a_second_process_is_refused_with_the_pid_of_the_first(void **state)
{
    outbox_bench *bench = *state;
    char pid[32];

    outbox_start(bench);
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    pid_t child = fork();
    if (child == 0) {
        live_outbox *second = NULL;
        live_error error = { 0 };
        live_err err = live_outbox_open(bench->path, NULL, &second, &error);
        _exit(err == LIVE_E_LIMIT && strstr(error.text, pid) ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void text_is_kept_as_it_is_and_gets_a_uid(void **state)
{
    outbox_bench *bench = *state;

    outbox_start(bench);
    put(bench, " {\"n\" : 1.50, \"x\": 12345678901234567890}\n");
    put(bench, "{\"n\":2,\"uid\":\"mine\"}");
    put(bench, "{\"n\":3,\"a\":{\"uid\":\"inner\"}}");
    outbox_deliver(bench);
    outbox_drain(bench);
    const char *body = body_of(bench, 1);
    assert_non_null(strstr(body, "[{\"n\" : 1.50, \"x\": 12345678901234567890,\"uid\":\""));
    assert_non_null(strstr(body, ",{\"n\":2,\"uid\":\"mine\"},"));
    assert_non_null(strstr(body, "{\"n\":3,\"a\":{\"uid\":\"inner\"},\"uid\":\""));
}

static void idempotent_events_say_what_makes_them_one(void **state)
{
    outbox_bench *bench = *state;

    bench->options.idempotent = true;
    outbox_start(bench);
    put(bench, "{\"n\":1,\"uid\":\"a\"}");
    put(bench, "{\"n\":2,\"uid\":\"b\",\"__overwrite\":[]}");
    outbox_deliver(bench);
    outbox_run(bench, 2, 5000);
    assert_string_equal(body_of(bench, 1), "[{\"n\":1,\"uid\":\"a\",\"__overwrite\":[\"uid\"]},"
                                           "{\"n\":2,\"uid\":\"b\",\"__overwrite\":[]}]");
}

static void an_array_is_accepted_whole_or_not_at_all(void **state)
{
    outbox_bench *bench = *state;

    outbox_start(bench);
    put(bench, "[{\"n\":1},{\"n\":2}]");
    assert_int_equal(live_outbox_put_text(bench->outbox, "[{\"n\":3},7]", 11, &bench->error),
                     LIVE_E_INVALID);
    cJSON *events = cJSON_CreateArray();
    cJSON_AddItemToArray(events, live_event_new("t", 1));
    cJSON_AddItemToArray(events, cJSON_CreateString("x"));
    assert_int_equal(live_outbox_put_many(bench->outbox, events, &bench->error), LIVE_E_INVALID);
    assert_string_equal(bench->error.text, "event 1: an event is a JSON object");
    assert_int_equal(outbox_stat(bench).queued, 2);
    events = cJSON_CreateArray();
    for (int i = 0; i < 3; i++)
        cJSON_AddItemToArray(events, live_event_new("t", 1));
    assert_int_equal(live_outbox_put_many(bench->outbox, events, &bench->error), LIVE_OK);
    assert_int_equal(live_outbox_put(bench->outbox, live_event_new("t", 1), NULL), LIVE_OK);
    outbox_restart(bench);
    assert_int_equal(outbox_stat(bench).queued, 6);
}

static void what_is_no_event_is_refused(void **state)
{
    static const char *const texts[] = { "",   "{}",          " { } ",    "7",
                                         "[]", "{\"a\":NaN}", "{\"a\":1", "[[{\"a\":1}]]" };
    outbox_bench *bench = *state;

    outbox_start(bench);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!live_outbox_put_text(bench->outbox, texts[i], strlen(texts[i]), &bench->error))
            fail_msg("'%s' was accepted", texts[i]);
    assert_int_equal(live_outbox_put(bench->outbox, NULL, NULL), LIVE_E_NOMEM);
    assert_int_equal(live_outbox_put_many(bench->outbox, NULL, NULL), LIVE_E_NOMEM);
    assert_int_equal(live_outbox_put(bench->outbox, cJSON_CreateObject(), NULL), LIVE_E_INVALID);
    assert_int_equal(outbox_stat(bench).queued, 0);
}

static void an_event_longer_than_a_half_is_accepted_too(void **state)
{
    outbox_bench *bench = *state;
    const size_t length = 3 * 1024 * 1024;
    char *text = malloc(length + 32);

    snprintf(text, 16, "{\"n\":1,\"t\":\"");
    memset(text + strlen(text), 'x', length);
    memcpy(text + length, "\"}", 3);
    outbox_start(bench);
    outbox_put(bench, 0);
    assert_int_equal(live_outbox_put_text(bench->outbox, text, length + 2, &bench->error), LIVE_OK);
    outbox_put(bench, 2);
    outbox_restart(bench);
    outbox_deliver(bench);
    outbox_run(bench, 3, 10000);
    assert_int_equal(bench->numbers[1], 1);
    assert_int_equal(bench->numbers[2], 2);
    free(text);
}

static live_err put_next(outbox_bench *bench, uint64_t epoch, uint64_t sequence)
{
    const live_outbox_source source = { "worker", epoch, sequence };

    return live_outbox_put_next(bench->outbox, &source, "{\"n\":1}", 7, &bench->error);
}

static void a_sources_events_are_journaled_once_over_restarts(void **state)
{
    outbox_bench *bench = *state;

    outbox_start(bench);
    assert_int_equal(live_outbox_last(bench->outbox, "worker", 7), 0);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(put_next(bench, 7, n), LIVE_OK);
    assert_int_equal(put_next(bench, 7, 2), LIVE_OK);
    assert_int_equal(put_next(bench, 7, 5), LIVE_E_INVALID);
    assert_int_equal(live_outbox_last(bench->outbox, "worker", 7), 3);
    outbox_restart(bench);
    assert_int_equal(live_outbox_last(bench->outbox, "worker", 7), 3);
    assert_int_equal(live_outbox_last(bench->outbox, "worker", 8), 0);
    assert_int_equal(outbox_stat(bench).queued, 3);
    assert_int_equal(put_next(bench, 8, 1), LIVE_OK);
    assert_int_equal(live_outbox_resume(bench->outbox, "other", 1, 41, NULL), LIVE_OK);
    outbox_restart(bench);
    assert_int_equal(live_outbox_last(bench->outbox, "worker", 8), 1);
    assert_int_equal(live_outbox_last(bench->outbox, "other", 1), 41);
    assert_int_equal(outbox_stat(bench).queued, 4);
}

static void on_synced(void *user)
{
    live_loop_stop(((outbox_bench *)user)->loop);
}

static void syncing_is_waited_for_or_told(void **state)
{
    outbox_bench *bench = *state;
    live_outbox_wait *wait = NULL, *other = NULL;

    bench->options.sync_ms = 3600 * 1000;
    outbox_start(bench);
    outbox_put(bench, 1);
    assert_int_equal(live_outbox_flush(bench->outbox, 10000, &bench->error), LIVE_OK);
    assert_int_equal(live_outbox_flush(bench->outbox, 10000, &bench->error), LIVE_OK);
    outbox_put(bench, 2);
    assert_int_equal(
        live_outbox_when_synced(bench->outbox, bench->loop, on_synced, bench, &wait, &bench->error),
        LIVE_OK);
    assert_int_equal(live_loop_run(bench->loop, 10000, NULL), LIVE_OK);
    assert_int_equal(
        live_outbox_when_synced(bench->outbox, bench->loop, on_synced, bench, &wait, &bench->error),
        LIVE_OK);
    assert_int_equal(live_outbox_when_synced(bench->outbox, bench->loop, on_synced, bench, &other,
                                             &bench->error),
                     LIVE_OK);
    live_outbox_wait_free(other);
    assert_int_equal(live_loop_run(bench->loop, 10000, NULL), LIVE_OK);
}

static void without_a_delay_every_put_is_synced(void **state)
{
    outbox_bench *bench = *state;

    bench->options.sync_ms = 0;
    outbox_start(bench);
    for (long n = 1; n <= 20; n++)
        outbox_put(bench, n);
    assert_int_equal(live_outbox_flush(bench->outbox, 0, &bench->error), LIVE_OK);
}

static void the_counters_are_read_beside_their_owner(void **state)
{
    outbox_bench *bench = *state;
    live_outbox_stat stat;
    int pid = 0;

    assert_int_equal(live_outbox_peek(bench->path, &stat, &pid, &bench->error), LIVE_E_NOTFOUND);
    outbox_start(bench);
    outbox_put(bench, 1);
    assert_int_equal(live_outbox_peek(bench->path, &stat, &pid, &bench->error), LIVE_OK);
    assert_int_equal(pid, getpid());
    live_outbox_free(bench->outbox);
    bench->outbox = NULL;
    assert_int_equal(live_outbox_peek(bench->path, &stat, &pid, &bench->error), LIVE_OK);
    assert_int_equal(pid, 0);
    assert_int_equal(stat.queued, 1);
}

static void the_counters_are_json_and_metrics(void **state)
{
    const live_outbox_stat stat = { .queued = 3,
                                    .oldest_age_ms = 1500,
                                    .dropped = 7,
                                    .days_left = 12.5,
                                    .delivering = true,
                                    .condition = "HTTP 503",
                                    .trouble = "no space" };
    live_outbox_stat again;
    live_buf *text = live_buf_new();
    cJSON *json = NULL;

    (void)state;
    live_buf_add_outbox_json(text, &stat);
    assert_int_equal(live_json_parse(live_buf_data(text), live_buf_length(text), &json, NULL),
                     LIVE_OK);
    assert_int_equal(live_json_int(json, "queued", 0), 3);
    assert_string_equal(live_json_str(json, "condition", ""), "HTTP 503");
    live_outbox_stat_read(json, &again);
    assert_memory_equal(&again, &stat, offsetof(live_outbox_stat, condition));
    assert_string_equal(again.trouble, "no space");
    cJSON_Delete(json);
    live_buf_clear(text);
    live_buf_add_outbox_metrics(text, &stat);
    assert_non_null(strstr(live_buf_data(text), "\nlive_outbox_queued 3\n"));
    assert_non_null(strstr(live_buf_data(text), "\nlive_outbox_dropped_total 7\n"));
    assert_non_null(strstr(live_buf_data(text), "\nlive_outbox_days_left 12.5\n"));
    assert_non_null(strstr(live_buf_data(text), "\nlive_outbox_accepting 0\n"));
    assert_non_null(strstr(live_buf_data(text), "\nlive_outbox_oldest_age_seconds 1.5\n"));
    live_buf_free(text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(what_is_accepted_is_there_after_a_restart),
        CASE(what_is_accepted_survives_the_death_of_its_process),
        CASE(a_second_process_is_refused_with_the_pid_of_the_first),
        CASE(text_is_kept_as_it_is_and_gets_a_uid),
        CASE(idempotent_events_say_what_makes_them_one),
        CASE(an_array_is_accepted_whole_or_not_at_all),
        CASE(what_is_no_event_is_refused),
        CASE(an_event_longer_than_a_half_is_accepted_too),
        CASE(a_sources_events_are_journaled_once_over_restarts),
        CASE(syncing_is_waited_for_or_told),
        CASE(without_a_delay_every_put_is_synced),
        CASE(the_counters_are_read_beside_their_owner),
        CASE(the_counters_are_json_and_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
