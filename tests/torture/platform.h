// SPDX-License-Identifier: Apache-2.0
// A platform for programs whose memory is out: a process of its own that allocates nothing.
#ifndef TORTURE_PLATFORM_H
#define TORTURE_PLATFORM_H

// Answers handshake, connect, subscriptions, queries (two rows each, then their end) and events. Returns its port;
// it ends with this process.
int platform_start(void);

#endif
