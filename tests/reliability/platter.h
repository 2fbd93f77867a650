// SPDX-License-Identifier: Apache-2.0
// A disk after a power cut: files made of what was recorded. What was not synced may be lost in part.
#ifndef PLATTER_H
#define PLATTER_H

#include "disk.h"

typedef struct platter platter;

platter *platter_new(void);
void platter_free(platter *platter);
void platter_wipe(platter *platter);

// It is done for good; of a write so many bytes.
void platter_do(platter *platter, const disk_op *op, size_t length);

// It is done, and may be lost until its file is synced: platter_lose() decides anew which of the writes that are not synced are
// there.
void platter_try(platter *platter, const disk_op *op);
void platter_lose(platter *platter);

// Flips one to `most` bytes of its files.
void platter_flip(platter *platter, unsigned most);

// Makes its files those of the trial's folder.
void platter_write(const platter *platter);

#endif
