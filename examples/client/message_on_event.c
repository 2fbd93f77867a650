// SPDX-License-Identifier: Apache-2.0
// Says something in a room whenever an event of the type "alarm" arrives.
#include <live/live.h>
#include <stdio.h>

#define ROOM "p7r2t8w4y6b1c3d5f9g0h2k4m6" // rooms.c lists them

static live_flow tell(live_query *query, const cJSON *row, void *user)
{
    const live_author bot = { .id = 2, .name = "Example" };
    live_error error = { 0 };
    char text[200];

    (void)query;
    snprintf(text, sizeof text, "*Alarm*: %s", live_json_str(row, "what", "of no kind"));
    // A call that blocks runs no other callback, so it may be made from one.
    if (live_event_send(user, live_message_new(ROOM, &bot, text), &error))
        fprintf(stderr, "not said: %s\n", error.text);
    return LIVE_CONTINUE;
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
    options.rest_input = "/services/plugin-restinput/example/";
    follow.realtime = true;

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_query_start(client, "alarm", &follow, tell, NULL, client, &query, &error);
    if (!err)
        err = live_loop_run(loop, LIVE_FOREVER, &error);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_query_free(query);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
