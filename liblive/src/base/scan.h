// SPDX-License-Identifier: Apache-2.0
// The strict scanner, for who reads what it has checked.
#ifndef LV_SCAN_H
#define LV_SCAN_H

#include <live/buf.h>
#include <live/error.h>
#include <stddef.h>

// Checks as live_json_check() does. Adds the length, a size_t, of each container that is so many levels deep, in their order.
live_err lv_scan_outer(const char *text, size_t length, size_t levels, live_buf *ret_inner,
                       live_error *error);

#endif
