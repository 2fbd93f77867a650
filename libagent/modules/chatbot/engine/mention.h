// SPDX-License-Identifier: Apache-2.0
// Whether a message speaks to the bot, and what it says then.
#ifndef CHATBOT_MENTION_H
#define CHATBOT_MENTION_H

#include <live/buf.h>
#include <stdbool.h>

enum { MENTION_MAX_BYTES = 4096 }; // what is longer is no question; the rest of it is not read

// Whether `text` has the alias as a whole word, in any case. What is left of it without the alias is put into `rest`: one
// line, blanks collapsed, links as their labels, control characters as blanks. It may be "".
bool mention_read(const char *text, const char *alias, live_buf *rest);

#endif
