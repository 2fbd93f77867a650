// SPDX-License-Identifier: Apache-2.0
// systemd's journal, spoken to in its own language: a datagram of fields for each record, so that `journalctl LIVE_PROCESS=pumps`
// finds what a process said.
#ifndef AG_JOURNALD_H
#define AG_JOURNALD_H

#include <live/buf.h>
#include <live/error.h>
#include <live/log.h>
#include <stdbool.h>

#define AG_JOURNALD_PATH "/run/systemd/journal/socket"

typedef struct ag_journald ag_journald;

// `identifier` is what the journal knows the program by (SYSLOG_IDENTIFIER); borrowed.
live_err ag_journald_new(const char *path, const char *identifier, ag_journald **ret_journald,
                         live_error *error);
void ag_journald_free(ag_journald *journald);

// False: the journal has no room for it now.
bool ag_journald_send(const ag_journald *journald, const live_log_record *record);

// The fields of a record in the journal's format.
void ag_journald_write(live_buf *out, const char *identifier, const live_log_record *record);

#endif
