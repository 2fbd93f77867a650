// SPDX-License-Identifier: Apache-2.0
// Prints what is set of a rig: its event type, its filter and its curves that have a source.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *settings)
{
    const cJSON *curve;

    printf("event type %s, filter %s\n", live_json_str(settings, "event_type", ""),
           live_json_str(settings, "filter", ""));
    cJSON_ArrayForEach (curve, live_json_get(settings, "curves"))
        if (live_curve_is_enabled(curve))
            printf("curve %s\n", curve->string);
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *settings = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_asset_settings(client, "rig", 1, &settings, &error);
    if (!err)
        print(settings);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(settings);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
