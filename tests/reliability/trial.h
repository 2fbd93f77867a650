// SPDX-License-Identifier: Apache-2.0
// What the trials share: a folder, figures, and the end when something does not hold.
#ifndef TRIAL_H
#define TRIAL_H

#include <live/live.h>
#include <stdbool.h>

#include "outbox/carrier.h"

// A new folder in $LIVE_TRIAL_FOLDER or /tmp, emptied and removed by trial_end().
extern char trial_folder[], trial_path[];
void trial_begin(void);
void trial_end(void);
void trial_begin_part(
    unsigned number);   // in a process of its own: another folder, other random numbers
void trial_empty(void); // the folder

void trial_say(const char *what, double value, const char *unit);

// Ends the program, and says what did not hold.
void trial_must(bool holds, const char *format, ...) LIVE_FORMAT(2, 3);

double trial_now_s(void);
long trial_dirty_kib(void);
int trial_descriptors(void);

// A random number below `below`; the same ones in each run, from a seed that $LIVE_TRIAL_SEED changes.
unsigned trial_random(unsigned below);

// Delivery without a network: each event's number is counted in `counts`, when `up`.
typedef struct trial_link {
    lv_carrier carrier;
    live_loop *loop;
    bool up;
    unsigned char *counts; // by number
    long taken, until;     // the loop stops once so many were taken
    long reported;         // sum of what events say was dropped
    double bytes;
} trial_link;

void trial_attach(live_outbox *outbox, live_loop *loop, trial_link *link);

// The texts that are in a store which nobody has open: counts them by number.
long trial_read_store(unsigned char *counts, long numbers);

#endif
