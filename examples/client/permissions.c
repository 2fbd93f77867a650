// SPDX-License-Identifier: Apache-2.0
// Lists what the user of the credentials may do, over all teams and roles.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *permissions)
{
    const cJSON *permission;

    cJSON_ArrayForEach (permission, permissions)
        puts(permission->valuestring);
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *user = NULL, *permissions = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_user_me(client, true, &user, &error);
    if (!err)
        err = live_user_permissions(user, &permissions, &error);
    if (!err)
        print(permissions);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(permissions);
    cJSON_Delete(user);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
