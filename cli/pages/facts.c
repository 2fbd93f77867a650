// SPDX-License-Identifier: Apache-2.0
// docs/probe.md: what is believed of a platform, and how it is tried.
#include <string.h>

#include "pages/page.h"
#include "probe/facts.h"

static const char head[] =
    "# What is believed of a platform\n\n"
    "Much of what we know of Intelie LIVE nobody has said: it was inferred from programs that work "
    "with it, or is a guess.\n"
    "`live probe --settings settings.json` tries each of these facts on a platform, in about a "
    "minute, and reports what agrees,\n"
    "what differs and what was not tried. The report holds no address, no name and nothing that "
    "others wrote: attach it to\n"
    "an issue as it is. `live simulate --profile REPORT` behaves as a report says, so that a "
    "program can be tried against\n"
    "a platform that is not at hand.\n\n"
    "It writes a dozen events of a type of its own (`live_probe_` and eight random letters, told "
    "first) into the inputs\n"
    "of the settings, most of them into the REST input; `T` below is that type. It reads these, "
    "its own entries in "
    "`__queries`, and the resources\n"
    "named below. It changes no setting, ends every query and session that it began, gives each "
    "trial a limit of seconds, and\n"
    "says nothing in a room unless `--room` names one. Ctrl-C ends it, and what is known by then "
    "is reported. Wrong credentials\n"
    "are tried with a made-up name, never with yours.\n\n"
    "In queries and spans `A` and `B` are the times of the first two samples, `S` the full second "
    "before them, `E` three\n"
    "seconds after it. The samples have these members:\n\n"
    "| tag | n | group | further |\n| --- | --- | --- | --- |\n"
    "| a | 1 | z | code 19, text \"Pump one\", list [\"x\", \"y\"], m {\"k\": \"deep\"}, odd "
    "\"a:b\" |\n"
    "| b | 2 | z | code \"19\", text \"pump\" |\n"
    "| c | 3 | y | alone \"x\" |\n"
    "| d | 4 | y | |\n\n"
    "The column *otherwise* names what else may be seen; a number stands for any other one. What "
    "the simulator cannot imitate is\n"
    "marked with a dash there, and `live simulate` says so at its start.\n";

// What looks like markup is meant as it stands, but for backticks, between which all is; a bar ends a cell even there.
static void print_plain(FILE *out, const char *text)
{
    bool code = false;

    for (; *text; text++) {
        code ^= *text == '`';
        if (strchr(code ? "|" : "|*_<>[]", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

// In a table a bar ends a cell even in code.
static void print_code(FILE *out, const char *text)
{
    fputc('`', out);
    for (; *text; text++)
        fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
    fputc('`', out);
}

static void print_how(FILE *out, const fact *fact)
{
    if (!fact->query) {
        print_plain(out, fact->how);
        return;
    }
    print_code(out, fact->query);
    fputs(", ", out);
    print_code(out, fact->span);
}

static void print_values(FILE *out, const fact *fact)
{
    fputs(fact->values[0] ? fact->values[0] : "", out);
    fputs(" | ", out);
    for (int i = 1; i < FACT_VALUES_MAX && fact->values[i]; i++)
        fprintf(out, "%s%s", i > 1 ? ", " : "", fact->values[i]);
    fputs(fact->number ? "a number" : "", out);
    fputs(fact->unlike ? "–" : "", out);
}

// Facts of one area have one word before the dot.
static size_t area_of(const fact *fact)
{
    return strcspn(fact->id, ".");
}

void page_facts(FILE *out, const command *table)
{
    const fact *before = NULL;

    (void)table;
    fputs(head, out);
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        if (!before || area_of(before) != area_of(fact) ||
            strncmp(before->id, fact->id, area_of(fact)) != 0)
            fprintf(out,
                    "\n## %.*s\n\n| fact | says | known | tried by | believed | otherwise |\n"
                    "| --- | --- | --- | --- | --- | --- |\n",
                    (int)area_of(fact), fact->id);
        fprintf(out, "| `%s` | ", fact->id);
        print_plain(out, fact->says);
        fprintf(out, " | %s | ", fact->mark == FACT_INFERRED ? "inferred" : "a guess");
        print_how(out, fact);
        fputs(" | ", out);
        print_values(out, fact);
        fputs(" |\n", out);
        before = fact;
    }
}
