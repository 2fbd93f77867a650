// SPDX-License-Identifier: Apache-2.0
/** @file need.h
 * What a module needs from the platform: plugins with versions, permissions of its user.
 */
#ifndef LIVE_NEED_H
#define LIVE_NEED_H

#include <live/api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum live_need_kind {
    LIVE_NEED_NONE,
    LIVE_NEED_PLUGIN,
    LIVE_NEED_PERMISSION
} live_need_kind;

/** One requirement, static. A list of them ends with { 0 }. */
typedef struct live_need {
    live_need_kind kind;
    const char *name;    ///< "plugin-messenger", or "USE_MESSENGER"
    const char *version; ///< such as ">=2.24.0"; NULL: any, and for permissions
} live_need;

#ifdef __cplusplus
}
#endif
#endif
