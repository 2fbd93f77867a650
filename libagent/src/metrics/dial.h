// SPDX-License-Identifier: Apache-2.0
// Reaching an agent's control socket.
#ifndef AG_DIAL_H
#define AG_DIAL_H

#include <stdbool.h>

// Connects a socket to the control socket in a folder, however long the folder's path is. False: see errno.
bool ag_dial(int fd, const char *folder);

#endif
