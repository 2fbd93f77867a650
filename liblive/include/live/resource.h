// SPDX-License-Identifier: Apache-2.0
/** @file resource.h
 * What the platform has: its plugins, and who we are to it.
 */
#ifndef LIVE_RESOURCE_H
#define LIVE_RESOURCE_H

#include <cJSON.h>
#include <live/api.h>
#include <live/client.h>
#include <live/error.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The platform's plugins, each with `name`, `version` and `status`.
 *
 * @param with_disabled false leaves out those whose `status.status` is not "VALID".
 * @param ret_plugins   an array, yours: cJSON_Delete().
 */
LIVE_API LIVE_MUST_USE live_err live_plugin_list(live_client *client, bool with_disabled,
                                                 cJSON **ret_plugins, live_error *error);

/**
 * The user of the credentials: `id`, `name`, `email`, `teams`. @param ret_user yours:
 * cJSON_Delete()
 */
LIVE_API LIVE_MUST_USE live_err live_user_me(live_client *client, cJSON **ret_user,
                                             live_error *error);

#ifdef __cplusplus
}
#endif
#endif
