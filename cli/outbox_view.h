// SPDX-License-Identifier: Apache-2.0
// The counters of an outbox, for people.
#ifndef OUTBOX_VIEW_H
#define OUTBOX_VIEW_H

#include <live/outbox.h>
#include <stdio.h>

// One line: what waits, and how long the disk lasts.
void outbox_print_line(FILE *out, const live_outbox_stat *stat);

// All of them.
void outbox_print(FILE *out, const live_outbox_stat *stat);

#endif
