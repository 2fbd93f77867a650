// SPDX-License-Identifier: Apache-2.0
// A query that a command follows: nobody is to take its silence for peace.
#ifndef FOLLOWING_H
#define FOLLOWING_H

#include <live/query.h>

// What becomes of the query is told on standard error: rows that are missing, that it does not run for now, and that it runs
// again. A command follows one.
void following_tell(live_query_options *options);

#endif
