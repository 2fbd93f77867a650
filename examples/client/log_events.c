// SPDX-License-Identifier: Apache-2.0
// Sends each line of standard input as an event of a log.
#include <live/live.h>
#include <stdio.h>
#include <string.h>

static cJSON *log_event(const char *line)
{
    cJSON *event = live_event_new("example_log", 0);

    cJSON_AddStringToObject(event, "message", line);
    cJSON_AddStringToObject(event, "message_type", "info");
    return event;
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    char line[4096];

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/example/";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    while (!err && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        err = live_event_send(client, log_event(line), &error);
    }
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
