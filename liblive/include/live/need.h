// SPDX-License-Identifier: Apache-2.0
/** @file need.h
 * What a module needs from the platform: plugins with versions, permissions of its user.
 *
 * Threads: any; needs are constant.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_NEED_H
#define LIVE_NEED_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is needed. */
typedef enum live_need_kind {
    LIVE_NEED_NONE,
    LIVE_NEED_PLUGIN,
    LIVE_NEED_PERMISSION
} live_need_kind;

/** One requirement, static. A list of them ends with { 0 }. */
typedef struct live_need {
    live_need_kind kind; ///< what is needed
    const char *name;    ///< "plugin-messenger", or "USE_MESSENGER"
    const char *version; ///< such as ">=2.24.0"; NULL: any, and for permissions
} live_need;

/**
 * Says what of `needs` is not on offer.
 *
 * A version is compared by its first three numbers, so "2.24.0-SNAPSHOT" is 2.24.0; what has none
 * is 0.0.0. A plugin that is not enabled does not count. ADMIN does not imply other permissions.
 *
 * @param needs       ended by { 0 }; NULL: none
 * @param offer       an object with `plugins` and `permissions`: live_offer_collect() gives one
 * @param ret_missing an array of one sentence a need, empty when all are met. Yours:
 * cJSON_Delete()
 * @retval LIVE_E_NOMEM no other failure is possible
 */
LIVE_API LIVE_MUST_USE live_err live_need_check(const live_need *needs, const cJSON *offer,
                                                cJSON **ret_missing, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
