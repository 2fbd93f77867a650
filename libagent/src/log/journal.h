// SPDX-License-Identifier: Apache-2.0
// The agent's log: what the supervisor says and what its children say, written on, and the last of it kept.
#ifndef AG_JOURNAL_H
#define AG_JOURNAL_H

#include <cJSON.h>
#include <live/log.h>
#include <stddef.h>
#include <stdint.h>

#include "log/forward.h"

enum { AG_JOURNAL_BYTES = 256 * 1024, AG_SAID_BYTES = 200 }; // of text that is kept; of a line

typedef struct ag_journal ag_journal;

// Which lines somebody wants.
typedef struct ag_journal_filter {
    const cJSON *processes; // list of names; NULL: all
    live_level least;
    const char *text; // that its text has, in any case; NULL: any
    int64_t since_ms; // the earliest; 0: any
} ag_journal_filter;

// As a request gives it: "processes", "level", "text", "since_ms". Borrows from it.
ag_journal_filter ag_journal_filter_of(const cJSON *request);

// Becomes the sink of the log, until it is freed; writes where live_log_to_fd() does. Lines that nobody takes there are counted, and
// that is told (`log.lost`) before the next one: nobody waits longer than a tenth of a second, and not again until one was taken.
ag_journal *ag_journal_new(live_level least); // NULL: out of memory
void ag_journal_free(ag_journal *journal);
void ag_journal_set_level(ag_journal *journal, live_level least);

// From now on the log goes to a file in the place of standard error, and to a new one whenever that has grown to `max_bytes`;
// ag_logfile_new() says which are kept.
live_err ag_journal_to_file(ag_journal *journal, const char *path, int64_t max_bytes, int64_t count,
                            live_error *error);

// From now on the log goes to systemd's journal in the place of standard error, with fields; what that does not take at once goes
// to standard error. Call it once, before ag_journal_to_file(). `identifier` is borrowed.
live_err ag_journal_to_journald(ag_journal *journal, const char *path, const char *identifier,
                                live_error *error);
void ag_journal_reopen(ag_journal *journal); // somebody has renamed the file

// Each line goes there too; NULL: no more.
void ag_journal_forward(ag_journal *journal, ag_forward *forward);

// What a line says, cut; whether it is an error, or no line of a log.
typedef struct ag_said {
    char text[AG_SAID_BYTES];
    bool grave;
} ag_said;

// A line that a child wrote: a record as JSON, or any text.
void ag_journal_add(ag_journal *journal, const char *process, const char *line, size_t length,
                    ag_said *ret_said);

// Called for each line: {"time_ms", "level", "process", "event", "text"}; borrowed. Must not log.
void ag_journal_listen(ag_journal *journal, void (*fn)(const cJSON *line, void *user), void *user);

// The last `count` lines that fit, the oldest first. Yours.
cJSON *ag_journal_tail(const ag_journal *journal, const ag_journal_filter *filter, size_t count);

// Whether a line fits.
bool ag_journal_fits(const ag_journal_filter *filter, const cJSON *line);

#endif
