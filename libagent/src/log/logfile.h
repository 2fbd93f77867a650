// SPDX-License-Identifier: Apache-2.0
// The file that a descriptor writes the log to: renamed when it has grown, opened again when somebody else renamed it.
#ifndef AG_LOGFILE_H
#define AG_LOGFILE_H

#include <live/error.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ag_logfile ag_logfile;

// Opens PATH, or makes it with mode 0640, as ag_daemon_open() does, and puts it behind `fd`. Beside PATH there are at most
// `count` - 1 older ones, PATH.1 the youngest of them; a file that `max_bytes` is reached in is the last one's turn.
live_err ag_logfile_new(int fd, const char *path, int64_t max_bytes, int64_t count,
                        ag_logfile **ret_file, live_error *error);
void ag_logfile_free(ag_logfile *file); // the descriptor stays as it is

void ag_logfile_limit(ag_logfile *file, int64_t max_bytes, int64_t count);

// So much was written: when it is enough, what follows goes to a new file.
void ag_logfile_wrote(ag_logfile *file, size_t bytes);

// What follows goes to what now is PATH (SIGUSR1).
live_err ag_logfile_reopen(ag_logfile *file, live_error *error);

#endif
