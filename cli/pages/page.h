// SPDX-License-Identifier: Apache-2.0
// The commands for people and for shells: each writer prints the whole table in its own form.
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

#include <stdio.h>

#include "command.h"

enum { PAGE_CHOICES_MAX = 16, PAGE_WORD_BYTES = 32 };

// What the value of an option, or an argument, is: from the word that stands for it in the help.
typedef enum page_kind { PAGE_TEXT, PAGE_FILE, PAGE_FOLDER, PAGE_COMMAND, PAGE_CHOICE } page_kind;

typedef struct page_value {
    page_kind kind;
    char choices[PAGE_CHOICES_MAX][PAGE_WORD_BYTES];
    int choice_count;
} page_value;

page_value page_value_of(const char *word);

// The documentation of a command is in two parts, as argp has it: before its options and behind them.
const char *page_doc_tail(const struct argp *argp); // "" without one
size_t page_doc_head_length(const struct argp *argp);

// Whether this row of a table is an option ("--help" is in no table).
bool page_is_option(const struct argp_option *option);

typedef void (*page_put_fn)(FILE *out, char c);

// Writes `length` bytes of a text through `put`, which knows what to escape.
void page_write(FILE *out, const char *text, size_t length, page_put_fn put);

// docs/cli.md; docs/probe.md; man pages of the tool (command NULL) and of one command; completion for a shell.
void page_markdown(FILE *out, const command *table);
void page_facts(FILE *out, const command *table);
void page_man(FILE *out, const command *table, const command *command);
void page_bash(FILE *out, const command *table);
void page_zsh(FILE *out, const command *table);
void page_fish(FILE *out, const command *table);

#endif
