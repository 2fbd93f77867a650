// SPDX-License-Identifier: Apache-2.0
// What live-agent tells as JSON: of modules and settings, none of which is loaded into this program.
#ifndef AGENT_ANSWER_H
#define AGENT_ANSWER_H

#include <cJSON.h>
#include <live/error.h>

// Runs `live-agent` with these words (ended by NULL) and reads its answer. Yours. LIVE_E_INVALID: it refused, and its
// text says why.
live_err agent_answer(const char *const *words, cJSON **ret_answer, live_error *error);

#endif
