// SPDX-License-Identifier: Apache-2.0
// Names of things in what people write.
#include "adapters/names.h"

#include <agent/chat.h>
#include <string.h>

#include "engine/words.h"

enum { MAX_PLACES = 4 * NAMES_MAX };

// Where a name stands in a text.
typedef struct place {
    size_t name;
    const char *at;
    size_t length;
} place;

static size_t find_places(const char *text, const char *const *names, size_t count,
                          place places[MAX_PLACES])
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        const char *at = agent_find_word(text, names[i]);
        for (; at && found < MAX_PLACES; at = agent_find_word(at + length, names[i]))
            if (!words_go_on(text, at, length)) // RIG-1 is not in RIG-1-A
                places[found++] = (place){ .name = i, .at = at, .length = length };
    }
    return found;
}

static bool is_inside_another(const place *own, const place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (places[i].length > own->length && places[i].at <= own->at &&
            places[i].at + places[i].length >= own->at + own->length)
            return true;
    return false;
}

static size_t find(const char *text, const char *const *names, size_t count, bool own_case,
                   size_t ret_found[NAMES_MAX])
{
    place places[MAX_PLACES];
    size_t place_count = find_places(text, names, count, places), found = 0;

    for (size_t i = 0; i < place_count && found < NAMES_MAX; i++) {
        const place *own = &places[i];
        bool known = found > 0 && ret_found[found - 1] == own->name;
        bool wanted = !own_case || strncmp(own->at, names[own->name], own->length) == 0;
        if (wanted && !known && !is_inside_another(own, places, place_count))
            ret_found[found++] = own->name;
    }
    return found;
}

size_t names_find(const char *text, const char *const *names, size_t count,
                  size_t ret_found[NAMES_MAX])
{
    return find(text, names, count, false, ret_found);
}

size_t names_find_exact(const char *text, const char *const *names, size_t count,
                        size_t ret_found[NAMES_MAX])
{
    size_t found = find(text, names, count, true, ret_found);

    return found > 0 ? found : find(text, names, count, false, ret_found);
}
