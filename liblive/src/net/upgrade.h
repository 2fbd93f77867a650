// SPDX-License-Identifier: Apache-2.0
// How an HTTP connection becomes a WebSocket (RFC 6455, section 4): what is asked, and whether the answer agrees.
#ifndef LV_UPGRADE_H
#define LV_UPGRADE_H

#include <live/buf.h>
#include <live/error.h>
#include <stddef.h>

enum { LV_UPGRADE_KEY_BYTES = 25, LV_UPGRADE_MAX_HEAD_BYTES = 32 * 1024 };

typedef struct lv_upgrade {
    const char *url;                 // http:// or https://, with a path
    const char *username, *password; // Basic; NULL: none
    const char *cookies;             // "a=1; b=2"; "": none
    char key[LV_UPGRADE_KEY_BYTES];
} lv_upgrade;

// Fills the key with random bytes.
live_err lv_upgrade_make_key(lv_upgrade *upgrade, live_error *error);

void lv_upgrade_write(const lv_upgrade *upgrade, live_buf *out);

// The path of the URL.
const char *lv_upgrade_path(const lv_upgrade *upgrade);

// How many bytes of the answer are its head, the empty line included; 0: it has not come whole.
size_t lv_upgrade_head(const char *bytes, size_t length);

// Whether the answer's head makes a WebSocket of the connection; else `http` of the error is its status.
live_err lv_upgrade_check(const lv_upgrade *upgrade, const char *head, size_t length,
                          live_error *error);

#endif
