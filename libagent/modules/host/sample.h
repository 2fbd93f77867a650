// SPDX-License-Identifier: Apache-2.0
// What a sample of this machine is taken from and written to.
#ifndef HOST_SAMPLE_H
#define HOST_SAMPLE_H

#include <agent/module.h>
#include <stdio.h>

#include "counters.h"

struct config {
    const char *event_type, *root;
    int64_t every_ms;
    agent_strings collect, disks, interfaces;
};

// What is kept from one sample to the next.
struct state {
    counters cpus, disks, interfaces;
    int64_t last_ms; // on the loop's clock; 0: no sample was taken
};

typedef struct sample {
    const struct config *config;
    struct state *state;
    double seconds; // since the last sample; 0: there was none
    cJSON *event;
} sample;

// Each adds the members of its family to the event. What cannot be read is left out.
void sample_load(const sample *sample);
void sample_cpu(const sample *sample);
void sample_memory(const sample *sample);
void sample_filesystems(const sample *sample);
void sample_disks(const sample *sample);
void sample_network(const sample *sample);
void sample_uptime(const sample *sample);

// A file below the root, such as "proc/stat". NULL: it is not there.
FILE *sample_open(const sample *sample, const char *path);

// Whether a list of the settings is empty or has the name.
bool sample_wants(const agent_strings *list, const char *name);

#endif
