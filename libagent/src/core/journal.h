// SPDX-License-Identifier: Apache-2.0
// The agent's log: what the supervisor says and what its children say, written on, and the last of it kept.
#ifndef AG_JOURNAL_H
#define AG_JOURNAL_H

#include <cJSON.h>
#include <live/log.h>
#include <stddef.h>

enum { AG_JOURNAL_BYTES = 256 * 1024 }; // of text that is kept

typedef struct ag_journal ag_journal;

// Which lines somebody wants.
typedef struct ag_journal_filter {
    const cJSON *processes; // list of names; NULL: all
    live_level least;
} ag_journal_filter;

// Becomes the sink of the log, until it is freed; writes where live_log_to_fd() does.
ag_journal *ag_journal_new(live_level least); // NULL: out of memory
void ag_journal_free(ag_journal *journal);
void ag_journal_set_level(ag_journal *journal, live_level least);

// A line that a child wrote: a record as JSON, or any text.
void ag_journal_add(ag_journal *journal, const char *process, const char *line, size_t length);

// Called for each line: {"time_ms", "level", "process", "event", "text"}; borrowed. Must not log.
void ag_journal_listen(ag_journal *journal, void (*fn)(const cJSON *line, void *user), void *user);

// The last `count` lines that fit, the oldest first. Yours.
cJSON *ag_journal_tail(const ag_journal *journal, const ag_journal_filter *filter, size_t count);

// Whether a line fits.
bool ag_journal_fits(const ag_journal_filter *filter, const cJSON *line);

#endif
