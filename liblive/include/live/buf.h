// SPDX-License-Identifier: Apache-2.0
/** @file buf.h
 * A byte buffer that grows: the sticky builder for text and frames.
 *
 * The first failure poisons the buffer, later calls do nothing, live_buf_take() reports it. NULL is
 * a poisoned buffer, so a chain of calls needs no check of its own.
 *
 * Threads: any; a buffer belongs to one at a time.
 *
 * Blocking: nothing.
 */
#ifndef LIVE_BUF_H
#define LIVE_BUF_H

#include <live/api.h>
#include <live/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A byte buffer. Belongs to one thread at a time. */
typedef struct live_buf live_buf;

/** An empty buffer, yours: live_buf_free(); NULL when memory is out. */
LIVE_API live_buf *live_buf_new(void);
/** Frees it with its bytes. NULL is fine. */
LIVE_API void live_buf_free(live_buf *buf);

/** Adds a copy of bytes. */
LIVE_API void live_buf_add(live_buf *buf, const void *bytes, size_t length);
/** Adds a copy of a text, without its NUL. */
LIVE_API void live_buf_add_text(live_buf *buf, const char *text);
/** Adds what printf() would print. */
LIVE_API void live_buf_add_format(live_buf *buf, const char *format, ...) LIVE_FORMAT(2, 3);

/**
 * Adds `text` as a JSON string, quoted and escaped; invalid UTF-8 becomes U+FFFD. NULL adds
 * `null`.
 */
LIVE_API void live_buf_add_json_string(live_buf *buf, const char *text);

/**
 * Adds `text` as a text of Pipes, the language of queries: quoted, so that it stands for itself as
 * the value of a filter (no wildcards) and in an expression.
 */
LIVE_API void live_buf_add_pipes_text(live_buf *buf, const char *text);

/** Removes `length` bytes at the front; more than there are empties the buffer. */
LIVE_API void live_buf_drop(live_buf *buf, size_t length);
/** Empties it; a poisoned buffer stays poisoned. */
LIVE_API void live_buf_clear(live_buf *buf);

/** 0 for a poisoned buffer. */
LIVE_API size_t live_buf_length(const live_buf *buf);

/**
 * The bytes, followed by a NUL that is not counted; "" for a poisoned buffer. Valid until the next
 * change.
 */
LIVE_API const char *live_buf_data(const live_buf *buf);

/** Whether a change failed. */
LIVE_API bool live_buf_failed(const live_buf *buf);

/**
 * Frees the buffer and hands out its bytes, followed by a NUL.
 *
 * @param ret_text   yours: live_free(); untouched on failure.
 * @param ret_length NULL when not wanted.
 * @retval LIVE_E_NOMEM the buffer was poisoned
 */
LIVE_API LIVE_MUST_USE live_err live_buf_take(live_buf *buf, char **ret_text, size_t *ret_length,
                                              live_error *error);

/** Frees what the libraries hand out as yours. NULL is fine. */
LIVE_API void live_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
