// SPDX-License-Identifier: Apache-2.0
/** @file time.h
 * Milliseconds since 1970 (UTC), durations in text, and the monotonic clock.
 *
 * Threads: any.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_TIME_H
#define LIVE_TIME_H

#include <live/api.h>
#include <live/error.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_TIME_TEXT_BYTES 32 ///< what live_time_format() needs

/** Now, in milliseconds since 1970 (UTC). */
LIVE_API int64_t live_time_ms(void);

/** A clock that never jumps, in milliseconds since some point in the past. */
LIVE_API int64_t live_time_monotonic_ms(void);

/** Writes `2026-11-24T09:30:00.250Z`. */
LIVE_API void live_time_format(int64_t time_ms, char ret_text[LIVE_TIME_TEXT_BYTES]);

/**
 * Reads a duration: a number and `ms`, `s`, `m`, `h` or `d`, such as "500ms", "1.5s", "2m"; a bare
 * number is seconds.
 *
 * @retval LIVE_E_PARSE  no such form, negative, or beyond 2^53 ms
 */
LIVE_API LIVE_MUST_USE live_err live_duration_parse(const char *text, int64_t *ret_ms,
                                                    live_error *error);

#ifdef __cplusplus
}
#endif
#endif
