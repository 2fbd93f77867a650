// SPDX-License-Identifier: Apache-2.0
// Descriptors and words on their way to a child, which takes them when it comes to it: they wait, in their order, while there
// is no room.
#ifndef AG_PARCELS_H
#define AG_PARCELS_H

#include <live/loop.h>
#include <stdbool.h>

typedef struct ag_parcel ag_parcel;

typedef struct ag_parcels {
    live_loop *loop;
    const char *to; // whose they are, for the log
    int socket;     // borrowed
    live_io *io;    // NULL: none ever waited
    ag_parcel *first;
} ag_parcels;

// Passes a copy of a descriptor under a name, or a word alone (-1), as soon as there is room. False: it will not come.
bool ag_parcels_send(ag_parcels *parcels, const char *name, int fd);

// Drops those that wait.
void ag_parcels_clear(ag_parcels *parcels);

#endif
