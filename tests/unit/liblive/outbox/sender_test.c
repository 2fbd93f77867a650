// SPDX-License-Identifier: Apache-2.0
// What is stored reaches the platform: in batches, fresh events first, whatever the platform answers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cmocka_all.h"
#include "outbox_bench.h"

static _Atomic int64_t now_ms = 1700000000000;

static int64_t test_clock(void *user)
{
    (void)user;
    return now_ms;
}

static void put_from(outbox_bench *bench, long first, long last)
{
    for (long n = first; n <= last; n++)
        outbox_put(bench, n);
}

static bool was_taken(const outbox_bench *bench, long number)
{
    for (size_t i = 0; i < bench->taken; i++)
        if (bench->numbers[i] == number)
            return true;
    return false;
}

// Each number from 1 to `last` was taken at least once.
static void assert_all(const outbox_bench *bench, long last)
{
    char *seen = calloc((size_t)last + 1, 1);

    for (size_t i = 0; i < bench->taken; i++)
        if (bench->numbers[i] <= last)
            seen[bench->numbers[i]] = 1;
    for (long n = 1; n <= last; n++)
        if (!seen[n])
            fail_msg("event %ld is missing", n);
    free(seen);
}

static void batches_are_bounded_by_count_and_by_bytes(void **state)
{
    outbox_bench *bench = *state;

    bench->options.batch_count = 100;
    outbox_start(bench);
    put_from(bench, 1, 1000);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_int_equal(bench->taken, 1000);
    assert_true(bench->requests >= 10 && bench->requests <= 12);
    bench->options.batch_count = 0;
    bench->options.batch_bytes = 550; // ten events of 53 bytes
    outbox_restart(bench);
    put_from(bench, 1, 100);
    outbox_deliver(bench);
    bench->requests = 0;
    outbox_drain(bench);
    assert_true(bench->requests >= 10);
    assert_true(http_peer_connections(bench->peer) <= 2); // one a lane, kept
}

static void compressed_bodies_say_so(void **state)
{
    outbox_bench *bench = *state;

    bench->options.gzip = true;
    bench->status = "204 No Content";
    outbox_start(bench);
    put_from(bench, 1, 50);
    outbox_deliver(bench);
    outbox_drain(bench);
    const peer_request *request = http_peer_request(bench->peer, 1);
    assert_string_equal(peer_request_header(request, "Content-Encoding"), "gzip");
    char text[4096];
    z_stream stream = { .next_in = (Bytef *)request->body,
                        .avail_in = (uInt)request->length,
                        .next_out = (Bytef *)text,
                        .avail_out = sizeof text };
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    assert_true(stream.total_in < stream.total_out);
    assert_memory_equal(text, "[{\"n\":1,\"uid\":\"", 15);
}

static void only_the_guilty_event_goes_to_the_dead_letters(void **state)
{
    static const char *const statuses[] = { "400 Bad Request", "413 Payload Too Large",
                                            "422 Unprocessable Entity" };
    outbox_bench *bench = *state;

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        bench->refuse = 371;
        bench->refuse_status = statuses[i];
        bench->taken = bench->requests = 0;
        if (i == 0)
            outbox_start(bench);
        outbox_deliver(bench);
        put_from(bench, 1, 500);
        outbox_drain(bench);
        assert_int_equal(bench->taken, 499);
        assert_int_equal(outbox_stat(bench).dead, i + 1);
        live_outbox_detach(bench->outbox);
    }
}

static void a_condition_of_the_link_costs_nothing(void **state)
{
    static const char *const statuses[] = {
        "302 Found",      "401 Unauthorized",       "403 Forbidden",
        "404 Not Found",  "405 Method Not Allowed", "407 Proxy",
        "408 Timeout",    "429 Too Many",           "500 Internal Server Error",
        "503 Unavailable"
    };
    outbox_bench *bench = *state;

    outbox_start(bench);
    put_from(bench, 1, 100);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        const size_t before = bench->requests;
        bench->status = statuses[i];
        outbox_deliver(bench);
        while (bench->requests == before)
            assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
        while (*outbox_stat(bench).condition == '\0')
            assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
        assert_non_null(strstr(outbox_stat(bench).condition, "HTTP "));
        assert_int_equal(outbox_stat(bench).queued, 100);
        assert_int_equal(outbox_stat(bench).dead, 0);
        outbox_restart(bench);
    }
    bench->status = NULL;
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_all(bench, 100);
    assert_int_equal(bench->taken, 100);
}

static void retry_after_is_waited_for(void **state)
{
    outbox_bench *bench = *state;

    bench->status = "503 Service Unavailable";
    bench->headers = "Retry-After: 7\r\n";
    outbox_start(bench);
    outbox_put(bench, 1);
    outbox_deliver(bench);
    while (outbox_stat(bench).backoff_ms == 0)
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_int_equal(outbox_stat(bench).backoff_ms, 7000);
    assert_int_equal(outbox_stat(bench).retried, 1);
}

static void new_events_go_out_before_the_backlog(void **state)
{
    outbox_bench *bench = *state;

    bench->options.backlog_rate = 20000;
    outbox_start(bench);
    put_from(bench, 1, 2000); // 100 kB: five seconds
    outbox_restart(bench);
    outbox_deliver(bench);
    outbox_run(bench, 1, 5000); // the backlog has begun
    outbox_put(bench, 5000);
    while (!was_taken(bench, 5000))
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_true(bench->taken < 1000);
    live_outbox_detach(bench->outbox);
    bench->options.backlog_rate = -1;
    outbox_restart(bench);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_all(bench, 2000);
}

static void what_waits_for_ten_seconds_becomes_backlog(void **state)
{
    outbox_bench *bench = *state;

    bench->options.clock = test_clock;
    bench->options.backlog_rate = 1000;
    outbox_start(bench);
    put_from(bench, 1, 1000);
    assert_int_equal(live_outbox_flush(bench->outbox, 1000, NULL), LIVE_OK);
    now_ms += 10001;
    outbox_deliver(bench);
    outbox_put(bench, 5000);
    while (!was_taken(bench, 5000))
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_true(bench->taken < 100);
}

static void the_oldest_are_dropped_and_that_is_reported(void **state)
{
    outbox_bench *bench = *state;
    long reported = 0;

    bench->options.clock = test_clock;
    bench->options.max_age_ms = 3600 * 1000;
    outbox_start(bench);
    put_from(bench, 1, 700);
    assert_int_equal(live_outbox_flush(bench->outbox, 1000, NULL), LIVE_OK);
    now_ms += 3600 * 1000 + 1;
    put_from(bench, 701, 1000);
    assert_int_equal(live_outbox_flush(bench->outbox, 1000, NULL), LIVE_OK);
    outbox_deliver(bench);
    while (reported == 0 || outbox_stat(bench).queued > 0) {
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
        for (size_t i = 1; i <= http_peer_count(bench->peer); i++) {
            const char *at = strstr(http_peer_request(bench->peer, i)->body, "\"dropped\":");
            reported = at ? strtol(at + 10, NULL, 10) : reported;
        }
    }
    assert_int_equal(reported, 700);
    assert_int_equal(outbox_stat(bench).dropped, 700);
    assert_int_equal(bench->numbers[0], 701);
    assert_int_equal(outbox_stat(bench).sent, 301);
}

static void a_full_outbox_drops_or_refuses_as_it_was_told(void **state)
{
    outbox_bench *bench = *state;
    char text[1100];
    int length = snprintf(text, sizeof text, "{\"n\":1,\"t\":\"%01000d\"}", 1);

    bench->options.max_bytes = 4 * 1024 * 1024;
    outbox_start(bench);
    for (int i = 0; i < 8000; i++)
        if (live_outbox_put_text(bench->outbox, text, (size_t)length, &bench->error))
            fail_msg("%s", bench->error.text);
    assert_int_equal(live_outbox_flush(bench->outbox, 5000, NULL), LIVE_OK);
    live_outbox_stat stat = outbox_stat(bench);
    assert_true(stat.dropped > 3000);
    assert_int_equal(stat.queued + stat.dropped, 8000);
    assert_true(stat.bytes <= 4 * 1024 * 1024);
    bench->options.on_full = LIVE_OUTBOX_REFUSE;
    outbox_restart(bench);
    int refused = 0;
    for (int i = 0; i < 8000 && !refused; i++)
        refused = live_outbox_put_text(bench->outbox, text, (size_t)length, &bench->error) != 0;
    assert_int_equal(refused, 1);
    assert_int_equal(bench->error.code, LIVE_E_LIMIT);
    assert_true(bench->error.retry);
}

static bool keep_reason(const live_outbox_dead *dead, void *user)
{
    assert_int_equal(dead->http, 400);
    assert_non_null(memmem(dead->text, dead->length, "\"n\":2,", 6));
    snprintf(user, 200, "%s", dead->reason);
    return true;
}

static void dead_letters_are_shown_tried_again_and_forgotten(void **state)
{
    outbox_bench *bench = *state;
    char reason[200] = "";
    size_t count = 0;

    bench->refuse = 2;
    bench->refuse_status = "400 Bad Request";
    outbox_start(bench);
    put_from(bench, 1, 3);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_int_equal(live_outbox_dead_each(bench->outbox, 0, keep_reason, reason, NULL), LIVE_OK);
    assert_non_null(strstr(reason, "HTTP 400"));
    bench->refuse = 0;
    assert_int_equal(live_outbox_dead_retry(bench->outbox, 0, INT64_MAX, &count, &bench->error),
                     LIVE_OK);
    assert_int_equal(count, 1);
    outbox_drain(bench);
    assert_int_equal(bench->taken, 3);
    assert_int_equal(outbox_stat(bench).dead, 0);
    bench->refuse = 2;
    outbox_put(bench, 2);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, 1);
    assert_int_equal(live_outbox_dead_purge(bench->outbox, 0, INT64_MAX, &count, NULL), LIVE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(outbox_stat(bench).dead, 0);
}

static bool count_letters(const live_outbox_dead *dead, void *user)
{
    (void)dead;
    return ++*(int *)user < 2;
}

static void dead_letters_are_taken_by_ranges_of_their_numbers(void **state)
{
    outbox_bench *bench = *state;
    size_t count = 0;
    int seen = 0;

    bench->options.batch_count = 1;
    bench->status = "422 Unprocessable Entity";
    outbox_start(bench);
    put_from(bench, 1, 5);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, 5);
    assert_int_equal(live_outbox_newest(bench->outbox), 5);
    assert_int_equal(live_outbox_dead_each(bench->outbox, 2, count_letters, &seen, NULL), LIVE_OK);
    assert_int_equal(seen, 2); // no more were wanted
    assert_int_equal(live_outbox_dead_purge(bench->outbox, 2, 3, &count, NULL), LIVE_OK);
    assert_int_equal(count, 2);
    // Refused again they have higher numbers: each is tried once.
    assert_int_equal(live_outbox_dead_retry(bench->outbox, 0, INT64_MAX, &count, NULL), LIVE_OK);
    assert_int_equal(count, 3);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, 3);
    bench->status = NULL;
    assert_int_equal(live_outbox_dead_retry(bench->outbox, 0, INT64_MAX, &count, NULL), LIVE_OK);
    outbox_drain(bench);
    assert_int_equal(bench->taken, 3);
    assert_int_equal(outbox_stat(bench).dead, 0);
}

static long reported_drops(const outbox_bench *bench)
{
    long reported = 0;

    for (size_t i = 1; i <= http_peer_count(bench->peer); i++) {
        const char *at = strstr(http_peer_request(bench->peer, i)->body, "\"dropped\":");
        reported = at ? strtol(at + 10, NULL, 10) : reported;
    }
    return reported;
}

// What later reports tell, from this request on.
static long reported_from(const outbox_bench *bench, size_t first)
{
    long reported = 0;

    for (size_t i = first; i <= http_peer_count(bench->peer); i++) {
        const char *at = strstr(http_peer_request(bench->peer, i)->body, "\"dropped\":");
        reported += at ? strtol(at + 10, NULL, 10) : 0;
    }
    return reported;
}

static void note_untold(live_outbox_note note, const char *text, void *user)
{
    assert_true(*text != '\0' || note == LIVE_OUTBOX_DELIVERING);
    *(int *)user += note == LIVE_OUTBOX_UNTOLD;
}

static void a_report_that_is_refused_is_no_dead_letter_and_is_made_again(void **state)
{
    outbox_bench *bench = *state;
    int untold = 0;

    bench->options.clock = test_clock;
    bench->options.max_age_ms = 3600 * 1000;
    bench->options.on_note = note_untold;
    bench->options.note_user = &untold;
    bench->status = "422 Unprocessable Entity";
    outbox_start(bench);
    put_from(bench, 1, 700);
    assert_int_equal(live_outbox_flush(bench->outbox, 1000, NULL), LIVE_OK);
    now_ms += 3600 * 1000 + 1;
    put_from(bench, 701, 720);
    outbox_deliver(bench);
    while (reported_from(bench, 1) == 0 || outbox_stat(bench).queued > 0)
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_int_equal(outbox_stat(bench).dead, 20);
    assert_int_equal(untold, 1);
    outbox_restart(bench); // what is to be told is in the store
    bench->status = NULL;
    now_ms += 60001;
    const size_t before = http_peer_count(bench->peer);
    outbox_put(bench, 721);
    outbox_deliver(bench);
    while (reported_from(bench, before + 1) == 0 || outbox_stat(bench).queued > 0)
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_int_equal(reported_from(bench, before + 1), 700);
    assert_int_equal(outbox_stat(bench).dead, 20);
    assert_int_equal(outbox_stat(bench).dropped, 700);
}

static void dead_letters_are_dropped_by_age_and_that_is_reported(void **state)
{
    outbox_bench *bench = *state;

    bench->options.clock = test_clock;
    bench->options.max_age_ms = 3600 * 1000;
    bench->status = "422 Unprocessable Entity";
    outbox_start(bench);
    put_from(bench, 1, 20);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, 20);
    bench->status = NULL;
    now_ms += 3600 * 1000 + 1;
    outbox_put(bench, 21);
    while (reported_drops(bench) == 0 || outbox_stat(bench).queued > 0)
        assert_int_not_equal(live_loop_run(bench->loop, 5, NULL), LIVE_E_SYSTEM);
    assert_int_equal(reported_drops(bench), 20);
    assert_int_equal(outbox_stat(bench).dead, 0);
    assert_int_equal(outbox_stat(bench).dropped, 20);
}

// Also where new events are refused: refused ones must not shut them out for ever.
static void dead_letters_make_room_for_what_may_still_arrive(void **state)
{
    outbox_bench *bench = *state;
    char text[1100];
    int length = snprintf(text, sizeof text, "{\"n\":1,\"t\":\"%01000d\"}", 1);

    bench->options.max_bytes = 4 * 1000 * 1000;
    bench->options.on_full = LIVE_OUTBOX_REFUSE;
    bench->status = "422 Unprocessable Entity";
    outbox_start(bench);
    outbox_deliver(bench);
    for (int i = 0; i < 6000; i++) {
        if (live_outbox_put_text(bench->outbox, text, (size_t)length, &bench->error))
            assert_int_equal(bench->error.code, LIVE_E_LIMIT);
        if (i % 200 == 0)
            outbox_drain(bench);
    }
    outbox_drain(bench);
    const live_outbox_stat stat = outbox_stat(bench);
    assert_true(stat.dropped > 1000);
    assert_int_equal(stat.dead + stat.dropped, stat.accepted);
    assert_true(stat.disk_bytes <= 4 * 1000 * 1000);
    assert_int_equal(stat.max_disk_bytes, 4 * 1000 * 1000);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(batches_are_bounded_by_count_and_by_bytes),
        CASE(compressed_bodies_say_so),
        CASE(only_the_guilty_event_goes_to_the_dead_letters),
        CASE(a_condition_of_the_link_costs_nothing),
        CASE(retry_after_is_waited_for),
        CASE(new_events_go_out_before_the_backlog),
        CASE(what_waits_for_ten_seconds_becomes_backlog),
        CASE(the_oldest_are_dropped_and_that_is_reported),
        CASE(a_full_outbox_drops_or_refuses_as_it_was_told),
        CASE(dead_letters_are_shown_tried_again_and_forgotten),
        CASE(dead_letters_are_taken_by_ranges_of_their_numbers),
        CASE(a_report_that_is_refused_is_no_dead_letter_and_is_made_again),
        CASE(dead_letters_are_dropped_by_age_and_that_is_reported),
        CASE(dead_letters_make_room_for_what_may_still_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
