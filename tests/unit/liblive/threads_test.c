// SPDX-License-Identifier: Apache-2.0
// What the public headers promise of threads, done at the same time; the thread sanitizer watches.
#include <live/client.h>
#include <live/event.h>
#include <live/json.h>
#include <live/log.h>
#include <live/message.h>
#include <live/outbox.h>
#include <live/time.h>
#include <live/uuid.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "http_peer.h"
#include "peer_thread.h"

enum { THREADS = 4, ROUNDS = 200 };

// On threads of their own cmocka's assertions have nowhere to jump to: peer_must() is for them.
static void run_all(void *(*work)(void *user), void *user)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, user), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

// The base

static atomic_int logged;

static void count_record(const live_log_record *record, void *user)
{
    (void)record;
    (void)user;
    atomic_fetch_add(&logged, 1);
}

static void use_json(int round)
{
    static const char text[] = "{\"a\":[9007199254740993,NaN,\"\\ud83d\"]}";
    char *printed = NULL;
    cJSON *json = NULL;

    peer_must(!live_json_parse_mended(text, sizeof text - 1, &json, NULL, NULL));
    live_json_add_int(json, "round", round);
    peer_must(!live_json_print(json, &printed, NULL));
    peer_must(!live_json_check(printed, strlen(printed), NULL));
    live_free(printed);
    cJSON_Delete(json);
}

static void *use_base(void *user)
{
    static const live_author author = { .id = 7, .name = "Olga" };
    char uuid[LIVE_UUID_BYTES];

    (void)user;
    for (int i = 0; i < ROUNDS; i++) {
        live_error error = { 0 };
        cJSON *event = live_event_new("t", 0),
              *message = live_message_new("room", &author, "hello");
        use_json(i);
        peer_must(!live_event_check(event, NULL) && !live_event_check(message, NULL));
        peer_must(!live_uuid_new(uuid, NULL));
        peer_must(live_time_ms() > 0 && live_time_monotonic_ms() > 0);
        peer_must(live_fail(&error, LIVE_E_LIMIT, "round %d", i) == LIVE_E_LIMIT);
        live_log(LIVE_LOG_DEBUG, "test.round", "%d", i);
        cJSON_Delete(event);
        cJSON_Delete(message);
    }
    return NULL;
}

static void what_only_builds_or_reads_data_is_for_any_thread(void **state)
{
    (void)state;
    atomic_store(&logged, 0);
    live_log_to(LIVE_LOG_DEBUG, count_record, NULL);
    run_all(use_base, NULL);
    live_log_to(LIVE_LOG_DEBUG, NULL, NULL);
    assert_int_equal(atomic_load(&logged), THREADS * ROUNDS);
}

// Clients

static void serve(http_peer *peer, const peer_request *request, void *user)
{
    (void)peer;
    (void)user;
    peer_answer(request, "200 OK", "Content-Type: text/plain\r\n", "WORKING");
}

static void stop(const live_error *error, void *user)
{
    peer_must(!error);
    live_loop_stop(user);
}

// A platform, a loop and a client of this thread alone.
static void *use_client(void *user)
{
    live_loop *loop = NULL, *platform = NULL;
    live_client *client = NULL;
    peer_thread thread;

    (void)user;
    peer_must(!live_loop_new(&loop, NULL) && !live_loop_new(&platform, NULL));
    http_peer *peer = http_peer_new(platform, serve, NULL);
    live_client_options options = {
        .url = http_peer_url(peer), .username = "bot", .password = "s3cret", .rest_input = "/in/"
    };
    peer_must(!live_client_new(loop, &options, &client, NULL));
    peer_thread_start(&thread, platform);
    for (int i = 0; i < 20; i++) {
        live_call *call = NULL;
        peer_must(!live_client_health(client, NULL));
        peer_must(!live_event_send(client, live_event_new("t", 0), NULL));
        peer_must(!live_event_send_text(client, "{\"a\":1}", 7, stop, loop, &call, NULL));
        peer_must(!live_loop_run(loop, LIVE_FOREVER, NULL));
    }
    peer_thread_stop(&thread);
    live_client_free(client);
    http_peer_free(peer);
    live_loop_free(platform);
    live_loop_free(loop);
    return NULL;
}

static void clients_of_different_loops_share_nothing(void **state)
{
    (void)state;
    run_all(use_client, NULL);
}

// Cancelling

typedef struct cancelling {
    live_client *client;
    live_loop *loop;
    atomic_bool over;
} cancelling;

static void *cancel_all_the_time(void *user)
{
    cancelling *own = user;

    while (!atomic_load(&own->over)) {
        live_client_cancel(own->client);
        live_loop_interrupt(own->loop);
        live_time_monotonic_ms();
        sched_yield();
    }
    return NULL;
}

static void calls_are_cancelled_and_loops_interrupted_from_any_thread(void **state)
{
    live_loop *platform = NULL;
    cancelling own = { .client = NULL };
    peer_thread peer_thread;
    pthread_t thread;

    (void)state;
    assert_int_equal(live_loop_new(&own.loop, NULL), LIVE_OK);
    assert_int_equal(live_loop_new(&platform, NULL), LIVE_OK);
    http_peer *peer = http_peer_new(platform, serve, NULL);
    live_client_options options = { .url = http_peer_url(peer) };
    assert_int_equal(live_client_new(own.loop, &options, &own.client, NULL), LIVE_OK);
    peer_thread_start(&peer_thread, platform);
    assert_int_equal(pthread_create(&thread, NULL, cancel_all_the_time, &own), 0);
    for (int i = 0; i < ROUNDS; i++) {
        live_err err = live_client_health(own.client, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_CLOSED);
        err = live_loop_run(own.loop, 1, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
    atomic_store(&own.over, true);
    pthread_join(thread, NULL);
    peer_thread_stop(&peer_thread);
    live_client_free(own.client);
    http_peer_free(peer);
    live_loop_free(platform);
    live_loop_free(own.loop);
}

// The outbox

static void *put_and_look(void *user)
{
    live_outbox_stat stat;

    for (int i = 0; i < ROUNDS; i++) {
        peer_must(!live_outbox_put(user, live_event_new("t", 0), NULL));
        peer_must(!live_outbox_put_text(user, "{\"a\":1}", 7, NULL));
        live_outbox_stats(user, &stat);
        peer_must(stat.queued >= 0);
        if (i % 50 == 0)
            peer_must(!live_outbox_flush(user, 30000, NULL) && live_outbox_newest(user) >= 0);
    }
    return NULL;
}

static void *deliver_all(void *user)
{
    cancelling *own = user;

    while (!atomic_load(&own->over)) {
        live_err err = live_loop_run(own->loop, 5, NULL);
        peer_must(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
    return NULL;
}

static void any_thread_puts_while_the_loop_delivers(void **state)
{
    char folder[] = "/tmp/live-threads-XXXXXX", path[64];
    cancelling own = { .client = NULL };
    live_outbox *outbox = NULL;
    live_outbox_stat stat;
    pthread_t thread;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/outbox.db", folder);
    assert_int_equal(live_loop_new(&own.loop, NULL), LIVE_OK);
    http_peer *peer = http_peer_new(own.loop, serve, NULL);
    live_client_options options = {
        .url = http_peer_url(peer), .username = "bot", .password = "s3cret", .rest_input = "/in/"
    };
    assert_int_equal(live_client_new(own.loop, &options, &own.client, NULL), LIVE_OK);
    assert_int_equal(live_outbox_open(path, NULL, &outbox, NULL), LIVE_OK);
    assert_int_equal(live_outbox_attach(outbox, own.client, NULL), LIVE_OK);
    assert_int_equal(pthread_create(&thread, NULL, deliver_all, &own), 0);
    run_all(put_and_look, outbox);
    atomic_store(&own.over, true);
    pthread_join(thread, NULL);
    live_outbox_stats(outbox, &stat);
    assert_int_equal(stat.queued + stat.sent, 2 * THREADS * ROUNDS);
    live_outbox_free(outbox);
    live_client_free(own.client);
    http_peer_free(peer);
    live_loop_free(own.loop);
    static const char *const endings[] = { "", "-wal", "-shm", "-owner" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s/outbox.db%s", folder, endings[i]);
        remove(path);
    }
    remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_builds_or_reads_data_is_for_any_thread),
        cmocka_unit_test(clients_of_different_loops_share_nothing),
        cmocka_unit_test(calls_are_cancelled_and_loops_interrupted_from_any_thread),
        cmocka_unit_test(any_thread_puts_while_the_loop_delivers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
