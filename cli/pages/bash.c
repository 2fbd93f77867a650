// SPDX-License-Identifier: Apache-2.0
// Completion for bash, which needs nothing beside bash.
#include <ctype.h>

#include "pages/page.h"

static const char head[] =
    "# bash completion of live; made from the tables that parse its words.\n"
    "_live_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\"); }\n"
    "_live_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "
    "\"$word\"); }\n"
    "_live_folders() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "
    "\"$word\"); }\n"
    "_live()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
    "command=${COMP_WORDS[1]}\n"
    "    COMPREPLY=()\n"
    "    # --name=value arrives as three words.\n"
    "    if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then "
    "before=${COMP_WORDS[COMP_CWORD - 2]}; fi\n";

static void print_commands(FILE *out, const command *table)
{
    const char *space = "";

    for (const command *command = table; command && command->name; command++, space = " ") {
        char name[COMMAND_NAME_BYTES];
        fprintf(out, "%s%s", space, command_typed(command->name, name));
    }
}

static void print_value(FILE *out, const char *word, const command *table)
{
    page_value value = page_value_of(word);

    switch (value.kind) {
    case PAGE_TEXT: fputs(":", out); break;
    case PAGE_FILE: fputs("_live_files", out); break;
    case PAGE_FOLDER: fputs("_live_folders", out); break;
    case PAGE_COMMAND:
        fputs("_live_words '", out);
        print_commands(out, table);
        fputs("'", out);
        break;
    case PAGE_CHOICE:
        fputs("_live_words '", out);
        for (int i = 0; i < value.choice_count; i++)
            fprintf(out, "%s%s", i ? " " : "", value.choices[i]);
        fputs("'", out);
        break;
    }
}

// After an option with a value comes that value.
static void print_option_values(FILE *out, const command *command, const struct argp_option *option)
{
    char name[COMMAND_NAME_BYTES];
    command_typed(command->name, name);

    fprintf(out, "    %s:--%s", name, option->name);
    if (isalpha(option->key))
        fprintf(out, " | %s:-%c", name, option->key);
    fputs(") ", out);
    print_value(out, option->arg, NULL);
    fputs("; return ;;\n", out);
}

static void print_command(FILE *out, const command *command, const struct command *table)
{
    char name[COMMAND_NAME_BYTES];

    fprintf(out, "    %s)\n        if [[ $word == -* ]]; then _live_words '--help",
            command_typed(command->name, name));
    for (const struct argp_option *option = command->argp->options; option && option->key; option++)
        if (page_is_option(option))
            fprintf(out, " --%s", option->name);
    fputs("'; else ", out);
    print_value(out, command->argp->args_doc, table);
    fputs("; fi ;;\n", out);
}

void page_bash(FILE *out, const command *table)
{
    fputs(head, out);
    fputs("    if [[ $COMP_CWORD -eq 1 ]]; then _live_words '--help --version ", out);
    print_commands(out, table);
    fputs("'; return; fi\n    case $command:$before in\n", out);
    for (const command *command = table; command->name; command++)
        for (const struct argp_option *option = command->argp->options; option && option->key;
             option++)
            if (page_is_option(option) && option->arg)
                print_option_values(out, command, option);
    fputs("    esac\n    case $command in\n", out);
    for (const command *command = table; command->name; command++)
        print_command(out, command, table);
    fputs("    esac\n}\ncomplete -F _live live\n", out);
}
