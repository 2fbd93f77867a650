// SPDX-License-Identifier: Apache-2.0
/** @file bot.h
 * What a process may do that lets logic adapters answer: the chatbot, or one of your own.
 *
 * Such a process has a row AGENT_ADAPTERS() in its settings table. The host loads the modules of the adapters that
 * are named there, checks their options and keeps what each room remembers. All functions are for the worker's loop.
 *
 * Threads: the worker's loop.
 *
 * Blocking: agent_chat_new() reads what was remembered; nothing else does.
 */
#ifndef AGENT_BOT_H
#define AGENT_BOT_H

#include <agent/chat.h>
#include <agent/run.h>
#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The adapters of this process, in the order of the settings; NULL past the last one. */
LIVE_API const struct agent_adapter *agent_bot_adapter(const agent_run *run, size_t index);

/**
 * A room's conversation, with what was remembered for it. Free it before the process ends.
 *
 * What cannot be read back is logged and forgotten: a damaged file never keeps a bot from answering.
 *
 * @param alias the name that the bot answers to
 * @param ret_chat yours: agent_chat_free()
 * @retval LIVE_E_NOMEM memory is out
 */
LIVE_API LIVE_MUST_USE live_err agent_chat_new(agent_run *run, const char *room_id,
                                               const char *alias, agent_chat **ret_chat,
                                               live_error *error);

/** Waits for an answer that is under way. NULL is fine. */
LIVE_API void agent_chat_free(agent_chat *chat);

/** What the adapter itself says of a text, 0 to 1; negative: it has no score() of its own. */
LIVE_API double agent_chat_score(agent_chat *chat, size_t adapter, const char *text);

/**
 * The answer is there: `reply` is "" when the adapter said nothing, `error` is NULL when it did not fail. Both
 * are borrowed for the call, which comes from the loop; the chat may be freed or asked again in it.
 */
typedef void (*agent_answered_fn)(agent_chat *chat, const char *reply, const live_error *error,
                                  void *user);

/**
 * Lets an adapter answer a text, on a thread of the pool; `fn` follows. One answer of a chat at a time.
 *
 * @retval LIVE_E_INVALID no such adapter, or an answer of this chat is under way
 */
LIVE_API LIVE_MUST_USE live_err agent_chat_answer(agent_chat *chat, size_t adapter,
                                                  const char *text, agent_answered_fn fn,
                                                  void *user, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
