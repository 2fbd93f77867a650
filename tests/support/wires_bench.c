// SPDX-License-Identifier: Apache-2.0
#include "wires_bench.h"

#include <live/query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "daemon_peer.h"

int wires_world_open(wires_world *world, const char *const *programs)
{
    world->there = true;
    while (*programs)
        world->there = daemon_there(*programs++) && world->there;
    if (!world->there)
        return 0;
    snprintf(world->folder, sizeof world->folder, "/tmp/live-tls-XXXXXX");
    return mkdtemp(world->folder) && platform_start(&world->platform) ? 0 : -1;
}

int wires_world_close(wires_world *world)
{
    char command[128];

    if (!world->there)
        return 0;
    snprintf(command, sizeof command, "rm -rf %s", world->folder);
    bool removed = system(command) == 0; // NOLINT(cert-env33-c): a folder of this test
    return platform_stop(&world->platform) && removed ? 0 : -1;
}

const char *wires_path(const wires_world *world, const char *name)
{
    static char paths[4][128]; // an expression may need several
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", world->folder, name);
    return path;
}

int wires_set_up(void **state)
{
    wires_bench *bench = test_calloc(1, sizeof *bench);

    *state = bench;
    return (int)live_loop_new(&bench->loop, NULL);
}

int wires_tear_down(void **state, const char *secret)
{
    wires_bench *bench = *state;

    live_client_free(bench->client);
    live_loop_free(bench->loop);
    bool told = strstr(bench->error.text, secret);
    test_free(bench);
    return told ? -1 : 0;
}

live_client_options wires_options(const wires_bench *bench, const wires_world *world)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;

    options.url = bench->url;
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/test/";
    options.max_retries = -1;
    options.ca_file = wires_path(world, "ca.pem");
    return options;
}

void wires_client(wires_bench *bench, const live_client_options *options)
{
    live_client_free(bench->client);
    bench->client = NULL;
    bench->error = (live_error){ 0 };
    assert_int_equal(live_client_new(bench->loop, options, &bench->client, &bench->error), LIVE_OK);
}

live_err wires_health(wires_bench *bench, const live_client_options *options)
{
    wires_client(bench, options);
    return live_client_health(bench->client, &bench->error);
}

void wires_is_ok(const wires_bench *bench, live_err err)
{
    if (err)
        fail_msg("%s: %s", live_err_name(err), bench->error.text);
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    wires_bench *bench = user;

    (void)query;
    (void)row;
    bench->rows++;
    live_loop_stop(bench->loop);
    return LIVE_CONTINUE;
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    wires_bench *bench = user;

    (void)query;
    if (why)
        bench->error = *why;
    live_loop_stop(bench->loop);
}

void wires_query(wires_bench *bench, live_query **ret_query)
{
    live_query_options follow = LIVE_QUERY_OPTIONS_INIT;

    follow.realtime = true;
    bench->rows = 0;
    wires_is_ok(bench, live_query_start(bench->client, "=> random() as r every second", &follow,
                                        on_row, on_end, bench, ret_query, &bench->error));
}

void wires_follow(wires_bench *bench)
{
    live_query *query = NULL;

    wires_query(bench, &query);
    wires_is_ok(bench, live_loop_run(bench->loop, 20000, &bench->error));
    live_query_free(query);
    wires_is_ok(bench, bench->error.code);
    assert_true(bench->rows > 0);
}
