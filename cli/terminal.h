// SPDX-License-Identifier: Apache-2.0
// What somebody else wrote, shown to a person: nothing in it commands the terminal.
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// Writes text on one line. Control characters, line breaks too, become their pictures (U+2400…); what turns the
// direction of writing or is no UTF-8 becomes U+FFFD.
void terminal_write(FILE *out, const char *text);

// Likewise, but keeps its line breaks and begins each further line with `indent` spaces, so that none passes for
// another's; beyond `most_bytes` it says how much is left out.
void terminal_write_lines(FILE *out, const char *text, int indent, size_t most_bytes);

// How many characters terminal_write() writes.
size_t terminal_width(const char *text);

typedef enum terminal_style {
    TERMINAL_PLAIN,
    TERMINAL_BOLD,
    TERMINAL_GOOD,
    TERMINAL_BAD
} terminal_style;

// As terminal_write(), in a style where `out` is a terminal that has styles and NO_COLOR is not set.
void terminal_write_styled(FILE *out, const char *text, terminal_style style);

#endif
