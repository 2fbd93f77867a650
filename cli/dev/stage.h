// SPDX-License-Identifier: Apache-2.0
// Files appear all together or not at all.
//
// They are written into a hidden folder beside their place and renamed into it. Whoever is killed while writing
// leaves that folder and nothing else; whoever is killed while renaming leaves a list in it, by which the next one
// that opens the stage first puts everything back.
#ifndef STAGE_H
#define STAGE_H

#include <live/error.h>
#include <stdbool.h>

#include "scaffold.h"

typedef struct stage {
    int root, folder; // the folder that gets the files; the hidden one in it
    const char *name; // of the hidden one
} stage;

// Opens and locks the hidden folder `name` (borrowed) of `root`, and mends what an interrupted run left there.
live_err stage_open(const char *root, const char *name, stage *ret_stage, live_error *error);

// Removes the hidden folder.
void stage_close(stage *stage);

// Writes the files below `new` in the hidden folder.
live_err stage_write(const stage *stage, const scaffold *files, live_error *error);

// Renames the files into the root, over those that are there, and the folder `.git` when `repository`.
live_err stage_place(const stage *stage, const scaffold *files, bool repository, live_error *error);

// Renames `new` itself: the root gets one new folder.
live_err stage_place_folder(const stage *stage, const char *name, live_error *error);

#endif
