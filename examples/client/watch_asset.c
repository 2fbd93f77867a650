// SPDX-License-Identifier: Apache-2.0
// Says whenever the settings of a rig change how many curves it has now, until it is deleted.
#include <live/live.h>
#include <stdio.h>
#include <string.h>

static live_flow print_change(live_query *query, const cJSON *row, void *user)
{
    const char *what = live_json_str(row, "event", "");

    (void)query;
    (void)user;
    printf("%s: %d curves\n", what,
           cJSON_GetArraySize(live_json_get(live_json_get(row, "config"), "curves")));
    fflush(stdout);
    return strcmp(what, "delete") == 0 ? LIVE_STOP : LIVE_CONTINUE;
}

static void finish(live_query *query, const live_error *why, void *user)
{
    (void)query;
    if (why)
        fprintf(stderr, "%s: %s\n", live_err_name(why->code), why->text);
    live_loop_stop(user);
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_query_options follow = LIVE_QUERY_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_query *query = NULL;
    char *changes = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    follow.realtime = true;

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_asset_changes("rig", 1, &changes, &error);
    if (!err)
        err =
            live_query_start(client, changes, &follow, print_change, finish, loop, &query, &error);
    if (!err)
        err = live_loop_run(loop, LIVE_FOREVER, &error);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_free(changes);
    live_query_free(query);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
