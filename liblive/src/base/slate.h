// SPDX-License-Identifier: Apache-2.0
// Memory for one tree after the other.
#ifndef LV_SLATE_H
#define LV_SLATE_H

#include <live/json_rows.h>

// So many bytes, aligned for a cJSON item. NULL: no memory.
void *lv_slate_take(live_json_slate *slate, size_t bytes);

#endif
