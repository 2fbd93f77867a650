// SPDX-License-Identifier: Apache-2.0
// Where the figures come from: small files below a root, read line by line.
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What /proc/stat has on the largest machines is a few hundred KB.
enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };

live_err host_source_open(host_source *source, const char *root, live_error *error)
{
    *source = (host_source){ .root = root, .statvfs = statvfs, .text = live_buf_new() };
    return source->text ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

void host_source_close(host_source *source)
{
    live_buf_free(source->text);
    source->text = NULL;
}

bool host_path(const host_source *source, const char *path, char ret_path[HOST_PATH_BYTES])
{
    int length = snprintf(ret_path, HOST_PATH_BYTES, "%s/%s", source->root, path);

    return length > 0 && length < HOST_PATH_BYTES;
}

bool host_exists(const host_source *source, const char *path)
{
    char full[HOST_PATH_BYTES];

    return host_path(source, path, full) && access(full, F_OK) == 0;
}

static live_err read_all(int fd, live_buf *text, const char *path, live_error *error)
{
    char chunk[8192];
    ssize_t got;

    while ((got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return live_fail_errno(error, errno, "%s", path);
        live_buf_add(text, chunk, (size_t)got);
        if (live_buf_length(text) > FILE_MAX_BYTES)
            return live_fail(error, LIVE_E_LIMIT, "%s: longer than %d bytes", path, FILE_MAX_BYTES);
    }
    if (live_buf_failed(text))
        return live_fail(error, LIVE_E_NOMEM, "%s: out of memory", path);
    return LIVE_OK;
}

live_err host_read(host_source *source, const char *path, const char **ret_text, live_error *error)
{
    char full[HOST_PATH_BYTES];

    if (!host_path(source, path, full))
        return live_fail(error, LIVE_E_LIMIT, "%s: the path below the root is too long", path);
    int fd = open(full, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return live_fail_errno(error, errno, "%s", full);

    live_buf_clear(source->text);
    live_err err = read_all(fd, source->text, full, error);
    close(fd);
    if (!err)
        *ret_text = live_buf_data(source->text);
    return err;
}

bool host_line(const char **cursor, char ret_line[HOST_LINE_BYTES])
{
    size_t length = strcspn(*cursor, "\n");
    size_t kept = length < HOST_LINE_BYTES ? length : HOST_LINE_BYTES - 1;

    if (!**cursor)
        return false;
    memcpy(ret_line, *cursor, kept);
    ret_line[kept] = '\0';
    *cursor += length + ((*cursor)[length] == '\n');
    return true;
}

size_t host_numbers(const char *text, uint64_t *ret_numbers, size_t capacity)
{
    size_t count = 0;

    while (count < capacity) {
        text += strspn(text, " \t");
        if (*text < '0' || *text > '9')
            break;
        char *end = NULL;
        ret_numbers[count++] = strtoull(text, &end, 10);
        text = end;
    }
    return count;
}
