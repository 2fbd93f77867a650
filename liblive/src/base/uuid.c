// SPDX-License-Identifier: Apache-2.0
// Random identifiers.
#include <live/uuid.h>

#include <errno.h>
#include <string.h>
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

void live_uuid_format(const unsigned char random[LIVE_UUID_RANDOM], char ret_uuid[LIVE_UUID_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char b[LIVE_UUID_RANDOM];

    memcpy(b, random, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40); // version 4
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80); // variant of RFC 9562
    char *at = ret_uuid;
    for (size_t i = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[b[i] >> 4];
        *at++ = digits[b[i] & 0x0F];
    }
    *at = '\0';
}

live_err live_uuid_new(char ret_uuid[LIVE_UUID_BYTES], live_error *error)
{
    unsigned char random[LIVE_UUID_RANDOM];
    live_err err = live_random(random, sizeof random, error);

    if (!err)
        live_uuid_format(random, ret_uuid);
    return err;
}
