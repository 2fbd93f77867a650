// SPDX-License-Identifier: Apache-2.0
// Texts in queries.
#ifndef CHATBOT_QUOTE_H
#define CHATBOT_QUOTE_H

#include <live/buf.h>

// Adds a text in quotes, as a value of a filter or of an expression: whatever it holds, it stays one text.
void quote(live_buf *out, const char *text);

#endif
