// SPDX-License-Identifier: Apache-2.0
/** @file api.h
 * The three compiler extensions that the public headers use, each behind one macro.
 */
#ifndef LIVE_API_H
#define LIVE_API_H

/** Exported by a library. */
#define LIVE_API __attribute__((visibility("default")))
/** The compiler warns where the result is not looked at. */
#define LIVE_MUST_USE __attribute__((warn_unused_result))
/** The compiler checks the arguments against the format. */
#define LIVE_FORMAT(at, first) __attribute__((format(printf, at, first)))

#endif
