// SPDX-License-Identifier: Apache-2.0
/** @file event.h
 * Events: JSON objects with a type and a time, on their way to the platform.
 *
 * Threads: any; an event belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_EVENT_H
#define LIVE_EVENT_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A new event with `__type` and `liverig__index__timestamp`.
 *
 * @param time_ms when it was measured, in ms since 1970; 0 is now. The platform itself sets
 * `timestamp`.
 * @return yours until it is sent; NULL when memory is out, which the sending functions report.
 */
LIVE_API cJSON *live_event_new(const char *type, int64_t time_ms);

/**
 * Checks that this may be sent: an object with at least one member, numbers finite, text valid
 * UTF-8.
 *
 * @retval LIVE_E_INVALID it may not; the text names the member
 */
LIVE_API LIVE_MUST_USE live_err live_event_check(const cJSON *event, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
