// SPDX-License-Identifier: Apache-2.0
// Prints which features of the platform are available to us, and why others are not.
#include <live/live.h>
#include <stdio.h>

static void print(const cJSON *report)
{
    const cJSON *feature, *why;

    cJSON_ArrayForEach (feature, report) {
        printf("%s: %s\n", live_json_str(feature, "name", ""),
               live_json_bool(feature, "available", false) ? "available" : "not available");
        cJSON_ArrayForEach (why, live_json_get(feature, "missing"))
            printf("    %s\n", cJSON_GetStringValue(why));
    }
}

int main(int argc, char **argv)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_error error = { 0 };
    live_loop *loop = NULL;
    live_client *client = NULL;
    cJSON *offer = NULL, *report = NULL;

    options.url = argc > 1 ? argv[1] : "http://127.0.0.1:8080";
    options.username = options.password = "live-agent";

    live_err err = live_loop_new(&loop, &error);
    if (!err)
        err = live_client_new(loop, &options, &client, &error);
    if (!err)
        err = live_offer_collect(client, &offer, &error);
    if (!err)
        err = live_feature_report(offer, &report, &error);
    if (!err)
        print(report);
    if (err)
        fprintf(stderr, "%s: %s\n", live_err_name(err), error.text);

    cJSON_Delete(report);
    cJSON_Delete(offer);
    live_client_free(client);
    live_loop_free(loop);
    return err != LIVE_OK;
}
