// SPDX-License-Identifier: Apache-2.0
// What the supervisor asks the gateway for when somebody wants to know: a descriptor is passed, one line comes back on it.
// Nothing is sent while nobody asks.
#ifndef AG_INQUIRY_H
#define AG_INQUIRY_H

#include <cJSON.h>

#include "supervise/child.h"

// What the gateway is passed a descriptor for: a worker's link, with the worker's name behind the word; a report; or a
// question about the outbox (gateway/letters.h).
#define AG_PASS_LINK   "link "
#define AG_PASS_REPORT "report"
#define AG_PASS_OUTBOX "outbox "

typedef struct ag_inquiry ag_inquiry;

// `report` is borrowed; NULL: the gateway is not there, or did not answer in time.
typedef void (*ag_report_fn)(const cJSON *report, void *user);

// An answer may take `limit_ms`.
live_err ag_inquiry_new(live_loop *loop, int64_t limit_ms, ag_report_fn fn, void *user,
                        ag_inquiry **ret_inquiry, live_error *error);
void ag_inquiry_free(ag_inquiry *inquiry);

// Asks by one of the words above; `fn` is called once from the loop, also for several calls before it comes.
void ag_inquiry_ask(ag_inquiry *inquiry, ag_child *gateway, const char *question);

// Nobody wants to know any more: `fn` is not called for what was asked. NULL is fine.
void ag_inquiry_forget(ag_inquiry *inquiry);

#endif
