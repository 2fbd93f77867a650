// SPDX-License-Identifier: Apache-2.0
/** @file feature.h
 * Features of the platform: what each needs, and which of them are there.
 *
 * Threads: any; what is built belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_FEATURE_H
#define LIVE_FEATURE_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/need.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The feature that events go to when a settings file names a REST input. */
#define LIVE_FEATURE_REST_INPUT "REST input"
/** The feature that events go to otherwise. */
#define LIVE_FEATURE_TCP_INPUT "TCP input"

/** Something that a program may want of the platform, such as "messenger rooms". Static. */
typedef struct live_feature {
    const char *name;       ///< for people and in the report
    const live_need *needs; ///< ended by { 0 }
} live_feature;

/** Every feature, ended by one without a name. Static. */
LIVE_API const live_feature *live_feature_list(void);

/**
 * Whether each feature is available: an array of objects with `name`, `available` (true or false)
 * and `missing` (sentences that say why not; empty when it is).
 *
 * @param offer      as for live_need_check()
 * @param ret_report yours: cJSON_Delete()
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err live_feature_report(const cJSON *offer, cJSON **ret_report,
                                                    live_error *error);

#ifdef __cplusplus
}
#endif
#endif
