// SPDX-License-Identifier: Apache-2.0
// What a child is told at its start.
#include "link/config.h"

#include <errno.h>
#include <live/buf.h>
#include <live/json.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

live_err ag_config_write(const cJSON *config, int *ret_fd, live_error *error)
{
    char *text = NULL;
    live_err err = live_json_print(config, &text, error);
    int fd = err ? -1 : memfd_create("live-config", MFD_CLOEXEC);

    if (err)
        return err;
    size_t length = strlen(text);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0)
        err = live_fail_errno(error, errno, "the child's configuration");
    explicit_bzero(text, length);
    live_free(text);
    if (err && fd >= 0)
        close(fd);
    if (!err)
        *ret_fd = fd;
    return err;
}

live_err ag_config_read(int fd, cJSON **ret_config, live_error *error)
{
    char chunk[4096];
    ssize_t got = 0;
    live_buf *text = live_buf_new();
    live_err err = LIVE_OK;

    while (!live_buf_failed(text) &&
           (got = pread(fd, chunk, sizeof chunk, (off_t)live_buf_length(text))) > 0)
        live_buf_add(text, chunk, (size_t)got);
    if (live_buf_failed(text))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    else if (got < 0)
        err = live_fail_errno(error, errno, "the configuration");
    else
        err = live_json_parse(live_buf_data(text), live_buf_length(text), ret_config, error);
    close(fd);
    live_buf_free(text);
    return err;
}
