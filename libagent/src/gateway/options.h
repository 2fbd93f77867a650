// SPDX-License-Identifier: Apache-2.0
// What the settings say of the outbox.
#ifndef AG_GATEWAY_OPTIONS_H
#define AG_GATEWAY_OPTIONS_H

#include <cJSON.h>
#include <live/outbox.h>

// Fills in what ag_outbox_config() wrote; what is missing stays as it is.
void ag_options_read(const cJSON *config, live_outbox_options *options);

#endif
