// SPDX-License-Identifier: Apache-2.0
// Where the figures come from: small files below a root, read line by line.
#ifndef HOST_SOURCE_H
#define HOST_SOURCE_H

#include <live/buf.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statvfs.h>

enum { HOST_LINE_BYTES = 2048, HOST_PATH_BYTES = 4096 };

typedef struct host_source {
    const char *root; // "/" on a machine; tests and containers have another
    int (*statvfs)(const char *path, struct statvfs *ret_stat);
    live_buf *text; // of the file that was read last
} host_source;

live_err host_source_open(host_source *source, const char *root, live_error *error);
void host_source_close(host_source *source);

// Reads a file whole. `ret_text` is valid until the next read.
live_err host_read(host_source *source, const char *path, const char **ret_text, live_error *error);

// The path below the root. False: too long.
bool host_path(const host_source *source, const char *path, char ret_path[HOST_PATH_BYTES]);
bool host_exists(const host_source *source, const char *path);

// The next line, cut to its place. False: the text has ended.
bool host_line(const char **cursor, char ret_line[HOST_LINE_BYTES]);

// Reads numbers until something else comes; returns how many there were.
size_t host_numbers(const char *text, uint64_t *ret_numbers, size_t capacity);

#endif
