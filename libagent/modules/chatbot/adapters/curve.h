// SPDX-License-Identifier: Apache-2.0
// Which curve of the selected asset a text is about.
#ifndef CHATBOT_CURVE_H
#define CHATBOT_CURVE_H

#include <agent/chat.h>

// The one enabled curve of the selected asset that the text names, borrowed from what the room remembers. NULL: no asset is
// selected, or the text names no curve or several, and the reply asks for what is missing.
live_err curve_choose(agent_chat *chat, const char *text, const char **ret_curve,
                      live_error *error);

#endif
