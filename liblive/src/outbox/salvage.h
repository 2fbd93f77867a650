// SPDX-License-Identifier: Apache-2.0
// A store that is damaged: what can be read of it goes to a new one, the rest is counted.
#ifndef LV_SALVAGE_H
#define LV_SALVAGE_H

#include "outbox/store.h"

// Whether one was begun and not finished.
bool lv_salvage_is_due(const char *path);

// The file must be closed. `known` are the counters as far as they are known otherwise.
live_err lv_salvage(const char *path, const lv_tally *known, live_error *error);

#endif
