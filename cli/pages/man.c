// SPDX-License-Identifier: Apache-2.0
// Man pages: live(1) and one of each command, in man(7).
#include <ctype.h>
#include <live/live.h>
#include <stdlib.h>
#include <string.h>

#include "pages/page.h"

// A hyphen that is typed is a minus here, else it may become a dash; a line of text never begins with a
// period, as all text follows a word of ours or \&.
static void put(FILE *out, char c)
{
    if (c == '\\')
        fputs("\\e", out);
    else if (c == '-')
        fputs("\\-", out);
    else if (c == '\'')
        fputs("\\(aq", out);
    else
        fputc(c == '\n' ? ' ' : c, out);
}

static void print_text(FILE *out, const char *text, size_t length)
{
    fputs("\\&", out);
    page_write(out, text, length, put);
    fputc('\n', out);
}

static void print_words(FILE *out, const char *text)
{
    page_write(out, text, strlen(text), put);
}

static void print_title(FILE *out, const char *name)
{
    fputs(".TH \"", out);
    for (; *name; name++)
        put(out, (char)toupper((unsigned char)*name));
    fprintf(out, "\" 1 \"%s\" \"live %s\" \"live\"\n.SH NAME\n", PAGES_DATE, live_version());
}

static void print_option(FILE *out, const struct argp_option *option)
{
    fputs(".TP\n\\fB", out);
    if (isalpha(option->key))
        fprintf(out, "\\-%c\\fR, \\fB", option->key);
    fputs("\\-\\-", out);
    print_words(out, option->name);
    if (option->arg) {
        fputs("\\fR=\\fI", out);
        print_words(out, option->arg);
    }
    fputs("\\fR\n", out);
    print_text(out, option->doc, strlen(option->doc));
}

static void print_command(FILE *out, const command *command)
{
    const struct argp *argp = command->argp;
    char name[COMMAND_NAME_BYTES], page[COMMAND_NAME_BYTES + 8];
    snprintf(page, sizeof page, "live-%s", command_typed(command->name, name));

    print_title(out, page);
    print_words(out, page);
    fputs(" \\- ", out);
    print_words(out, command->summary);
    fputs("\n.SH SYNOPSIS\n\\fBlive ", out);
    print_words(out, name);
    fputs("\\fR", out);
    if (argp->options)
        fputs(" [\\fIOPTION\\fR…]", out);
    if (argp->args_doc) {
        fputc(' ', out);
        print_words(out, argp->args_doc);
    }
    fputs("\n.SH DESCRIPTION\n", out);
    print_text(out, argp->doc, page_doc_head_length(argp));
    const char *tail = page_doc_tail(argp);
    if (*tail) {
        fputs(".PP\n", out);
        print_text(out, tail, strlen(tail));
    }
    fputs(".SH OPTIONS\n", out);
    for (const struct argp_option *option = argp->options; option && option->key; option++)
        if (page_is_option(option))
            print_option(out, option);
    fputs(".TP\n\\fB\\-\\-help\\fR\nshows the options\n.SH SEE ALSO\n.BR live (1)\n", out);
}

static void print_tool(FILE *out, const command *table)
{
    print_title(out, "live");
    fputs("live \\- programs beside Intelie LIVE: agents, events, queries, a platform of your own\n"
          ".SH SYNOPSIS\n\\fBlive\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR…]\n.SH COMMANDS\n",
          out);
    for (const command *command = table; command->name; command++) {
        char name[COMMAND_NAME_BYTES];
        fputs(".TP\n.BR live\\-", out);
        print_words(out, command_typed(command->name, name));
        fputs(" (1)\n", out);
        print_text(out, command->summary, strlen(command->summary));
    }
    fputs(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong words or settings.\n"
          ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours, where it is set\n"
          ".TP\n.B LIVE_MODULE_PATH\nfolders with modules, between colons, looked into before the "
          "installed ones\n",
          out);
}

void page_man(FILE *out, const command *table, const command *command)
{
    if (command)
        print_command(out, command);
    else
        print_tool(out, table);
}
