// SPDX-License-Identifier: Apache-2.0
// Lists the assets of the platform: rigs, crews and pumps.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *assets)
{
    const cJSON *asset;

    cJSON_ArrayForEach (asset, assets)
        printf("%s/%lld %s\n", live_json_str(asset, "asset_type", ""),
               (long long)live_json_int(asset, "id", 0), live_json_str(asset, "name", ""));
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *assets = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_asset_list(client, NULL, &assets, &error);
    if (!err)
        print(assets);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(assets);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
