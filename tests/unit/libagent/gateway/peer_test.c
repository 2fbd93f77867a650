// SPDX-License-Identifier: Apache-2.0
// The gateway's end of a worker's link: its events in the store, its query's rows within its credit.
#include "gateway/peer.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "cometd_peer.h"
#include "link/frame.h"
#include "outbox_bench.h"

typedef struct fixture {
    live_loop *loop;
    cometd_peer *platform;
    live_client *client;
    char folder[32], path[64];
    live_outbox *outbox; // without a client: what is put stays there
    ag_peers *peers;
    int worker;
    live_buf *got;
} fixture;

// A worker's new end of a link.
static void connect_worker(fixture *f)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    if (f->worker >= 0)
        close(f->worker);
    f->worker = ends[0];
    live_buf_clear(f->got);
    ag_peers_add(f->peers, "pumps", ends[1]);
}

static void open_outbox(fixture *f)
{
    assert_int_equal(live_outbox_open(f->path, NULL, &f->outbox, NULL), LIVE_OK);
    ag_peers_use(f->peers, f->outbox);
}

static void close_outbox(fixture *f)
{
    ag_peers_use(f->peers, NULL);
    live_outbox_free(f->outbox);
    f->outbox = NULL;
}

static int64_t queued(const fixture *f)
{
    live_outbox_stat stat;

    live_outbox_stats(f->outbox, &stat);
    return stat.queued;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    f->worker = -1;
    f->got = live_buf_new();
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    f->platform = cometd_peer_new(f->loop, NULL, NULL);
    live_client_options options = { .url = http_peer_url(f->platform->http) };
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    assert_int_equal(ag_peers_new(f->loop, f->client, &f->peers, NULL), LIVE_OK);
    snprintf(f->folder, sizeof f->folder, "/tmp/live-peer-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/outbox.db", f->folder);
    open_outbox(f);
    connect_worker(f);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    cometd_peer_free(f->platform); // first: nobody waits for the last words
    ag_peers_free(f->peers);
    live_outbox_free(f->outbox);
    outbox_remove(f->folder);
    live_client_free(f->client);
    live_loop_free(f->loop);
    live_buf_free(f->got);
    if (f->worker >= 0)
        close(f->worker);
    free(f);
    return 0;
}

static void run(fixture *f)
{
    live_err err = live_loop_run(f->loop, 30, NULL);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static void say(const fixture *f, ag_frame_type type, uint64_t number, const char *text)
{
    live_buf *out = live_buf_new();

    ag_frame_add(out, type, number, text, strlen(text));
    assert_int_equal(write(f->worker, live_buf_data(out), live_buf_length(out)),
                     live_buf_length(out));
    live_buf_free(out);
}

static void take_what_came(fixture *f)
{
    char chunk[4096];
    ssize_t got;

    while ((got = read(f->worker, chunk, sizeof chunk)) > 0)
        live_buf_add(f->got, chunk, (size_t)got);
}

static void expect(fixture *f, ag_frame_type type, uint64_t number, const char *text)
{
    ag_frame frame = { 0 };
    size_t bytes = 0;

    take_what_came(f);
    assert_int_equal(ag_frame_read(f->got, 0, &frame, &bytes, NULL), LIVE_OK);
    assert_true(bytes > 0);
    assert_int_equal(frame.type, type);
    assert_int_equal(frame.number, number);
    assert_int_equal(frame.length, strlen(text));
    assert_memory_equal(frame.text, text, frame.length);
    live_buf_drop(f->got, bytes);
}

static void expect_nothing(fixture *f)
{
    take_what_came(f);
    assert_int_equal(live_buf_length(f->got), 0);
}

#define EVENT "{\"n\":1}"

static void events_are_stored_once_and_acknowledged(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_EVENT, 1, EVENT); // again
    say(f, AG_FRAME_EVENT, 3, EVENT); // one is missing before it
    say(f, AG_FRAME_EVENT, 2, EVENT);
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
    expect(f, AG_FRAME_ACK, 1, "");
    expect(f, AG_FRAME_ACK, 2, "");
    expect_nothing(f);
    assert_int_equal(queued(f), 2);
}

static void a_worker_that_comes_again_learns_what_is_there(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, EVENT);
    run(f);
    connect_worker(f);
    say(f, AG_FRAME_HELLO, 77, "0");
    run(f);
    expect(f, AG_FRAME_WELCOME, 1, "");
    connect_worker(f); // one that was started afresh
    say(f, AG_FRAME_HELLO, 78, "0");
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
}

static void a_gateway_that_is_new_believes_what_the_worker_says(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "41");
    say(f, AG_FRAME_EVENT, 42, EVENT);
    run(f);
    expect(f, AG_FRAME_WELCOME, 41, "");
    expect(f, AG_FRAME_ACK, 42, "");
}

static void what_a_worker_sent_before_it_died_is_stored_though_the_next_one_is_there(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_EVENT, 2, EVENT);
    connect_worker(f); // before the loop has seen any of it
    assert_int_equal(queued(f), 2);
    say(f, AG_FRAME_HELLO, 78, "0");
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
}

static void all_that_a_worker_sent_is_stored_though_nobody_hears_that_it_was(void **state)
{
    enum { COUNT = 1500 };
    fixture *f = *state;
    live_buf *out = live_buf_new();
    char text[101];

    snprintf(text, sizeof text, "{\"n\":%094d}", 1);
    memset(text + 5, ' ', 93); // a number has no zeros before it
    say(f, AG_FRAME_HELLO, 77, "0");
    for (uint64_t i = 1; i <= COUNT; i++)
        ag_frame_add(out, AG_FRAME_EVENT, i, text, strlen(text));
    assert_int_equal(write(f->worker, live_buf_data(out), live_buf_length(out)),
                     live_buf_length(out));
    live_buf_free(out);
    close(f->worker);
    f->worker = -1;
    for (int i = 0; i < 100 && queued(f) < COUNT; i++)
        run(f);
    assert_int_equal(queued(f), COUNT);
}

static void nobody_is_welcome_before_there_is_an_outbox(void **state)
{
    fixture *f = *state;

    close_outbox(f);
    say(f, AG_FRAME_HELLO, 77, "0");
    run(f);
    expect_nothing(f);
    open_outbox(f);
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
}

static void a_restarted_gateway_journals_nothing_twice(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_EVENT, 2, EVENT);
    run(f);
    close_outbox(f);
    open_outbox(f);
    connect_worker(f);
    say(f, AG_FRAME_HELLO, 77, "0"); // the acknowledgements did not reach it
    run(f);
    expect(f, AG_FRAME_WELCOME, 2, "");
    assert_int_equal(queued(f), 2);
}

static void what_is_no_event_is_left_out_and_holds_up_nobody(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, "no JSON");
    say(f, AG_FRAME_EVENT, 2, EVENT);
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
    expect(f, AG_FRAME_ACK, 1, "");
    expect(f, AG_FRAME_ACK, 2, "");
    assert_int_equal(queued(f), 1);
}

static void a_sync_is_answered_once_all_before_it_is_synced(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_EVENT, 1, EVENT);
    say(f, AG_FRAME_SYNC, 1, "");
    for (int i = 0; i < 20; i++)
        run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
    expect(f, AG_FRAME_ACK, 1, "");
    expect(f, AG_FRAME_SYNCED, 1, "");
    assert_int_equal(live_outbox_flush(f->outbox, 0, NULL), LIVE_OK);
}

static void rows_come_as_far_as_the_credit_goes(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_CREDIT, 1, "");
    say(f, AG_FRAME_QUERY, 5, "{\"expression\":\"x\"}");
    run(f);
    cometd_send(f->platform, "{\"type\":\"event\",\"content\":[{\"n\":1},{\"n\":2}]}");
    run(f);
    expect(f, AG_FRAME_WELCOME, 0, "");
    expect(f, AG_FRAME_ROW, 5, "{\"n\":1}");
    expect_nothing(f);
    say(f, AG_FRAME_CREDIT, 100, "");
    run(f);
    expect(f, AG_FRAME_ROW, 5, "{\"n\":2}");
}

static void a_worker_that_does_not_keep_up_gets_what_it_missed_later(void **state)
{
    enum { BYTES = 256 * 1024, EVENTS = 40 };
    fixture *f = *state;
    static char data[BYTES + 256];

    say(f, AG_FRAME_HELLO, 77, "0");
    say(f, AG_FRAME_QUERY, 5, "{\"expression\":\"x\",\"follow\":true}");
    run(f);
    for (int i = 1; i <= EVENTS;
         i++) { // 10 MiB, of which the gateway keeps 4, and the client as much
        snprintf(data, sizeof data,
                 "{\"type\":\"event\",\"content\":[{\"timestamp\":%d,\"t\":\"%0*d\"}]}", i, BYTES,
                 0);
        cometd_send(f->platform, data);
        run(f);
    }
    assert_int_equal(f->platform->queries, 1);
    say(f, AG_FRAME_CREDIT, INT32_MAX, "");
    while (f->platform->queries < 2) {
        run(f);
        take_what_came(f);
    }
    const char *since = NULL;
    for (size_t i = 1; i <= http_peer_count(f->platform->http) && !since; i++)
        since = strstr(http_peer_request(f->platform->http, i)->body, "since ts ");
    assert_non_null(since);
    assert_in_range(strtol(since + strlen("since ts "), NULL, 10), 32, 34);
    do { // all that waited
        live_buf_clear(f->got);
        run(f);
        take_what_came(f);
    } while (live_buf_length(f->got));
    cometd_send(f->platform, "{\"type\":\"event\",\"content\":[{\"timestamp\":35}]}");
    run(f);
    expect(f, AG_FRAME_LATE, 5, "{\"timestamp\":35}");
}

static char *trouble(const fixture *f)
{
    cJSON *report = ag_peers_report(f->peers);
    const cJSON *own = live_json_get(report, "pumps");
    const char *why = live_json_str(own, "no_rows", NULL);
    char *copy = why ? strdup(why) : NULL;
    int64_t age_ms = live_loop_time_ms(f->loop) - live_json_int(own, "no_rows_since_ms", 0);

    if (why)
        assert_in_range(age_ms, 0, 10000);
    cJSON_Delete(report);
    return copy;
}

enum { ROUNDS = 1000 }; // of 30 ms each, where a machine has others to serve

// All that comes before it is answered then.
static void run_until_a_connect_is_held(fixture *f)
{
    for (int i = 0; i < ROUNDS && !f->platform->held; i++)
        run(f);
    assert_non_null(f->platform->held);
}

static void run_until_it_is_reported(fixture *f, bool reported)
{
    bool is = !reported;

    for (int i = 0; i < ROUNDS && is != reported; i++) {
        run(f);
        char *why = trouble(f);
        is = why != NULL;
        free(why);
    }
    assert_int_equal(is, reported);
}

static void a_query_whose_session_is_lost_is_reported_until_it_runs_again(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 7, "0");
    say(f, AG_FRAME_CREDIT, 1000, "");
    say(f, AG_FRAME_QUERY, 5, "{\"expression\":\"x\",\"follow\":true}");
    run_until_a_connect_is_held(f);
    cometd_send(f->platform, "{\"type\":\"start\"}");
    run_until_it_is_reported(f, false);
    run_until_a_connect_is_held(f);
    http_peer_refuse(f->platform->http);
    peer_answer(f->platform->held, "503 Service Unavailable", "", "");
    f->platform->held = NULL;
    run_until_it_is_reported(f, true);
    say(f, AG_FRAME_CANCEL, 5, "");
    run_until_it_is_reported(f, false); // nobody wants it any more
}

static void a_query_that_runs_again_is_reported_no_more(void **state)
{
    fixture *f = *state;
    char body[256];

    say(f, AG_FRAME_HELLO, 7, "0");
    say(f, AG_FRAME_QUERY, 5, "{\"expression\":\"x\",\"follow\":true}");
    run_until_a_connect_is_held(f);
    snprintf(body, sizeof body,
             "[{\"channel\":\"/meta/connect\",\"id\":\"%s\",\"successful\":false,"
             "\"error\":\"402::Unknown "
             "client\",\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]",
             cometd_id(f->platform->held));
    peer_answer_json(f->platform->held, body);
    f->platform->held = NULL;
    run_until_a_connect_is_held(f);
    assert_int_equal(f->platform->handshakes, 2);
    run_until_it_is_reported(f, false);
}

static void a_worker_that_breaks_the_protocol_is_left(void **state)
{
    fixture *f = *state;
    char byte;

    assert_int_equal(write(f->worker, "GET / HTTP/1.1\r\n\r\n", 18), 18);
    run(f);
    assert_int_equal(read(f->worker, &byte, 1), 0);
}

static void what_each_worker_sent_is_reported(void **state)
{
    fixture *f = *state;

    say(f, AG_FRAME_HELLO, 7, "0");
    say(f, AG_FRAME_EVENT, 1, "{\"n\":1}");
    say(f, AG_FRAME_EVENT, 2, "{\"n\":2}");
    say(f, AG_FRAME_EVENT, 2, "{\"n\":2}"); // known already
    run(f);
    cJSON *report = ag_peers_report(f->peers);
    const cJSON *own = live_json_get(report, "pumps");
    int64_t age_ms = live_loop_time_ms(f->loop) - live_json_int(own, "last_event_ms", 0);
    assert_int_equal(live_json_int(own, "events", 0), 2);
    assert_float_equal(live_json_real(own, "events_per_s", 0), 2, 0.1);
    assert_in_range(age_ms, 0, 10000);
    assert_null(live_json_get(own, "no_rows"));
    cJSON_Delete(report);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(events_are_stored_once_and_acknowledged),
        CASE(a_worker_that_comes_again_learns_what_is_there),
        CASE(a_gateway_that_is_new_believes_what_the_worker_says),
        CASE(what_a_worker_sent_before_it_died_is_stored_though_the_next_one_is_there),
        CASE(all_that_a_worker_sent_is_stored_though_nobody_hears_that_it_was),
        CASE(nobody_is_welcome_before_there_is_an_outbox),
        CASE(a_restarted_gateway_journals_nothing_twice),
        CASE(what_is_no_event_is_left_out_and_holds_up_nobody),
        CASE(a_sync_is_answered_once_all_before_it_is_synced),
        CASE(rows_come_as_far_as_the_credit_goes),
        CASE(a_worker_that_does_not_keep_up_gets_what_it_missed_later),
        CASE(what_each_worker_sent_is_reported),
        CASE(a_query_whose_session_is_lost_is_reported_until_it_runs_again),
        CASE(a_query_that_runs_again_is_reported_no_more),
        CASE(a_worker_that_breaks_the_protocol_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
