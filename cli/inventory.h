// SPDX-License-Identifier: Apache-2.0
// What a settings file uses, asked of live-agent: no module is loaded into this program.
#ifndef INVENTORY_H
#define INVENTORY_H

#include <cJSON.h>
#include <live/error.h>

// {"modules": […], "processes": […]} as `live-agent --inventory` tells it. Yours.
live_err inventory_read(const char *settings, cJSON **ret_inventory, live_error *error);

#endif
