// SPDX-License-Identifier: Apache-2.0
// The `live` block of a settings file: which platform a command talks to.
#ifndef SETTINGS_H
#define SETTINGS_H

#include <live/client.h>
#include <live/loop.h>

// A client of the platform that the settings file names.
live_err settings_client(const char *path, live_loop *loop, live_client **ret_client,
                         live_error *error);

#endif
