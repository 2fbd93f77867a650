// SPDX-License-Identifier: Apache-2.0
// Secrets, which a package may not hold: anybody who has the file can read what is in it.
#ifndef SECRET_H
#define SECRET_H

#include <live/error.h>

// Refuses settings that hold a secret in the clear, naming its place: a text under a key that ends with
// "password", "secret" or "token".
live_err secret_check_settings(const char *path, live_error *error);

// Looks in every file below `payload` for the secrets that the settings refer to, whose files lie below `root`.
// Those that say nothing are not looked for: shorter than 8 bytes, or equal to the user name.
live_err secret_scan(const char *settings, const char *root, const char *payload,
                     live_error *error);

#endif
