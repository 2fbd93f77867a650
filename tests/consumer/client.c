// SPDX-License-Identifier: Apache-2.0
// A stranger's program, C and C++: uses one function of each library.
#include <agent/agent.h>
#include <live/live.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error;
    live_loop *loop = NULL;
    live_client *client = NULL;

    memset(&error, 0, sizeof error);
    options.url = "http://127.0.0.1:1";
    options.max_retries = -1;
    if (live_loop_new(&loop, &error) || live_client_new(loop, &options, &client, &error)) {
        puts(error.text);
        return 1;
    }
    if (live_client_health(client, &error) != LIVE_E_CONNECT)
        return 1;
    live_client_free(client);
    live_loop_free(loop);
    printf("%s %s\n", live_version(), live_err_name(error.code));
    char words[] = "words";
    char *argv[] = { words, words, NULL };
    return strcmp(live_version(), LIVE_VERSION_TEXT) != 0 || agent_main(2, argv, NULL) != 2;
}
