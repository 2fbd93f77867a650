// SPDX-License-Identifier: Apache-2.0
// An agent beside the terminal it was started from, and only one for a folder.
#ifndef AG_DAEMON_H
#define AG_DAEMON_H

#include <live/error.h>
#include <stdbool.h>
#include <sys/types.h>

// Makes this process the one that runs the agent of a folder, as long as it holds the descriptor (which no child inherits).
// LIVE_E_LIMIT: another one does. One whose number is at `pid_path` and that is dead is waited for, at most a second.
live_err ag_daemon_lock(const char *directory, const char *pid_path, int *ret_fd,
                        live_error *error);

// Opens, or makes, a file of ours to write to, with mode 0640. What is another user's, no plain file, a symbolic link or has
// a second name is refused.
live_err ag_daemon_open(const char *path, int flags, int *ret_fd, live_error *error);

// A file with the number of this process, locked as long as the descriptor is held: a number that was left behind by a
// killed agent, whoever has it now, keeps nobody away. LIVE_E_LIMIT: another agent holds it.
live_err ag_daemon_write_pid(const char *path, int *ret_fd, live_error *error);
void ag_daemon_remove_pid(const char *path, int fd);

// The number in such a file, for people; 0: there is none.
pid_t ag_daemon_read_pid(const char *path);

// Goes on in a new process without a terminal; the old one waits there for ag_daemon_tell() and ends with its code.
// Returns in the new one. LIVE_E_SYSTEM: there is no new one.
live_err ag_daemon_detach(int *ret_teller, live_error *error);

// Tells the one that waits how it went, in a line for people. Once; closes the descriptor.
void ag_daemon_tell(int *teller, int code, const char *text);

// Whether this process has a controlling terminal.
bool ag_daemon_has_terminal(void);

#endif
