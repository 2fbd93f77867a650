// SPDX-License-Identifier: Apache-2.0
// Tables for people: columns as wide as they must be, foreign text made harmless.
#ifndef TABLE_H
#define TABLE_H

#include <cJSON.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 10 };

// Prints `titles` (at most TABLE_COLUMNS, ended by NULL) and a line for each row, an array of texts. Cells that
// read AVAILABLE or UNAVAILABLE, agrees or differs have a colour of their own.
void table_print(FILE *out, const char *const *titles, const cJSON *rows);

#endif
