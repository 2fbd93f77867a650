// SPDX-License-Identifier: Apache-2.0
// Has a curve of the last minute analysed, and shows the result in a room.
#include <live/live.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_analysis what = LIVE_ANALYSIS_INIT;
    live_annotation_options where = LIVE_ANNOTATION_OPTIONS_INIT;
    cJSON *result = NULL, *annotation = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/example/";
    what.asset_type = "rig", what.asset_id = 1, what.channel = "SPP";
    what.end_ms = live_time_ms(), what.begin_ms = what.end_ms - 60000;
    where.author = "Example", where.room_id = "p7r2t8w4y6b1c3d5f9g0h2k4m6"; // rooms.c lists them

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_analyse(client, &what, &result, &error);
    if (!err && !result->child)
        err = live_fail(&error, LIVE_E_NOTFOUND, "%s has no values", what.channel);
    if (!err)
        err = live_annotation_new(cJSON_Duplicate(result, true), &where, &annotation, &error);
    if (!err)
        err = live_event_send(client, annotation, &error);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(result);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
