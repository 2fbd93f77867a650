// SPDX-License-Identifier: Apache-2.0
// Completion for zsh.
#include <ctype.h>
#include <string.h>

#include "pages/page.h"

// Inside 'single quotes' of a specification of _arguments.
static void put(FILE *out, char c)
{
    if (c == '\'')
        fputs("'\\''", out);
    else if (c && strchr("[]:\\", c))
        fprintf(out, "\\%c", c);
    else
        fputc(c == '\n' ? ' ' : c, out);
}

static void print_text(FILE *out, const char *text)
{
    page_write(out, text, strlen(text), put);
}

static void print_commands(FILE *out, const command *table)
{
    for (const command *command = table; command->name; command++) {
        char name[COMMAND_NAME_BYTES];
        fprintf(out, "        '%s:", command_typed(command->name, name));
        print_text(out, command->summary);
        fputs("'\n", out);
    }
}

static void print_value(FILE *out, const char *word)
{
    page_value value = page_value_of(word);

    fputc(':', out);
    print_text(out, word);
    fputc(':', out);
    switch (value.kind) {
    case PAGE_TEXT: fputc(' ', out); break;
    case PAGE_FILE: fputs("_files", out); break;
    case PAGE_FOLDER: fputs("_files -/", out); break;
    case PAGE_COMMAND: fputs("->commands", out); break;
    case PAGE_CHOICE:
        fputc('(', out);
        for (int i = 0; i < value.choice_count; i++)
            fprintf(out, "%s%s", i ? " " : "", value.choices[i]);
        fputc(')', out);
        break;
    }
}

static void print_option(FILE *out, const struct argp_option *option)
{
    const char *takes = option->arg ? "=" : "";

    fputs(" \\\n            ", out);
    if (isalpha(option->key))
        fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->key, option->name, option->key,
                option->arg ? "+" : "", option->name, takes);
    else
        fprintf(out, "'--%s%s[", option->name, takes);
    print_text(out, option->doc);
    fputc(']', out);
    if (option->arg)
        print_value(out, option->arg);
    fputc('\'', out);
}

static void print_command(FILE *out, const command *command)
{
    char name[COMMAND_NAME_BYTES];

    fprintf(out, "    %s)\n        _arguments '--help[shows the options]'",
            command_typed(command->name, name));
    for (const struct argp_option *option = command->argp->options; option && option->key; option++)
        if (page_is_option(option))
            print_option(out, option);
    if (command->argp->args_doc) {
        fputs(" \\\n            '*", out);
        print_value(out, command->argp->args_doc);
        fputc('\'', out);
    }
    fputs(" ;;\n", out);
}

void page_zsh(FILE *out, const command *table)
{
    fputs("#compdef live\n# zsh completion of live; made from the tables that parse its words.\n"
          "_live()\n{\n    local state line\n    local -a commands=(\n",
          out);
    print_commands(out, table);
    fputs("    )\n"
          "    if (( CURRENT == 2 )); then _describe -t commands command commands; return; fi\n"
          "    local command=$words[2]\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n"
          "    case $command in\n",
          out);
    for (const command *command = table; command->name; command++)
        print_command(out, command);
    fputs("    esac\n"
          "    [[ $state != commands ]] || _describe -t commands command commands\n"
          "}\n"
          "if [[ $funcstack[1] == _live ]]; then _live \"$@\"; else compdef _live live; fi\n",
          out);
}
