// SPDX-License-Identifier: Apache-2.0
// Channel names and the patterns that cover them.
#include <string.h>

#include "bayeux/bayeux.h"

bool lv_bayeux_matches(const char *subscription, const char *channel)
{
    size_t length = strlen(subscription);
    bool deep = length >= 3 && strcmp(subscription + length - 3, "/**") == 0;
    bool shallow = length >= 2 && strcmp(subscription + length - 2, "/*") == 0;

    if (!deep && !shallow)
        return strcmp(subscription, channel) == 0;
    length -= deep ? 2 : 1;
    return strncmp(subscription, channel, length) == 0 && channel[length] &&
           (deep || !strchr(channel + length, '/'));
}
