// SPDX-License-Identifier: Apache-2.0
// Follows a query: prints ten rows as they arrive.
#include <live/live.h>
#include <stdio.h>

#define QUERY "rig_1 mnemonic!:SPP => value as pressure"

static int left = 10;

static live_flow print_row(live_query *query, const cJSON *row, void *user)
{
    (void)query;
    (void)user;
    printf("%g\n", live_json_real(row, "pressure", 0));
    return --left ? LIVE_CONTINUE : LIVE_STOP;
}

static void end(live_query *query, const live_error *why, void *user)
{
    (void)query;
    if (why)
        fprintf(stderr, "the query ended: %s\n", why->text);
    live_loop_stop(user);
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_query_options follow = LIVE_QUERY_OPTIONS_INIT;
    live_query *query = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    follow.realtime = true;

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_query_start(client, QUERY, &follow, print_row, end, loop, &query, &error);
    if (!err)
        err = live_loop_run(loop, LIVE_FOREVER, &error);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_query_free(query);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
