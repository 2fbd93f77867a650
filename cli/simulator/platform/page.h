// SPDX-License-Identifier: Apache-2.0
// The simulator's page, where a person reads and writes in the rooms and sees events arrive.
#ifndef SIM_PAGE_H
#define SIM_PAGE_H

#include <stdbool.h>

#include "http_server.h"
#include "store.h"
#include "world.h"

typedef struct sim_page sim_page;

// `directory` holds the page's files.
live_err sim_page_new(sim_store *store, sim_world *world, const char *directory,
                      sim_page **ret_page, live_error *error);
void sim_page_free(sim_page *page);

// Answers what is asked of the page. False: the path is none of its.
bool sim_page_handle(sim_page *page, ag_exchange *exchange);

#endif
