// SPDX-License-Identifier: Apache-2.0
// The `live` block of a settings file: which platform a command talks to.
#include "settings.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>

#include <live/file.h>

live_err settings_client(const char *path, live_loop *loop, live_client **ret_client,
                         live_error *error)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    cJSON *settings = NULL;
    char *secret = NULL;
    live_err err = live_file_read_json(path, &settings, error);
    const cJSON *live = live_json_get(settings, "live");

    if (err)
        return err;
    if (!cJSON_IsObject(live))
        err = live_fail(error, LIVE_E_INVALID, "%s: no object 'live', which names the platform",
                        path);
    if (!err) {
        err = live_client_options_read(live, &options, &secret, error);
        if (!err)
            err = live_client_new(loop, &options, ret_client, error);
        if (err)
            live_error_context(error, err, "%s: live", path);
        else if (options.tls_insecure)
            fprintf(stderr,
                    "live: the platform's certificate is not verified (verify_ssl: false)\n");
    }
    live_free(secret);
    cJSON_Delete(settings);
    return err;
}
