// SPDX-License-Identifier: Apache-2.0
/** @file annotation.h
 * Annotations: a note on a span of time, shown in a room, in charts and on a dashboard.
 *
 * Threads: any; what is built or read belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_ANNOTATION_H
#define LIVE_ANNOTATION_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_ANNOTATION_SPAN_MS 30000 ///< how long one lasts that has no end of its own

/** Where an annotation is shown, and whose it is. Begin with LIVE_ANNOTATION_OPTIONS_INIT. */
typedef struct live_annotation_options {
    size_t size;           ///< sizeof(live_annotation_options)
    const char *author;    ///< the author's name; NULL: none
    const char *room_id;   ///< NULL: of no room
    int64_t dashboard_id;  ///< 0: of no dashboard
    const char *dashboard; ///< the dashboard's name; NULL: none
} live_annotation_options;

/** Initialises options: none of them. */
#define LIVE_ANNOTATION_OPTIONS_INIT                                                               \
    {                                                                                              \
        sizeof(live_annotation_options), 0, 0, 0, 0                                                \
    }

/**
 * Makes an annotation of `data`: its text under `message`, or a result to be shown.
 *
 * What `data` says counts for `uid` (else a new one), `__src` (else "live_agent"), `createdAt` and
 * `begin` (else its `timestamp`, else now) and `end`; one that is absent, null or before `begin`
 * becomes `begin` and LIVE_ANNOTATION_SPAN_MS. Times are whole ms since 1970. Author, room and
 * dashboard are those of the options.
 *
 * @param data    taken, always; an object
 * @param options NULL: none of them
 * @param ret_annotation an event, yours until it is sent
 * @retval LIVE_E_INVALID `data` is no object, or a time in it is none: null, 0 or no number
 */
LIVE_API LIVE_MUST_USE live_err live_annotation_new(cJSON *data,
                                                    const live_annotation_options *options,
                                                    cJSON **ret_annotation, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
