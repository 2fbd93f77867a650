// SPDX-License-Identifier: Apache-2.0
// Lists the dashboards.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *dashboards)
{
    const cJSON *dashboard;

    cJSON_ArrayForEach (dashboard, dashboards)
        printf("%lld %s (%s)\n", (long long)live_json_int(dashboard, "id", 0),
               live_json_str(dashboard, "title", ""), live_json_str(dashboard, "url", ""));
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *dashboards = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_dashboard_list(client, &dashboards, &error);
    if (!err)
        print(dashboards);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(dashboards);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
