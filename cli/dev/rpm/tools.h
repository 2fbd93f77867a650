// SPDX-License-Identifier: Apache-2.0
// The programs that a package is built with.
#ifndef TOOLS_H
#define TOOLS_H

#include <live/error.h>

// Names all that are missing, and what to install.
live_err tools_check(live_error *error);

#endif
