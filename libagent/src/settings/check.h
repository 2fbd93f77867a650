// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with one process, and what its worker is told when it may run all the same.
#ifndef AG_CHECK_H
#define AG_CHECK_H

#include "settings/catalogue.h"
#include "settings/finding.h"

// Appends what is wrong with a process (a member of `processes`). Returns its module, its path and, for a bot, its adapters:
// {"module", "path", "adapters"}; yours; NULL: no enabled module has its type.
cJSON *ag_check_process(const ag_settings *settings, const ag_catalogue *catalogue,
                        const cJSON *process, cJSON *findings);

// Everything that is wrong with the file, in the order of its lines. Yours.
cJSON *ag_check_all(const ag_settings *settings, const ag_catalogue *catalogue);

#endif
