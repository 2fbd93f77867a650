// SPDX-License-Identifier: Apache-2.0
// Completion for fish.
#include <ctype.h>
#include <string.h>

#include "pages/page.h"

static void put(FILE *out, char c)
{
    if (c == '\'' || c == '\\')
        fputc('\\', out);
    fputc(c == '\n' ? ' ' : c, out);
}

static void print_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    page_write(out, text, strlen(text), put);
    fputc('\'', out);
}

static void print_value(FILE *out, const char *word, const command *table)
{
    page_value value = page_value_of(word);
    char name[COMMAND_NAME_BYTES];

    switch (value.kind) {
    case PAGE_TEXT: break;
    case PAGE_FILE: fputs(" -F", out); break;
    case PAGE_FOLDER: fputs(" -a '(__fish_complete_directories)'", out); break;
    case PAGE_COMMAND:
        fputs(" -a '", out);
        for (const command *command = table; command->name; command++)
            fprintf(out, "%s%s", command == table ? "" : " ", command_typed(command->name, name));
        fputc('\'', out);
        break;
    case PAGE_CHOICE:
        fputs(" -a '", out);
        for (int i = 0; i < value.choice_count; i++)
            fprintf(out, "%s%s", i ? " " : "", value.choices[i]);
        fputc('\'', out);
        break;
    }
}

static void print_command(FILE *out, const command *command, const struct command *table)
{
    const struct argp *argp = command->argp;
    char name[COMMAND_NAME_BYTES];
    command_typed(command->name, name);

    for (const struct argp_option *option = argp->options; option && option->key; option++) {
        if (!page_is_option(option))
            continue;
        fprintf(out, "complete -c live -n '__live_command %s'", name);
        if (isalpha(option->key))
            fprintf(out, " -s %c", option->key);
        fprintf(out, " -l %s%s", option->name, option->arg ? " -r" : "");
        print_value(out, option->arg, table);
        fputs(" -d ", out);
        print_quoted(out, option->doc);
        fputc('\n', out);
    }
    if (page_value_of(argp->args_doc).kind != PAGE_TEXT) {
        fprintf(out, "complete -c live -n '__live_command %s'", name);
        print_value(out, argp->args_doc, table);
        fputc('\n', out);
    }
}

void page_fish(FILE *out, const command *table)
{
    fputs("# fish completion of live; made from the tables that parse its words.\n"
          "function __live_command\n"
          "    set -l words (commandline -opc)\n"
          "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
          "end\n"
          "complete -c live -f\n"
          "complete -c live -l help -d 'show the options'\n",
          out);
    for (const command *command = table; command->name; command++) {
        char name[COMMAND_NAME_BYTES];
        fprintf(out, "complete -c live -n 'test (count (commandline -opc)) -eq 1' -a %s -d ",
                command_typed(command->name, name));
        print_quoted(out, command->summary);
        fputc('\n', out);
    }
    for (const command *command = table; command->name; command++)
        print_command(out, command, table);
}
