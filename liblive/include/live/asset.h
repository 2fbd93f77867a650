// SPDX-License-Identifier: Apache-2.0
/** @file asset.h
 * Assets (rigs, crews, pumps), their curves and analyses: what a program must know to ask for them.
 *
 * Nothing here talks to a platform: resource.h does, and a worker gives the paths to its gateway.
 *
 * Threads: any; what is built or read belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_ASSET_H
#define LIVE_ASSET_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The types that are asked for when none is named: "rig", "crew", "pump". Static, ended by NULL. */
LIVE_API const char *const *live_asset_types(void);

/**
 * The path of the list of assets of a type, or of an asset's settings (its normalizer).
 *
 * @param ret_path yours: live_free()
 * @retval LIVE_E_INVALID no type
 */
LIVE_API LIVE_MUST_USE live_err live_asset_list_path(const char *type, char **ret_path,
                                                     live_error *error);
/**
 * The path of an asset's settings.
 *
 * @param ret_path yours: live_free()
 * @see live_asset_list_path(), which says the same of its result and errors
 */
LIVE_API LIVE_MUST_USE live_err live_asset_settings_path(const char *type, int64_t id,
                                                         char **ret_path, live_error *error);

/**
 * The query that follows an asset: each row says in `event` what changed: "normalizer", whose
 * `config` are the asset's new settings, or "delete".
 *
 * @param ret_expression for live_query_start() with `realtime`. Yours: live_free()
 * @retval LIVE_E_INVALID no type, or one with other characters than letters, digits and `_`
 */
LIVE_API LIVE_MUST_USE live_err live_asset_changes(const char *type, int64_t id,
                                                   char **ret_expression, live_error *error);

#define LIVE_CURVES_PATH "/services/plugin-liverig/curves/" ///< the object of all curves

/** Whether a curve's definition has a source: `options`, and not just one that is empty. */
LIVE_API bool live_curve_is_enabled(const cJSON *definition);

/** What is to be analysed: one curve of one asset over a span. */
typedef struct live_analysis {
    size_t size;            ///< sizeof(live_analysis)
    const char *asset_type; ///< such as "rig"
    int64_t asset_id;       ///< as live_asset_list() has it
    const char *channel;    ///< the curve
    const char *qualifier;  ///< NULL: the channel
    int64_t begin_ms;       ///< since 1970
    int64_t end_ms;         ///< since 1970, after `begin_ms`
} live_analysis;

/** Initialises an analysis: nothing is named yet. */
#define LIVE_ANALYSIS_INIT                                                                         \
    {                                                                                              \
        sizeof(live_analysis), 0, 0, 0, 0, 0, 0                                                    \
    }

/**
 * The path that asks for every statistic of it: min, max, avg, stdev, linreg, derivatives.
 *
 * @param ret_path yours: live_free()
 * @retval LIVE_E_INVALID no asset, no channel, or a span that is empty
 */
LIVE_API LIVE_MUST_USE live_err live_analysis_path(const live_analysis *what, char **ret_path,
                                                   live_error *error);

#ifdef __cplusplus
}
#endif
#endif
