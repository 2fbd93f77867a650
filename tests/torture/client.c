// SPDX-License-Identifier: Apache-2.0
// What a program does with the client, from its options to a query's rows, without a look at what fails: whatever
// does, nothing may be left at the end.
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    char *text = NULL;

    (void)query;
    (void)user;
    if (!live_json_print(row, &text, NULL))
        live_free(text);
    return LIVE_CONTINUE;
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    (void)query;
    (void)why;
    live_loop_stop(user);
}

static void on_sent(const live_error *error, void *user)
{
    (void)error;
    live_loop_stop(user);
}

static void run(live_loop *loop)
{
    live_err err = live_loop_run(loop, 60, NULL);
    (void)err;
}

static void send_events(live_loop *loop, live_client *client)
{
    static const char text[] = "[{\"__type\":\"t\",\"n\":1},{\"__type\":\"t\",\"n\":2}]";
    live_call *call = NULL;

    if (!live_event_send_text(client, text, strlen(text), on_sent, loop, &call, NULL))
        run(loop);
}

static void query(live_loop *loop, live_client *client)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_query *query = NULL;

    options.span = "last hour";
    if (!live_query_start(client, "x", &options, on_row, on_end, loop, &query, NULL))
        run(loop);
    live_query_free(query);
}

static void use(live_loop *loop, const char *text)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_client_secrets secrets = { 0 };
    cJSON *live = NULL;
    live_client *client = NULL;

    if (!live_json_parse(text, strlen(text), &live, NULL) &&
        !live_client_options_read(live, &options, &secrets, NULL)) {
        options.max_retries = -1;
        if (!live_client_new(loop, &options, &client, NULL)) {
            send_events(loop, client);
            if (options.url)
                query(loop, client);
        }
    }
    live_client_free(client);
    live_client_secrets_clear(&secrets);
    cJSON_Delete(live);
}

int main(void)
{
    char rest[256], tcp[64];
    int port = platform_start();
    live_loop *loop = NULL;

    snprintf(rest, sizeof rest,
             "{\"url\":\"http://127.0.0.1:%d\",\"username\":\"u\",\"rest_input\":\"/in/\","
             "\"password\":{\"env\":\"TORTURE_SECRET\"}}",
             port);
    snprintf(tcp, sizeof tcp, "{\"ip\":\"127.0.0.1\",\"port\":%d}", port);
    setenv("TORTURE_SECRET", "s3cret", 1);
    if (live_loop_new(&loop, NULL))
        return EXIT_FAILURE;
    use(loop, rest);
    use(loop, tcp);
    live_loop_free(loop);
    return EXIT_SUCCESS;
}
