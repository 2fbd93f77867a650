// SPDX-License-Identifier: Apache-2.0
// Settings that may be shown: without their secrets.
#ifndef AG_REDACT_H
#define AG_REDACT_H

#include "settings/catalogue.h"

#define AG_HIDDEN "(hidden)"

// A copy of the file's settings. What a table calls a secret is hidden, and so is whatever has a name with "pass",
// "secret" or "token" in it; references ({"file"}, {"env"}, {"credential"}) stay. Yours.
cJSON *ag_redact(const ag_settings *settings, const ag_catalogue *catalogue);

// The same of one object, by a table as ag_describe_table() tells it (NULL: by the names alone), in place.
void ag_redact_object(cJSON *object, const cJSON *table);

#endif
