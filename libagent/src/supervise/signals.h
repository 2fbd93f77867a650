// SPDX-License-Identifier: Apache-2.0
// What a supervisor does when it is signalled: it stops, reads its settings again, opens its log again, or ends who was left
// behind; and the service manager's watchdog, which it feeds.
#ifndef AG_SIGNALS_H
#define AG_SIGNALS_H

#include <live/loop.h>

typedef struct ag_supervisor ag_supervisor;

enum { AG_SIGNALS = 5 };

typedef struct ag_signals {
    live_signal *items[AG_SIGNALS];
    live_timer *feed; // NULL: there is no watchdog
} ag_signals;

// On failure, too, ag_signals_clear() is due.
live_err ag_signals_listen(ag_signals *signals, ag_supervisor *supervisor, live_error *error);
void ag_signals_clear(ag_signals *signals);

#endif
