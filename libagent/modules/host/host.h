// SPDX-License-Identifier: Apache-2.0
// One sample of a machine, family by family.
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <agent/setting.h>
#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

#include "meter.h"
#include "source.h"

// Which devices of a kind are sampled, by patterns such as "sd*".
typedef struct host_selection {
    agent_strings include, exclude;
} host_selection;

typedef struct host_config {
    const char *event_type;
    int64_t every_ms;
    agent_strings collect;
    host_selection disks, filesystems, interfaces;
    const char *root;
} host_config;

typedef struct host_sampler {
    const host_config *config;
    host_source source;
    unsigned collected, missing; // bits of families: what is sampled, what could not be read
    int64_t now_ms;              // of the monotonic clock
    meters cpus, disks, interfaces;
} host_sampler;

// What `collect` may name, ended by NULL.
extern const char *const host_families[];

// `config` is kept by reference.
live_err host_open(host_sampler *host, const host_config *config, live_error *error);
void host_close(host_sampler *host);

// A new event with all that could be read; what cannot be read is logged once and left out. Rates are in
// it from the second sample on. LIVE_E_SYSTEM: nothing could be read at all.
live_err host_sample(host_sampler *host, int64_t now_ms, cJSON **ret_event, live_error *error);

// For the families.

// An excluded device never is, an included one always; without a list of those, `by_default` says.
bool host_selected(const host_selection *selection, const char *name, bool by_default);

// Adds a figure with two decimals.
void host_add(cJSON *object, const char *key, double value);

// `part` of `whole` in percent; 0 of nothing.
double host_percent(double part, double whole);

live_err host_load(host_sampler *host, cJSON *event, live_error *error);
live_err host_uptime(host_sampler *host, cJSON *event, live_error *error);
live_err host_cpu(host_sampler *host, cJSON *event, live_error *error);
live_err host_memory(host_sampler *host, cJSON *event, live_error *error);
live_err host_disks(host_sampler *host, cJSON *event, live_error *error);
live_err host_filesystems(host_sampler *host, cJSON *event, live_error *error);
live_err host_network(host_sampler *host, cJSON *event, live_error *error);

#endif
