// SPDX-License-Identifier: Apache-2.0
// A getaddrinfo() of the test's own, which takes the place of the system's in the programs that link it.
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdbool.h>

// Knows, beside addresses written as numbers:
//   two.test    127.0.0.2, then 127.0.0.1
//   slow.test   127.0.0.1, but only once resolver_go_on() was called, once for each time it is asked for
//   there.test  127.0.0.1, but not while resolver_forget() holds
// and no other name.
void resolver_go_on(void);

// Waits until the slow name was asked for, once for each time.
void resolver_wait_until_asked(void);

void resolver_forget(bool on);

#endif
