// SPDX-License-Identifier: Apache-2.0
// Git, by libgit2: a repository with a first commit, or a commit in one that is there.
//
// Files are added by their paths, so that nobody's ignore rules leave one out; the owner of a repository is always
// checked; an identity is never made up; hooks do not run.
#ifndef REPOSITORY_H
#define REPOSITORY_H

#include <limits.h>
#include <live/error.h>
#include <stdbool.h>

#include "scaffold.h"

// What a person should hear of a commit.
typedef struct repository_report {
    bool committed; // or, without an identity, only staged
    bool unsigned_; // though commit.gpgSign is on
    bool hooks;     // there are some, which did not run
} repository_report;

// The repository that a folder lies in. False: in none.
bool repository_find(const char *folder, char ret_path[PATH_MAX]);

// Makes a repository in a folder and commits the files that are there, but no secret one.
live_err repository_make(const char *folder, const scaffold *files, const char *message,
                         repository_report *ret_report, live_error *error);

// Fails, saying what to do, where a commit in that repository will not be possible.
live_err repository_check(const char *path, live_error *error);

// Commits the files of `folder` in the repository it lies in, and nothing else that may be staged there.
live_err repository_commit(const char *path, const char *folder, const scaffold *files,
                           const char *message, repository_report *ret_report, live_error *error);

#endif
