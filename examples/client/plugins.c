// SPDX-License-Identifier: Apache-2.0
// Lists the plugins that the platform runs, with their versions.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *plugins)
{
    const cJSON *plugin;

    cJSON_ArrayForEach (plugin, plugins)
        printf("%s %s\n", live_json_str(plugin, "name", ""), live_json_str(plugin, "version", ""));
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *plugins = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_plugin_list(client, false, &plugins, &error);
    if (!err)
        print(plugins);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(plugins);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
