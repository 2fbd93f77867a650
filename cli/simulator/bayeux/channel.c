// SPDX-License-Identifier: Apache-2.0
// Channel names: which are valid, which a subscription covers.
#include "channel.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static bool is_plain(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("-_!~()$@ #+.{}", c));
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bool bayeux_channel_valid(const char *name)
{
    if (*name != '/' || !name[1])
        return false;
    while (*name == '/') {
        size_t length = strcspn(++name, "/");
        bool last = !name[length];
        bool wild = (length == 1 && *name == '*') || (length == 2 && starts_with(name, "**"));
        for (size_t i = 0; i < length && !wild; i++)
            if (!is_plain(name[i]))
                return false;
        if (length == 0 || (wild && !last))
            return false;
        name += length;
    }
    return true;
}

bool bayeux_channel_is_pattern(const char *name)
{
    return strchr(name, '*') != NULL;
}

bool bayeux_channel_is_meta(const char *name)
{
    return starts_with(name, "/meta/");
}

bool bayeux_channel_is_service(const char *name)
{
    return starts_with(name, "/service/");
}

bool bayeux_channel_covers(const char *subscription, const char *name)
{
    const char *star = strchr(subscription, '*');

    if (!star)
        return strcmp(subscription, name) == 0;
    size_t length = (size_t)(star - subscription);
    if (bayeux_channel_is_meta(name) || strncmp(subscription, name, length) != 0 || !name[length])
        return false;
    return star[1] == '*' || !strchr(name + length, '/');
}
