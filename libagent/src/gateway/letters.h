// SPDX-License-Identifier: Apache-2.0
// What is asked of the outbox while the agent runs: to show it, to try its dead letters again, to forget them.
#ifndef AG_LETTERS_H
#define AG_LETTERS_H

#include <live/buf.h>
#include <live/outbox.h>

// Answers "show FIRST LAST", "retry FIRST LAST" or "purge FIRST LAST", numbers of dead letters; a LAST of 0 is the newest
// there may be now. A page at a time, which is short enough that nothing else waits for it:
// {"outbox", "dead_letters": [{"number", "refused", "http", "reason", "event"}…]} or {"count"}, each with "last", and with "next"
// where there is more: ask again from there. Of an event that is too long its "beginning" is told. {"error"}: it failed.
void ag_letters_answer(live_outbox *outbox, const char *question, live_buf *answer);

#endif
