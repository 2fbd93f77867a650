// SPDX-License-Identifier: Apache-2.0
// The text of an event, with what the outbox adds to it.
#ifndef LV_EVENT_TEXT_H
#define LV_EVENT_TEXT_H

#include <live/buf.h>
#include <live/error.h>
#include <stdbool.h>

// Adds one event, in text that was checked, as it is; `uid` (32 hex digits or a UUID) where it has none and, when
// `idempotent`, `__overwrite`, before the last brace.
live_err lv_event_text_add(live_buf *out, const char *text, size_t length, const char *uid,
                           bool idempotent, live_error *error);

#endif
