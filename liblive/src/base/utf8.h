// SPDX-License-Identifier: Apache-2.0
// UTF-8: its characters, one at a time, and whole texts.
#ifndef LV_UTF8_H
#define LV_UTF8_H

#include <stdbool.h>
#include <stddef.h>

// Length of the valid character that `text` (not empty) begins with; 0 when it begins with none.
size_t lv_utf8_length(const char *text, size_t length);

// Whether all of it is; also where there is nothing.
bool lv_utf8_is(const char *text, size_t length);

// Its length without a character that breaks off at its end.
size_t lv_utf8_whole(const char *text, size_t length);

// How many bytes stand for themselves where a JSON string goes on at `text`, before its end and all that needs a closer
// look: almost all of them.
size_t lv_utf8_plain(const char *text, size_t length);

#endif
