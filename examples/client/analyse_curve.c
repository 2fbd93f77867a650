// SPDX-License-Identifier: Apache-2.0
// Has the platform analyse the curve of a rig that had the most values in the last minute.
#include <live/live.h>
#include <stdio.h>

// The channel of the row with the most values; NULL without any.
static const char *busiest(const cJSON *rows)
{
    const cJSON *row, *most = NULL;

    cJSON_ArrayForEach (row, rows)
        if (!most || live_json_int(row, "n", 0) > live_json_int(most, "n", 0))
            most = row;
    return live_json_str(most, "mnemonic", NULL);
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_query_options last = LIVE_QUERY_OPTIONS_INIT;
    live_analysis what = LIVE_ANALYSIS_INIT;
    cJSON *rows = NULL, *result = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    last.span = "last minute";
    what.asset_type = "rig", what.asset_id = 1;
    what.end_ms = live_time_ms(), what.begin_ms = what.end_ms - 60000;

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_query_collect(client, "rig_1 => count() as n by mnemonic at the end", &last,
                                 &rows, &error);
    if (!err && !(what.channel = busiest(rows)))
        err = live_fail(&error, LIVE_E_NOTFOUND, "no curve had a value");
    if (!err)
        err = live_analyse(client, &what, &result, &error);
    if (!err)
        printf("%s: %g to %g, %g on average\n", what.channel, live_json_real(result, "min", 0),
               live_json_real(result, "max", 0), live_json_real(result, "avg", 0));
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(result);
    cJSON_Delete(rows);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
