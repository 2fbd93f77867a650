// SPDX-License-Identifier: Apache-2.0
// A bot comes, joins a room, and leaves it again.
#include <live/live.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    const live_author bot = { .id = 77, .name = "Example" };
    const char *room = "p7r2t8w4y6b1c3d5f9g0h2k4m6"; // rooms.c lists them

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/example/";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_event_send(client, live_join_new(&bot), &error);
    if (!err)
        err = live_event_send(client, live_room_add_new(room, &bot, &bot), &error);
    if (!err)
        err = live_event_send(client, live_room_remove_new(room, &bot, &bot), &error);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
