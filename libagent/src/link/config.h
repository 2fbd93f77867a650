// SPDX-License-Identifier: Apache-2.0
// What a child is told at its start: JSON in a sealed piece of memory behind a descriptor.
#ifndef AG_CONFIG_H
#define AG_CONFIG_H

#include <cJSON.h>
#include <live/error.h>

// The descriptor is yours to close.
live_err ag_config_write(const cJSON *config, int *ret_fd, live_error *error);

// Reads and closes it.
live_err ag_config_read(int fd, cJSON **ret_config, live_error *error);

#endif
