// SPDX-License-Identifier: Apache-2.0
// Passing descriptors from the supervisor to its children, each with a name; and words without one.
#ifndef AG_PASSING_H
#define AG_PASSING_H

#include <live/error.h>
#include <stddef.h>

enum { AG_NAME_BYTES = 256 };

#define AG_PASS_LEVEL "level " // a word: which lines of the log are wanted from now on

// A pair of connected sockets that keep messages apart; both are closed on exec.
live_err ag_passing_pair(int ret_ends[2], live_error *error);

// Passes a copy of `fd`; -1: the name is a word alone. LIVE_E_CLOSED: the other side is gone.
live_err ag_passing_send(int socket, const char *name, int fd, live_error *error);

// Takes the next one without blocking; a word has the descriptor -1. LIVE_E_NOTFOUND: none is there; LIVE_E_CLOSED: the end.
live_err ag_passing_receive(int socket, char name[AG_NAME_BYTES], int *ret_fd, live_error *error);

// Does what a word says. One that is not known is of a later version and is left out.
void ag_passing_obey(const char *word);

#endif
