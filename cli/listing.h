// SPDX-License-Identifier: Apache-2.0
// What can be listed: how it is asked for, what it is called, which columns it has.
#ifndef LISTING_H
#define LISTING_H

#include <live/resource.h>

#include "table.h"

enum { LISTING_ID_BYTES = 128, LISTING_TYPE_BYTES = 64 };

typedef struct listing listing;

struct listing {
    const char *name, *noun; // "rooms", "room"
    const char *name_key;    // the member that people know an entry by
    bool single;             // there is one, not a list
    const char *titles[TABLE_COLUMNS];

    // All entries, an array, yours. `*ret_whole` becomes false when a part could not be read, which has been said.
    live_err (*collect)(live_client *client, cJSON **ret_entries, bool *ret_whole,
                        live_error *error);
    cJSON *(*cells)(const listing *listing, const cJSON *entry); // an array of texts, one a title
};

// NULL: nothing of that name.
const listing *listing_find(const char *name);

// What else names an entry: its id, of an asset "TYPE/ID".
const char *listing_id(const listing *listing, const cJSON *entry, char out[LISTING_ID_BYTES]);

// Reads the name of an asset, "TYPE/ID".
live_err listing_asset(const char *asset, char ret_type[LISTING_TYPE_BYTES], int64_t *ret_id,
                       live_error *error);

// The curves of one asset, given as "TYPE/ID".
live_err listing_asset_curves(live_client *client, const char *asset, cJSON **ret_entries,
                              live_error *error);

#endif
