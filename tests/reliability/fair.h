// SPDX-License-Identifier: Apache-2.0
// Time as the processes of a trial had it: what one of them stood in line for a processor is not counted, so that a limit means
// the same on a machine with other work.
#ifndef FAIR_H
#define FAIR_H

#include <stdint.h>
#include <sys/types.h>

enum { FAIR_PROCESSES = 3 };

// The clock, and how long each of them has stood in line until then.
typedef struct fair_moment {
    int64_t clock_ns, waited_ns[FAIR_PROCESSES];
} fair_moment;

// One process after the other may be of one place. Zero is new.
typedef struct fair_clock {
    pid_t pid[FAIR_PROCESSES];
    int fd[FAIR_PROCESSES];
    int64_t before_ns[FAIR_PROCESSES]; // of those that were there before
    int64_t own_ns[FAIR_PROCESSES];
} fair_clock;

fair_moment fair_now(fair_clock *clock, const pid_t pids[FAIR_PROCESSES]);

int64_t fair_clock_ms(const fair_moment *from, const fair_moment *to);

// Without what the one that stood in line longest did.
int64_t fair_ms(const fair_moment *from, const fair_moment *to);

void fair_close(fair_clock *clock);

#endif
