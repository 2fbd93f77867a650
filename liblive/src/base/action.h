// SPDX-License-Identifier: Apache-2.0
// What actions and the log share.
#ifndef LV_ACTION_H
#define LV_ACTION_H

#include <live/action.h>
#include <live/log.h>

// Gives a record its place in the action that goes on.
void lv_action_place(live_log_record *record);

// Hands a record to the sink if it is of its levels.
void lv_log_put(live_log_record *record);

#endif
