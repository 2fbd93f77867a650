// SPDX-License-Identifier: Apache-2.0
// The disk below one folder, between the program and the kernel: what is written is recorded, or refused.
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum disk_what { DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_REMOVE, DISK_MARK } disk_what;

typedef struct disk_op {
    disk_what what;
    char file[64]; // its name in the folder
    off_t at;      // where it is written; or the length it gets; or the number of a mark
    long other;    // of a mark
    size_t length;
    char *bytes;
} disk_op;

typedef struct disk_log {
    disk_op *ops;
    size_t count, room;
} disk_log;

// From now on, until disk_stop(). The folder's path has no link in it.
void disk_record(const char *folder);
void disk_mark(long number, long other); // something the test wants to find in the log
void disk_stop(disk_log *ret_log);
void disk_log_free(disk_log *log);

// From the Nth change on every one fails: the disk is full, until disk_heal(), which says how many there were.
void disk_fill_at(const char *folder, long number);
long disk_heal(void);

#endif
