// SPDX-License-Identifier: Apache-2.0
/** @file chat.h
 * What a logic adapter may do while it answers: reply, ask the platform, remember.
 *
 * An adapter's score() runs on the worker's loop and must not block. Its answer() runs on a thread of a small
 * pool, one message of a room at a time and in the room's order, where only the functions of this file and those
 * of liblive-base may be called.
 *
 * Threads: as said; a chat belongs to the one answer that it was lent to.
 */
#ifndef AGENT_CHAT_H
#define AGENT_CHAT_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/query.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct agent_chat agent_chat; ///< a conversation in one room; borrowed for the call

struct agent_adapter;

/** The adapter's config struct, filled from its options in the settings. Borrowed. */
LIVE_API const void *agent_chat_config(const agent_chat *chat);

/** The room's id. Borrowed from the chat. */
LIVE_API const char *agent_chat_room(const agent_chat *chat);

/** The name that the bot answers to, for the examples in a reply. Borrowed from the chat. */
LIVE_API const char *agent_chat_alias(const agent_chat *chat);

/**
 * The adapters of this bot, in the order of the settings; NULL past the last one. What help is made of.
 * Borrowed; lives as long as the bot.
 */
LIVE_API const struct agent_adapter *agent_chat_adapter(const agent_chat *chat, size_t index);

/**
 * Adds to the reply, formatted. Sticky: after a failure further calls do nothing, and the host reports it.
 *
 * @retval LIVE_E_NOMEM  memory is out
 * @retval LIVE_E_LIMIT  the reply grew beyond 64 KiB; what is longer is left out
 */
LIVE_API live_err agent_reply(agent_chat *chat, const char *format, ...) LIVE_FORMAT(2, 3);

/** A text that lives until the reply is sent: borrowed. NULL when memory is out, which the reply then reports. */
LIVE_API const char *agent_chat_format(agent_chat *chat, const char *format, ...) LIVE_FORMAT(2, 3);

/**
 * Runs a query to its end and returns all its rows. Blocks until then, for at most `idle_timeout_ms` (60 s
 * without it) in all.
 *
 * @param options  NULL for the defaults; `realtime` and `on_control` are ignored.
 * @param ret_rows an array, empty when nothing matched. Yours: cJSON_Delete().
 * @retval LIVE_E_PARSE   the expression does not compile; the text is the platform's
 * @retval LIVE_E_TIMEOUT the platform did not answer in time; `retry` is set
 * @retval LIVE_E_CLOSED  the gateway was restarted meanwhile, or the bot is ending; `retry` is set
 */
LIVE_API LIVE_MUST_USE live_err agent_chat_query(agent_chat *chat, const char *expression,
                                                 const live_query_options *options,
                                                 cJSON **ret_rows, live_error *error);

/**
 * Gets a JSON resource of the platform, such as "/services/plugin-liverig/assets/rig". Blocks, for at most 60 s.
 *
 * @param ret_body yours: cJSON_Delete()
 * @retval LIVE_E_NOTFOUND 404  @retval LIVE_E_AUTH 401 or 403  @retval LIVE_E_TIMEOUT no answer in time
 */
LIVE_API LIVE_MUST_USE live_err agent_chat_get(agent_chat *chat, const char *path, cJSON **ret_body,
                                               live_error *error);

/**
 * Annotates in this room, as the bot, once the answer is there: nothing is sent of an answer that failed.
 *
 * @param data taken, always; see live_annotation_new()
 * @retval LIVE_E_INVALID `data` is no object, or a time in it is none
 */
LIVE_API LIVE_MUST_USE live_err agent_chat_annotate(agent_chat *chat, cJSON *data,
                                                    live_error *error);

/** What this room remembers under a key; NULL: nothing. Borrowed until the key is set again. */
LIVE_API const cJSON *agent_chat_recall(const agent_chat *chat, const char *key);

/**
 * Remembers a value for this room, also over restarts: it is saved, durably, after the answer. Adapters of one
 * bot share the keys. Takes the value; NULL forgets the key.
 */
LIVE_API void agent_chat_remember(agent_chat *chat, const char *key, cJSON *value);

// Reading what people write

/** The first whole number in a text. False: there is none. */
LIVE_API bool agent_find_int(const char *text, int64_t *ret_number);

/**
 * The first length of time in a text: "last 5 minutes", "90s", "2 h", "the last minute", "an hour". False: there
 * is none, or it is none that an int64_t holds. @param ret_ms milliseconds, from 1
 */
LIVE_API bool agent_find_duration(const char *text, int64_t *ret_ms);

/**
 * Where a word or a phrase stands in a text as a whole word, in any case; NULL: nowhere. Letters, digits and
 * '_' on either side make it another word, letters beyond ASCII included.
 *
 * @return a place in `text`, borrowed
 */
LIVE_API const char *agent_find_word(const char *text, const char *word);

#ifdef __cplusplus
}
#endif
#endif
