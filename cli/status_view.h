// SPDX-License-Identifier: Apache-2.0
// The status of an agent, for people and for Prometheus, from one table of figures (figures.h).
#ifndef STATUS_VIEW_H
#define STATUS_VIEW_H

#include <cJSON.h>
#include <stdint.h>
#include <stdio.h>

// The verdict with its reason, and a line for each process. `before` (NULL: none) is the status from `before_ms` earlier: what a
// process used since then, rather than since its start.
void status_print(FILE *out, const cJSON *status, const cJSON *before, int64_t before_ms,
                  int64_t now_ms);

// The text format of Prometheus. `status` NULL: no agent runs.
void status_print_prometheus(FILE *out, const cJSON *status, int64_t now_ms);

#endif
