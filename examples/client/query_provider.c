// SPDX-License-Identifier: Apache-2.0
// Runs a query in a language that is named: here Pipes, which is the default.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *rows)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, rows) {
        char *text = cJSON_PrintUnformatted(row);
        puts(text ? text : "out of memory");
        cJSON_free(text);
    }
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_query_options query = LIVE_QUERY_OPTIONS_INIT;
    cJSON *rows = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    query.provider = "pipes"; // what others a platform has is up to its plugins
    query.span = "last minute";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_query_collect(client, "rig_1 => count() as n by mnemonic at the end", &query,
                                 &rows, &error);
    if (!err)
        print(rows);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(rows);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
