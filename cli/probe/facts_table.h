// SPDX-License-Identifier: Apache-2.0
// The parts of the table of facts, in the order of fact_id, and what their rows share.
#ifndef PROBE_FACTS_TABLE_H
#define PROBE_FACTS_TABLE_H

#include "probe/facts.h"

extern const fact facts_of_platform[]; // from the first one
extern const fact facts_of_queries[];  // from FACT_QUERY_UNKNOWN_MEMBER
extern const fact facts_of_language[]; // from FACT_SPAN_SECONDS

#define RECENT  "last 10 minutes"
#define AS_READ "how it would be instead is not known"

// A status by which something is refused.
#define REFUSAL .number = true, .least = 300, .most = 599
#define UNTRIED .untried = true, .unlike = "it is not tried"

#endif
