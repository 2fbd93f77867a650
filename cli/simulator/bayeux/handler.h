// SPDX-License-Identifier: Apache-2.0
// What each kind of message does.
#ifndef BAYEUX_HANDLER_H
#define BAYEUX_HANDLER_H

#include "arrival.h"

// Does it, and says in the reply what became of it.
void bayeux_handle(bayeux_arrival *arrival, const cJSON *message, cJSON *reply);

#endif
