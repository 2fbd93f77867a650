// SPDX-License-Identifier: Apache-2.0
// docs/cli.md: every command with its options.
#include <ctype.h>
#include <string.h>

#include "pages/page.h"

static const char head[] =
    "# The `live` command\n\n"
    "Made from the tables that parse the words, as are the man pages (`man live-query`) and the "
    "completion of bash, zsh\n"
    "and fish, which are installed where these look for it (`live completion bash` prints it).\n\n"
    "Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 "
    "failed, 2 wrong words or\n"
    "settings; a command that says more about them says so below. `--help` is an option of every "
    "command. Colours are used\n"
    "on a terminal only, and not where `NO_COLOR` is set.\n";

// A bar would end a cell; what looks like markup is meant as it stands.
static void put(FILE *out, char c)
{
    if (c && strchr("|*_<>[]", c))
        fputc('\\', out);
    fputc(c == '\n' ? ' ' : c, out);
}

static void print_text(FILE *out, const char *text, size_t length)
{
    page_write(out, text, length, put);
}

static void print_list(FILE *out, const command *table)
{
    fputs("\n| command | does |\n| --- | --- |\n", out);
    for (const command *command = table; command->name; command++) {
        char name[COMMAND_NAME_BYTES];
        command_typed(command->name, name);
        fprintf(out, "| [`live %s`](#live-%s) | ", name, name);
        print_text(out, command->summary, strlen(command->summary));
        fputs(" |\n", out);
    }
}

static void print_option(FILE *out, const struct argp_option *option)
{
    fputs("| `", out);
    if (isalpha(option->key))
        fprintf(out, "-%c`, `", option->key);
    fprintf(out, "--%s", option->name);
    // A bar ends a cell even in code; GitHub's Markdown takes it back when it is escaped.
    for (const char *at = option->arg; at && *at; at++)
        fprintf(out, "%s%s%c", at == option->arg ? "=" : "", *at == '|' ? "\\" : "", *at);
    fputs("` | ", out);
    print_text(out, option->doc, strlen(option->doc));
    fputs(" |\n", out);
}

static void print_command(FILE *out, const command *command)
{
    const struct argp *argp = command->argp;
    char name[COMMAND_NAME_BYTES];
    command_typed(command->name, name);

    fprintf(out, "\n## live %s\n\n    live %s%s%s%s\n\n", name, name,
            argp->options ? " [OPTION…]" : "", argp->args_doc ? " " : "",
            argp->args_doc ? argp->args_doc : "");
    print_text(out, argp->doc, page_doc_head_length(argp));
    fputc('\n', out);
    if (argp->options) {
        fputs("\n| option | means |\n| --- | --- |\n", out);
        for (const struct argp_option *option = argp->options; option->key; option++)
            if (page_is_option(option))
                print_option(out, option);
    }
    const char *tail = page_doc_tail(argp);
    if (*tail) {
        fputc('\n', out);
        print_text(out, tail, strlen(tail));
        fputc('\n', out);
    }
}

void page_markdown(FILE *out, const command *table)
{
    fputs(head, out);
    print_list(out, table);
    for (const command *command = table; command->name; command++)
        print_command(out, command);
}
