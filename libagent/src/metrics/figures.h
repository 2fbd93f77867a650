// SPDX-License-Identifier: Apache-2.0
// The figures of an agent's status: one table for people and for Prometheus.
#ifndef AG_FIGURES_H
#define AG_FIGURES_H

#include <cJSON.h>
#include <live/buf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a figure is counted in, for people.
typedef enum ag_figure_unit {
    AG_FIGURE_COUNT,
    AG_FIGURE_RATE,  // a second
    AG_FIGURE_SHARE, // of one
    AG_FIGURE_BYTES,
    AG_FIGURE_AGE, // seconds
    AG_FIGURE_UNITS
} ag_figure_unit;

// A status, and another one from `before_ms` earlier (NULL: none) for what is used between two looks.
typedef struct ag_moment {
    const cJSON *status, *before;
    int64_t before_ms, now_ms;
} ag_moment;

// A figure of a process: found by `get`, or as the member `key`.
typedef struct ag_figure {
    const char *title; // of a column for people; NULL: none
    ag_figure_unit unit;
    const char *key;
    bool (*get)(const ag_moment *moment, const cJSON *process, double *ret_value);
    const char *metric, *type, *help; // NULL: not for Prometheus
} ag_figure;

size_t ag_figures_count(void);
const ag_figure *ag_figures_at(size_t index);

// False: the process has none.
bool ag_figure_get(const ag_figure *figure, const ag_moment *moment, const cJSON *process,
                   double *ret_value);

bool ag_figures_is_up(const cJSON *process);

// The text format of Prometheus. `status` NULL: no agent runs.
void ag_figures_write(live_buf *out, const cJSON *status, int64_t now_ms);

#endif
