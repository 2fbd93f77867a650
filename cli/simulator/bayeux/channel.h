// SPDX-License-Identifier: Apache-2.0
// Channel names: which are valid, which a subscription covers.
#ifndef BAYEUX_CHANNEL_H
#define BAYEUX_CHANNEL_H

#include <stdbool.h>

// A concrete name, or a pattern that ends in "/*" or "/**".
bool bayeux_channel_valid(const char *name);
bool bayeux_channel_is_pattern(const char *name);
bool bayeux_channel_is_meta(const char *name);
bool bayeux_channel_is_service(const char *name);

// Whether a subscription, perhaps a pattern, covers a concrete name. Patterns never cover meta channels.
bool bayeux_channel_covers(const char *subscription, const char *name);

#endif
