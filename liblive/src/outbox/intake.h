// SPDX-License-Identifier: Apache-2.0
// Where an event is accepted: a record in one of two files, written before put returns, and in memory for the thread that
// moves it to the store. While one half is filled the other one is moved; then they change places.
#ifndef LV_INTAKE_H
#define LV_INTAKE_H

#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LV_HALF_BYTES = 1024 * 1024 };

// The head of a record; the source's name and the text follow, padded to 8 bytes.
typedef struct lv_record {
    uint32_t magic, sum; // CRC-32 of the head after it, and of the name
    uint64_t number;     // of the event, ever higher
    int64_t time_ms;
    uint64_t epoch, sequence; // of its source
    uint32_t length, text_sum;
    uint32_t lost; // events that this one reports as dropped
    uint32_t left; // records that belong to it and follow: all count, or none
    uint32_t source_length, zero;
} lv_record;

typedef struct lv_half {
    int fd;
    char *bytes;
    size_t length, room;
    size_t count;  // of events: a record without text is none
    uint64_t last; // number of its last record
} lv_half;

// An event to be put.
typedef struct lv_entry {
    const char *text, *source; // NULL: no source
    size_t length, source_length;
    uint64_t epoch, sequence;
    uint32_t lost;
} lv_entry;

live_err lv_half_open(lv_half *half, const char *path, int number, live_error *error);
void lv_half_close(lv_half *half, const char *path, int number, bool remove);

// Whether so many bytes go in; an empty half takes everything.
bool lv_half_has_room(const lv_half *half, size_t bytes);

// What entries take there.
size_t lv_entries_bytes(const lv_entry *entries, size_t count);

// Writes entries, numbered from `number`. Nothing was accepted when it fails.
live_err lv_half_add(lv_half *half, const lv_entry *entries, size_t count, uint64_t number,
                     int64_t time_ms, live_error *error);

// All of it is in the store.
void lv_half_clear(lv_half *half);

// The record at `*at`, which moves on; NULL: the end. `*ret_source` and `*ret_text` are borrowed.
const lv_record *lv_half_next(const lv_half *half, size_t *at, const char **ret_source,
                              const char **ret_text);

// What both files hold of events above `last`, in the order of their numbers, as one half to be moved. Whatever is not
// whole is left out.
live_err lv_intake_recover(lv_half halves[2], uint64_t last, lv_half *ret_found, live_error *error);

#endif
