// SPDX-License-Identifier: Apache-2.0
// What the platform's inputs accept: JSON, and what people write who do not quote.
#ifndef SIM_INPUT_H
#define SIM_INPUT_H

#include <cJSON.h>
#include <live/error.h>
#include <stddef.h>

#include "profile.h"

enum { SIM_INPUT_MAX_DEPTH = 64 };

// Reads one value. Besides strict JSON: names and text without quotes or in single ones, `;` for
// `,`, `=` and `=>` for `:`, comments, a separator too many. The object is the caller's.
// `profile` (NULL) may take some of that away. LIVE_E_PARSE: the text begins with "LINE:COLUMN: ". LIVE_E_LIMIT: too deep or too long.
live_err sim_input_parse(const sim_profile *profile, const char *text, size_t length,
                         cJSON **ret_json, live_error *error);

#endif
