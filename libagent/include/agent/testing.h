// SPDX-License-Identifier: Apache-2.0
/** @file testing.h
 * The bench: one process or one adapter of a module, without platform, gateway, worker or network, on a clock of its
 * own. What a module's own tests use.
 *
 * Blocking: until the function of the module is done; no time passes that the test does not let pass.
 *
 * @code
 * agent_bench *bench = agent_bench_new(&agent_module_v1, "trade_alarm", "{\"max_trades\": 10, \"output\": {…}}");
 *
 * agent_bench_row(bench, "{\"pair\": \"ETH/USD\", \"count\": 12}");
 * assert_string_equal(agent_bench_said(bench, 0), "ETH/USD was traded 12 times");
 * agent_bench_free(bench);
 * @endcode
 *
 * Whatever fails is kept: the next calls do nothing, agent_bench_error() tells the first failure. Texts and values
 * that are handed out are borrowed and live until the bench is freed.
 *
 * Threads: a bench belongs to one.
 */
#ifndef AGENT_TESTING_H
#define AGENT_TESTING_H

#include <agent/module.h>
#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/loop.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A process, or an adapter in a room, on simulated time. Belongs to one thread. */
typedef struct agent_bench agent_bench;

/**
 * Starts a process: fills its config, calls start() and watch(). Never NULL. A bot gets the adapters of its own module that
 * the settings name, without settings all of them.
 *
 * @param type     the process's name in the module's table
 * @param settings JSON as in the settings file; "{}" for the defaults
 */
LIVE_API agent_bench *agent_bench_new(const agent_module *module, const char *type,
                                      const char *settings);

/** An adapter that answers in one room, "room", of a bot called "bot". Never NULL. */
LIVE_API agent_bench *agent_bench_adapter(const agent_module *module, const char *adapter,
                                          const char *settings);

/** Calls stop() and frees everything. NULL is fine. */
LIVE_API void agent_bench_free(agent_bench *bench);

/** The first failure, or NULL. */
LIVE_API const live_error *agent_bench_error(const agent_bench *bench);

/** Forgets the failure, for a test that went on to expect it. */
LIVE_API void agent_bench_clear_error(agent_bench *bench);

/** The bench's loop; its clock starts at 2023-11-14T22:13:20Z (1700000000000 ms). */
LIVE_API live_loop *agent_bench_loop(agent_bench *bench);

/**
 * Lets simulated time pass; the process polls whenever it is due, its timers fire. Takes no real time, but for the answers
 * of a bot that are under way, which are waited for first.
 */
LIVE_API void agent_bench_pass(agent_bench *bench, int64_t ms);

/** Lets time pass without the usual polls, then polls once. */
LIVE_API void agent_bench_poll(agent_bench *bench, int64_t after_ms);

/** Hands a row (JSON) to the process. */
LIVE_API void agent_bench_row(agent_bench *bench, const char *row);

// What it watches and sends

/** The query that watch() gave, "" when it gave none; and the span of history before it, or NULL. */
LIVE_API const char *agent_bench_watched(const agent_bench *bench);
/** The span of history that watch() gave; NULL: none. Borrowed. */
LIVE_API const char *agent_bench_watched_span(const agent_bench *bench);

/** How many events it has emitted. */
LIVE_API size_t agent_bench_event_count(const agent_bench *bench);

/** The events in the order they were emitted, 0 the first; NULL past the last. */
LIVE_API const cJSON *agent_bench_event(const agent_bench *bench, size_t index);

/** The text of the index-th message (an event `__message`); NULL past the last. */
LIVE_API const char *agent_bench_said(const agent_bench *bench, size_t index);

/** What is saved under a key; NULL: nothing. */
LIVE_API const cJSON *agent_bench_saved(const agent_bench *bench, const char *key);

// The platform, scripted, and a conversation

/** Every query whose expression contains `part` gets these rows (a JSON array); the latest that fits counts. */
LIVE_API void agent_bench_rows(agent_bench *bench, const char *part, const char *rows);

/** Every query whose expression contains `part` fails so; LIVE_E_PARSE: it does not compile. */
LIVE_API void agent_bench_refuse(agent_bench *bench, const char *part, live_err code,
                                 const char *text);

/** The resource of a path, with any query behind it, answers this JSON. Any other is LIVE_E_NOTFOUND. */
LIVE_API void agent_bench_resource(agent_bench *bench, const char *path, const char *json);

/** Asks the adapter and returns its reply; "" when it said nothing or failed. */
LIVE_API const char *agent_bench_ask(agent_bench *bench, const char *text);

/** What the adapter's score() says of a text; negative: it has none. */
LIVE_API double agent_bench_score(agent_bench *bench, const char *text);

/** The last query that the adapter asked, and its span; NULL: none. */
LIVE_API const char *agent_bench_asked(const agent_bench *bench);
/** The span of history of the last query that was asked; NULL: none. Borrowed. */
LIVE_API const char *agent_bench_asked_span(const agent_bench *bench);

/** What the room remembers under a key; NULL: nothing. */
LIVE_API const cJSON *agent_bench_remembered(const agent_bench *bench, const char *key);

/** Sets what the room remembers (JSON). */
LIVE_API void agent_bench_remember(agent_bench *bench, const char *key, const char *json);

#ifdef __cplusplus
}
#endif
#endif
