// SPDX-License-Identifier: Apache-2.0
/** @file error.h
 * Errors: a code for the program and a sentence for the person.
 *
 * The caller owns the struct, usually on the stack, and passes it last; it may be NULL everywhere.
 * It is written only on failure, so it needs no reset between calls that succeed. Nothing is global
 * or thread-local.
 *
 * Threads: any; an error belongs to who passed it.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_ERROR_H
#define LIVE_ERROR_H

#include <live/api.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Every code with its one-line meaning; `docs/errors.md` is made from this list. */
#define LIVE_ERR_LIST(X)                                                                           \
    X(LIVE_OK, 0, "success")                                                                       \
    X(LIVE_E_NOMEM, -1, "out of memory")                                                           \
    X(LIVE_E_INVALID, -2, "a wrong argument or setting")                                           \
    X(LIVE_E_SYSTEM, -3, "the operating system refused; see sys")                                  \
    X(LIVE_E_CONNECT, -4, "no connection to the peer")                                             \
    X(LIVE_E_TLS, -5, "the peer's certificate or the TLS handshake failed")                        \
    X(LIVE_E_TIMEOUT, -6, "a time limit passed")                                                   \
    X(LIVE_E_CLOSED, -7, "the other side closed, or the object is ending")                         \
    X(LIVE_E_AUTH, -8, "the platform refused the credentials or the permission")                   \
    X(LIVE_E_NOTFOUND, -9, "what was asked for does not exist")                                    \
    X(LIVE_E_HTTP, -10, "an HTTP status that means failure; see http")                             \
    X(LIVE_E_PROTOCOL, -11, "the peer broke the protocol")                                         \
    X(LIVE_E_PARSE, -12, "text that is not in its language; the text says where")                  \
    X(LIVE_E_LIMIT, -13, "a limit on size, depth or count was reached")                            \
    X(LIVE_E_UNSUPPORTED, -14, "not supported here")

/** The codes of LIVE_ERR_LIST(). */
typedef enum live_err {
#define LIVE_ERR_ENUM(name, value, meaning) name = value,
    LIVE_ERR_LIST(LIVE_ERR_ENUM)
#undef LIVE_ERR_ENUM
} live_err;

/** Why something failed. Written on failure only. */
typedef struct live_error {
    live_err code;  ///< what the call returned
    int sys;        ///< errno, or 0
    int http;       ///< HTTP status, or 0
    bool retry;     ///< trying again later may help
    int line;       ///< of LIVE_E_PARSE: where in the text that was read, from 1; 0: not known
    int column;     ///< in that line, from 1; 0: not known
    char text[240]; ///< one line, no full stop
} live_error;

/**
 * The name of a code, such as "LIVE_E_TIMEOUT"; "LIVE_E_UNKNOWN" for a number that is none.
 * Static.
 */
LIVE_API const char *live_err_name(live_err code);

/** The one-line meaning of a code. Static. */
LIVE_API const char *live_err_meaning(live_err code);

/** Fills `error` and returns `code`: `return live_fail(…)` is the way to fail. Longer text is cut. */
LIVE_API live_err live_fail(live_error *error, live_err code, const char *format, ...)
    LIVE_FORMAT(3, 4);

/**
 * As live_fail() with LIVE_E_SYSTEM; keeps `sys` and adds its description. ENOMEM becomes
 * LIVE_E_NOMEM.
 */
LIVE_API live_err live_fail_errno(live_error *error, int sys, const char *format, ...)
    LIVE_FORMAT(3, 4);

/**
 * Puts "…: " before the text that is there, once, where the caller knows what it was doing. Returns
 * `code`.
 */
LIVE_API live_err live_error_context(live_error *error, live_err code, const char *format, ...)
    LIVE_FORMAT(3, 4);

#ifdef __cplusplus
}
#endif
#endif
