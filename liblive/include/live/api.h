// SPDX-License-Identifier: Apache-2.0
/** @file api.h
 * The three compiler extensions that the public headers use, each behind one macro.
 */
#ifndef LIVE_API_H
#define LIVE_API_H

#define LIVE_API               __attribute__((visibility("default")))
#define LIVE_MUST_USE          __attribute__((warn_unused_result))
#define LIVE_FORMAT(at, first) __attribute__((format(printf, at, first)))

#endif
