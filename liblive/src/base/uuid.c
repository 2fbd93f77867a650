// SPDX-License-Identifier: Apache-2.0
// Random identifiers.
#include <live/uuid.h>

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

live_err live_random(void *bytes, size_t length, live_error *error)
{
    char *next = bytes;

    while (length > 0) {
        ssize_t got = getrandom(next, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return live_fail_errno(error, errno, "no random bytes");
        next += got;
        length -= (size_t)got;
    }
    return LIVE_OK;
}

live_err live_uuid_new(char ret_uuid[LIVE_UUID_BYTES], live_error *error)
{
    unsigned char b[16];
    live_err err = live_random(b, sizeof b, error);
    if (err)
        return err;

    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40); // version 4
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80); // variant of RFC 9562
    snprintf(ret_uuid, LIVE_UUID_BYTES,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return LIVE_OK;
}
