// SPDX-License-Identifier: Apache-2.0
// Lists the rooms of the messenger that we see.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *rooms)
{
    const cJSON *room;

    cJSON_ArrayForEach (room, rooms)
        printf("%s %s\n", live_json_str(room, "id", ""), live_json_str(room, "name", ""));
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *rooms = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_room_list(client, &rooms, &error);
    if (!err)
        print(rooms);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(rooms);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
