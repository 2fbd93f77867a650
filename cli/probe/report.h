// SPDX-License-Identifier: Apache-2.0
// What was found, for programs and for people; nothing in it tells whose platform it was.
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdio.h>

#include "probe/probe.h"

// The report as JSON, the caller's.
cJSON *report_make(const probe *probe);

void report_print(FILE *out, const cJSON *report);

// Whether nothing that was seen is other than believed.
bool report_agrees(const cJSON *report);

#endif
