// SPDX-License-Identifier: Apache-2.0
// The files that a command is about to write, in memory: from a template whose one word was replaced, or made here.
#ifndef SCAFFOLD_H
#define SCAFFOLD_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>

#include <live/json_text.h>

typedef struct scaffold_file {
    char *path, *text; // the path below the folder that gets the files
    size_t length;
    unsigned mode;
    bool secret; // what only this machine may know: not in git, kept where it is there
} scaffold_file;

typedef struct scaffold {
    scaffold_file *files;
    size_t count;
} scaffold;

void scaffold_clear(scaffold *scaffold);

// Adds a file `path` in `folder` ("": at the top); takes the text.
live_err scaffold_add(scaffold *scaffold, const char *folder, const char *path, char *text,
                      size_t length, unsigned mode, live_error *error);

// The file of that path. NULL: there is none.
scaffold_file *scaffold_find(const scaffold *scaffold, const char *path);
void scaffold_remove(scaffold *scaffold, const scaffold_file *file);

// The text of a file as JSON that may be changed; and such text as a file, in the place of one that is there.
live_err scaffold_get_json(const scaffold *scaffold, const char *path, live_json_text **ret_json,
                           live_error *error);
live_err scaffold_put_json(scaffold *scaffold, const char *path, const live_json_text *json,
                           unsigned mode, live_error *error);

// Adds what MANIFEST lists of a template, in `folder` ("": at the top); `name` takes the place of the word.
live_err scaffold_add_template(scaffold *scaffold, const char *template, const char *word,
                               const char *name, const char *folder, live_error *error);

// .live-template.json: which files came from which template, with their hashes.

#define SCAFFOLD_ORIGIN ".live-template.json"

live_err scaffold_origin_new(live_json_text **ret_origin, live_error *error);

// Adds an entry for the files that came from a template.
live_err scaffold_origin_add(live_json_text *origin, const char *template, const char *name,
                             const scaffold_file *files, size_t count, live_error *error);

#endif
