// SPDX-License-Identifier: Apache-2.0
// What a room knows of assets: the list, and the one that is selected.
#ifndef CHATBOT_ASSET_H
#define CHATBOT_ASSET_H

#include <agent/chat.h>

// The list of assets, an array of { id, name, asset_type }. It is read afresh unless it was a moment ago. Borrowed until
// the next call. A type that cannot be read is left out; fails when none can.
live_err assets_read(agent_chat *chat, const cJSON **ret_assets, live_error *error);

// The selected asset, { id, name, asset_type, event_type, filter, curves: [name] }; NULL: none is.
const cJSON *asset_selected(const agent_chat *chat);

// Remembers it, with what its settings (a normalizer) say.
void asset_remember(agent_chat *chat, const cJSON *asset, const cJSON *settings);

// Whether a word is part of the name of an asset, or of a curve of the selected one.
bool asset_has_word(const agent_chat *chat, const char *word);

#endif
