// SPDX-License-Identifier: Apache-2.0
// The messages of a query's channel: one builder each, the object is the caller's.
#ifndef SIM_MESSAGE_H
#define SIM_MESSAGE_H

#include "pipes/program.h"
#include "span.h"
#include <cJSON.h>

cJSON *sim_message_plain(const char *type); // {"type":…} alone
cJSON *sim_message_start(const pipes_program *program);
cJSON *sim_message_span(const sim_span *span);
cJSON *sim_message_progress(int64_t done_ms, int64_t total_ms, double rate);
cJSON *sim_message_warning(const char *text);
cJSON *sim_message_event(const char *member, cJSON *rows); // takes the array
cJSON *sim_message_performance(uint64_t count, int64_t time_ms);
cJSON *sim_message_end_history(int64_t time_ms, int64_t duration_ms);
cJSON *sim_message_stop(const char *reason, const char *text, bool by_user); // text may be NULL

#endif
