// SPDX-License-Identifier: Apache-2.0
// Sends each line of standard input through an outbox: what it took outlives kills and power cuts.
#include <live/live.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    live_outbox *outbox = NULL;
    live_outbox_stat stat = { 0 };
    char line[4096];

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";
    options.rest_input = "/services/plugin-restinput/example/";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_outbox_open("outbox.db", NULL, &outbox, &error);
    while (!err && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        cJSON *event = live_event_new("example", 0);
        cJSON_AddStringToObject(event, "line", line);
        err = live_outbox_put(outbox, event, &error); // it will be sent, if not by this run
    }
    if (!err)
        err = live_outbox_attach(outbox, client, &error); // delivers from the loop
    for (int turn = 0; !err && turn < 100; turn++) {
        err = live_loop_run(loop, 100, &error);
        err = err == LIVE_E_TIMEOUT ? LIVE_OK : err;
        live_outbox_stats(outbox, &stat);
        if (stat.queued == 0)
            break;
    }
    printf("%lld wait\n", (long long)stat.queued);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_outbox_free(outbox);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
