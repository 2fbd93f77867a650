// SPDX-License-Identifier: Apache-2.0
// What the service manager is told: a datagram each, to the socket that $NOTIFY_SOCKET names. Without one nothing is.
#ifndef AG_NOTIFY_H
#define AG_NOTIFY_H

#include <live/api.h>
#include <stdbool.h>
#include <stdint.h>

// Lines such as "READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1" and "STATUS=…", with line breaks between them.
void ag_notify(const char *format, ...) LIVE_FORMAT(1, 2);

// Whether anybody listens.
bool ag_notify_is_heard(void);

// READY=1, or RELOADING=1 with the time that systemd wants beside it.
void ag_notify_ready(void);
void ag_notify_reloading(void);

// How often WATCHDOG=1 is due, half of what the service manager waits for; 0: it does not.
int64_t ag_notify_every_ms(void);

#endif
