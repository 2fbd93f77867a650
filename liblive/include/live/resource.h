// SPDX-License-Identifier: Apache-2.0
/** @file resource.h
 * What the platform has: assets, curves, rooms, dashboards, plugins; who we are to it.
 *
 * Every call blocks, as client.h says. What comes back is the platform's own JSON, with more
 * members than are named here; it is yours: cJSON_Delete(). Besides what is named, each fails as
 * live_client_get() does, and with LIVE_E_PROTOCOL where the answer has another form.
 *
 * Threads: that of the client's loop.
 *
 * Blocking: every call but live_user_permissions().
 */
#ifndef LIVE_RESOURCE_H
#define LIVE_RESOURCE_H

#include <cJSON.h>
#include <live/api.h>
#include <live/asset.h>
#include <live/client.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The rooms that the user sees, each with `id` and `name`: an array. */
LIVE_API LIVE_MUST_USE live_err live_room_list(live_client *client, cJSON **ret_rooms,
                                               live_error *error);

/** The dashboards, each with `id`, `url` and `title`: an array. */
LIVE_API LIVE_MUST_USE live_err live_dashboard_list(live_client *client, cJSON **ret_dashboards,
                                                    live_error *error);

/**
 * The platform's plugins, each with `name`, `version` and `status`: an array.
 *
 * @param with_disabled false leaves out those whose `status.status` is not "VALID".
 */
LIVE_API LIVE_MUST_USE live_err live_plugin_list(live_client *client, bool with_disabled,
                                                 cJSON **ret_plugins, live_error *error);

// Assets

/**
 * The assets of a type, each with `id` and `name`, to which `asset_type` is added: an array.
 *
 * @param type such as "rig"; NULL: those of live_asset_types(). One type that cannot be read hides
 * no other: it is logged, and an error only when no type could be read.
 */
LIVE_API LIVE_MUST_USE live_err live_asset_list(live_client *client, const char *type,
                                                cJSON **ret_assets, live_error *error);

/**
 * An asset's settings, the normalizer: an object with `event_type`, `filter` and `curves`.
 *
 * @retval LIVE_E_NOTFOUND no such asset
 */
LIVE_API LIVE_MUST_USE live_err live_asset_settings(live_client *client, const char *type,
                                                    int64_t id, cJSON **ret_settings,
                                                    live_error *error);

/** All curves: an object from a curve's name to its definition. @see live_curve_is_enabled() */
LIVE_API LIVE_MUST_USE live_err live_curve_list(live_client *client, cJSON **ret_curves,
                                                live_error *error);

/**
 * Has the platform analyse a curve. Good as the `data` of live_annotation_new().
 *
 * @param ret_result an object with the statistics; an empty one when there are no data.
 * @retval LIVE_E_INVALID  as live_analysis_path()
 * @retval LIVE_E_NOTFOUND no such asset
 */
LIVE_API LIVE_MUST_USE live_err live_analyse(live_client *client, const live_analysis *what,
                                             cJSON **ret_result, live_error *error);

// The user of the credentials

/**
 * Who we are: an object with `id`, `name`, `email` and `teams`.
 *
 * @param with_teams makes each of `teams` whole, with its `roles` and their `permissions`. A team
 * or role that the platform does not list stays as it is.
 */
LIVE_API LIVE_MUST_USE live_err live_user_me(live_client *client, bool with_teams, cJSON **ret_user,
                                             live_error *error);

/**
 * What the user may do, over all teams and roles: an array of texts, each once.
 *
 * @param ret_permissions yours: cJSON_Delete()
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err live_user_permissions(const cJSON *user_with_teams,
                                                      cJSON **ret_permissions, live_error *error);

/**
 * What the platform offers us: an object with `plugins`, disabled ones too, and `permissions`.
 *
 * @retval LIVE_E_PROTOCOL also when it lists no plugin at all: nothing could be said then
 * @see live_need_check(), live_feature_report()
 */
LIVE_API LIVE_MUST_USE live_err live_offer_collect(live_client *client, cJSON **ret_offer,
                                                   live_error *error);

#ifdef __cplusplus
}
#endif
#endif
