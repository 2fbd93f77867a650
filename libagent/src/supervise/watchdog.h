// SPDX-License-Identifier: Apache-2.0
// Ends this process, with a reason, when a function of its module does not come back: a timer of the kernel's is
// armed around each call, so nothing beats while the process is idle. One a process, as its signals are.
#ifndef AG_WATCHDOG_H
#define AG_WATCHDOG_H

#include <live/error.h>
#include <stdint.h>

// Also makes the process follow its parent: it has AG_ORPHAN_MS to end by itself once that is gone.
live_err ag_watchdog_start(live_error *error);

// Around a call. `function` is static; a limit of 0 is none. A call within a call has its name, and the time that is left.
void ag_watchdog_enter(const char *function, int64_t limit_ms);
void ag_watchdog_leave(void);

// Ends the process as if a call of that name had not come back.
_Noreturn void ag_watchdog_end(const char *function, int64_t limit_ms);

enum { AG_ORPHAN_MS = 5000 };

#endif
