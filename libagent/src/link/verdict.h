// SPDX-License-Identifier: Apache-2.0
// How a question ended, as it travels over the link: "" when it simply ended, else the error as JSON.
#ifndef AG_VERDICT_H
#define AG_VERDICT_H

#include <live/error.h>

// Yours: live_free(). NULL: memory is out. `why` NULL: "".
char *ag_verdict_print(const live_error *why);

// False: it simply ended. A text that is no verdict becomes an error of the protocol.
bool ag_verdict_read(const char *text, size_t length, live_error *ret_why);

#endif
