// SPDX-License-Identifier: Apache-2.0
/** @file secret.h
 * Secrets of a settings file: the text itself, or where it is kept.
 *
 * Threads: any, while none changes the environment.
 *
 * Blocking: while a file is read.
 */
#ifndef LIVE_SECRET_H
#define LIVE_SECRET_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Reads a secret: a text, or an object that says where it is kept: `{"file": PATH}` (its first line), `{"env": NAME}`,
 * or `{"credential": NAME}` (of the service, below `$CREDENTIALS_DIRECTORY`).
 *
 * @param ret_text yours: explicit_bzero(), then live_free(); at most 4094 bytes
 * @retval LIVE_E_INVALID it is neither, or there is nothing where it says; the text never holds the secret
 * @retval LIVE_E_SYSTEM  the file cannot be read
 */
LIVE_API LIVE_MUST_USE live_err live_secret_read(const cJSON *given, char **ret_text,
                                                 live_error *error);

#ifdef __cplusplus
}
#endif
#endif
