// SPDX-License-Identifier: Apache-2.0
// What a platform offers, held against its features and against what an agent uses.
#ifndef FEATURE_REPORT_H
#define FEATURE_REPORT_H

#include "session.h"

// The report: {"asked": true, "available": BOOL, "features": [{"name", "available", "missing", "used"}], "modules":
// [{"name", "available", "missing"}], "processes": [{"name", "type", "enabled", "available", "missing"}]}. `available`
// of the whole tells whether everything is that is used: the input of the settings, every module, every process that is
// enabled. Without an inventory (NULL) there are no modules and processes, and every feature counts. Yours.
live_err feature_report(session *session, const cJSON *inventory, cJSON **ret_report,
                        live_error *error);

#endif
