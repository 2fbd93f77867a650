// SPDX-License-Identifier: Apache-2.0
// A command of the tool: an argp table and a function that does the work.
#ifndef COMMAND_H
#define COMMAND_H

#include <argp.h>
#include <cJSON.h>
#include <live/error.h>
#include <stdbool.h>
#include <stdint.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

enum { COMMAND_NAME_BYTES = 64 };

// Keys of options without a letter.
enum { OPT_FIRST = 256 };

typedef struct command {
    const char *name, *summary;
    const struct argp *argp; // NULL: the command is live-dev's
    int (*run)(void);
} command;

// Runs the command that argv names and returns the exit code. `table` ends with a nameless row.
int command_main(int argc, char **argv, const command *table);

// The table of the program, while command_main() runs.
const command *command_table(void);

// A name of the table as people type it. Returns `out`.
const char *command_typed(const char *name, char out[COMMAND_NAME_BYTES]);

// Prints the list of commands, or the help of one. Returns the exit code.
int command_help(const char *name);

// For a parser: ends the program with one line and EXIT_USAGE.
_Noreturn void command_usage(const struct argp_state *state, const char *format, ...)
    LIVE_FORMAT(2, 3);

// For a parser that takes no (further) argument: refuses one, leaves other keys to argp.
error_t command_no_argument(int key, char *value, const struct argp_state *state);

// For a parser: the value of a word, such as "--timeout", that is a duration, or a whole number from 1.
int64_t command_duration(const struct argp_state *state, const char *word, const char *value);
int64_t command_count(const struct argp_state *state, const char *word, const char *value);

// Prints the error on stderr, one line, and returns EXIT_FAILED.
int command_failed(const live_error *error);

// Prints JSON on stdout, one line, and returns EXIT_DONE, or what command_failed() returns where it cannot be written.
int command_print(const cJSON *json);

// Who follows something looks as often whether anybody still reads what it prints: a reader that is gone shows otherwise only
// at the next line, which may be long in coming.
enum { COMMAND_LOOK_MS = 2000 };
bool command_is_read(void);

#endif
