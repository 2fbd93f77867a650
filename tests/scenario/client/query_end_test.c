// SPDX-License-Identifier: Apache-2.0
// What the platform makes of a query that nobody reads any more, from one process to the other.
#include <live/client.h>
#include <live/json.h>
#include <live/query.h>
#include <live/time.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "platform_process.h"

enum { GRACE_MS = 10000, PATIENCE_MS = 90000, LOOK_MS = 200 };

typedef struct fixture {
    platform_process platform;
    live_loop *loop;
    live_client *client;
    live_error error;
    char url[64];
} fixture;

static live_err open_client(const fixture *f, live_loop *loop, live_client **ret_client)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;

    options.url = f->url;
    options.username = options.password = "live-agent";
    return live_client_new(loop, &options, ret_client, NULL);
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    if (!platform_start(&f->platform) || live_loop_new(&f->loop, NULL))
        return -1;
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d", f->platform.process.port);
    return (int)open_client(f, f->loop, &f->client);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_client_free(f->client);
    live_loop_free(f->loop);
    bool ended = platform_stop(&f->platform);
    test_free(f);
    return ended ? 0 : -1;
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    (void)query;
    (void)row;
    (void)user;
    return LIVE_CONTINUE;
}

static live_err follow(live_client *client, const char *expression, live_query **ret_query)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;

    options.realtime = true;
    return live_query_start(client, expression, &options, on_row, NULL, NULL, ret_query, NULL);
}

// When `__queries` says that the action befell the query; 0: not yet.
static int64_t time_of(fixture *f, const char *action, const char *expression)
{
    live_query_options hour = LIVE_QUERY_OPTIONS_INIT;
    char ask[160];
    cJSON *rows = NULL;

    hour.span = "last hour";
    snprintf(ask, sizeof ask,
             "__queries action:%s => @filter(expression == \"%s\") => timestamp# as at", action,
             expression);
    if (live_query_collect(f->client, ask, &hour, &rows, &f->error))
        fail_msg("%s", f->error.text);
    const int64_t at = live_json_int(cJSON_GetArrayItem(rows, 0), "at", 0);
    cJSON_Delete(rows);
    return at;
}

static int64_t await(fixture *f, const char *action, const char *expression)
{
    const int64_t end_ms = live_time_monotonic_ms() + PATIENCE_MS;
    int64_t at = 0;

    while (!(at = time_of(f, action, expression)) && live_time_monotonic_ms() < end_ms) {
        live_err err = live_loop_run(f->loop, LOOK_MS, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
    if (!at)
        fail_msg("no %s of %s", action, expression);
    return at;
}

// A program that follows a query until it is killed.
static pid_t follow_elsewhere(const fixture *f, const char *expression)
{
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_query *query = NULL;
    const pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (live_loop_new(&loop, NULL) || open_client(f, loop, &client) ||
        follow(client, expression, &query))
        _exit(1);
    _exit(live_loop_run(loop, LIVE_FOREVER, NULL) ? 2 : 3);
}

static void P_39_a_query_is_stopped_when_its_reader_has_left_or_died(void **state)
{
    fixture *f = *state;
    live_query *left = NULL, *read = NULL;
    const pid_t other = follow_elsewhere(f, "p39_died");

    assert_true(other > 0);
    assert_int_equal(follow(f->client, "p39_left", &left), LIVE_OK);
    assert_int_equal(follow(f->client, "p39_read", &read), LIVE_OK);
    await(f, "start", "p39_left");
    await(f, "start", "p39_read");
    await(f, "start", "p39_died");

    const int64_t left_ms = live_time_ms();
    live_query_free(left);
    kill(other, SIGKILL);
    assert_int_equal(waitpid(other, NULL, 0), other);
    assert_true(await(f, "stop", "p39_left") - left_ms >= GRACE_MS);
    assert_true(await(f, "stop", "p39_died") - left_ms >= GRACE_MS); // its session expires first
    assert_int_equal(time_of(f, "stop", "p39_read"), 0);
    live_query_free(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(P_39_a_query_is_stopped_when_its_reader_has_left_or_died,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
