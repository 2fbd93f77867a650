// SPDX-License-Identifier: Apache-2.0
/** @file message.h
 * Messenger events: what is said in a room, who is in it, and text as a marker in a chart.
 *
 * All of them are ordinary events: build one, then give it to live_event_send(), to an outbox or to
 * agent_emit(). Nothing that is passed in is kept or changed. A builder returns NULL when memory or
 * random bytes are out, or when a text it needs is NULL or empty; the sending functions refuse NULL.
 *
 * Threads: any; what is built or read belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_MESSAGE_H
#define LIVE_MESSAGE_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who says something: a user of the platform, or a bot that is shown as one. */
typedef struct live_author {
    int64_t id;       ///< of the platform; 0: a bot that is no user
    const char *name; ///< that is shown
} live_author;

/**
 * A message to a room. `text` may hold `*bold*` and `<url|label>`; an empty one is a message too.
 *
 * @return yours until it is sent; its `uid` and `createdAt` are new.
 */
LIVE_API cJSON *live_message_new(const char *room_id, const live_author *author, const char *text);

/**
 * Checks what live_message_new() needs, for a caller that has it from somebody else.
 *
 * @retval LIVE_E_INVALID no room, no author or no text; the text says which
 */
LIVE_API LIVE_MUST_USE live_err live_message_check(const char *room_id, const live_author *author,
                                                   const char *text, live_error *error);

/**
 * A text as a marker in a chart: a raw event of `event_type` whose one mnemonic has it as value.
 *
 * @param time_ms where in the chart, in ms since 1970; 0 is now
 * @return yours until it is sent; NULL when memory is out, which the sending functions report
 */
LIVE_API cJSON *live_marker_new(const char *event_type, const char *mnemonic, const char *text,
                                int64_t time_ms);

/** Tells everybody that `who` is there. The platform does not store it. Yours until it is sent. */
LIVE_API cJSON *live_join_new(const live_author *who);

/** Adds `user` to a room, or takes them out of it, in the name of `sender`. Yours until it is sent. */
LIVE_API cJSON *live_room_add_new(const char *room_id, const live_author *sender,
                                  const live_author *user);
/** As live_room_add_new(), for the user to leave. Yours until it is sent. */
LIVE_API cJSON *live_room_remove_new(const char *room_id, const live_author *sender,
                                     const live_author *user);

/** A message as read. Every text is borrowed from the event and never NULL, but for `text`. */
typedef struct live_message {
    const char *text;      ///< as written: control characters and all; NULL: it says nothing
    const char *uid;       ///< "" without one
    const char *room_id;   ///< "" without one
    live_author author;    ///< 0 and "" without one
    int64_t created_ms;    ///< `createdAt`, else `timestamp`, in ms since 1970; 0 without both
    const char *time_zone; ///< its author's, of the form of an IANA name; "UTC" without one
    bool deleted;          ///< the room shows it no more
} live_message;

/**
 * Reads an event that somebody else wrote: members may be absent, null or of any type. Never fails.
 *
 * Whether `time_zone` exists is not checked; it holds letters, digits and `_+-/` only, and no path.
 *
 * @return whether it is a message that says something and is not deleted
 */
LIVE_API bool live_message_read(const cJSON *event, live_message *ret_message);

#ifdef __cplusplus
}
#endif
#endif
