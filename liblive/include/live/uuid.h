// SPDX-License-Identifier: Apache-2.0
/** @file uuid.h
 * Random identifiers.
 *
 * Threads: any.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_UUID_H
#define LIVE_UUID_H

#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LIVE_UUID_BYTES  37 ///< 36 characters and a NUL
#define LIVE_UUID_RANDOM 16 ///< random bytes that it is made of

/** A random UUID (version 4) in lower case. @retval LIVE_E_SYSTEM the kernel gives no random bytes */
LIVE_API LIVE_MUST_USE live_err live_uuid_new(char ret_uuid[LIVE_UUID_BYTES], live_error *error);

/** The UUID of random bytes that are there already: for who needs many at once. */
LIVE_API void live_uuid_format(const unsigned char random[LIVE_UUID_RANDOM],
                               char ret_uuid[LIVE_UUID_BYTES]);

/** Fills `bytes` from the kernel's random generator. @retval LIVE_E_SYSTEM it gives none */
LIVE_API LIVE_MUST_USE live_err live_random(void *bytes, size_t length, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
