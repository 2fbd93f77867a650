// SPDX-License-Identifier: Apache-2.0
// Follows a query from a poll() loop of the program's own, beside standard input.
#include <live/live.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static live_flow print_row(live_query *query, const cJSON *row, void *user)
{
    (void)query;
    (void)user;
    printf("%g\n", live_json_real(row, "r", 0));
    fflush(stdout); // also into a pipe
    return LIVE_CONTINUE;
}

// One descriptor stands for all of the client's: when it is readable, a run of 0 ms does what is due.
static live_err turn(live_loop *loop, live_error *error)
{
    struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                            { .fd = live_loop_fd(loop), .events = POLLIN } };
    live_err err = LIVE_OK;

    while (!err && !fds[0].revents && poll(fds, 2, -1) > 0)
        if (fds[1].revents)
            err = live_loop_run(loop, 0, error);
    return err;
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
    follow.realtime = true;

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_query_start(client, "=> random() as r every second", &follow, print_row, NULL,
                               NULL, &query, &error);
    if (!err)
        err = turn(loop, &error); // until something is typed
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    live_query_free(query);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
