// SPDX-License-Identifier: Apache-2.0
// The reference of a settings file for people, in Markdown.
#include "reference_page.h"

#include <live/json.h>
#include <string.h>

enum { PATH_BYTES = 256 };

static const char head[] =
    "# Settings\n\n"
    "What `settings.json` may hold. Made by `live describe --markdown` from the tables that read "
    "it; `live validate` checks a file\n"
    "against the same tables, `live describe --schema` makes a JSON Schema (2020-12) of them for "
    "an editor.\n\n"
    "A key that is left out, or null, has its default. A duration is a text such as `\"10s\"` "
    "(`ms`, `s`, `m`, `h`, `d`) or a number of\n"
    "seconds; a size is a text such as `\"10 MB\"` (`kB`, `MB`, `GB` are powers of 1000, `KiB`, "
    "`MiB`, `GiB` of 1024) or a number of bytes. A\n"
    "secret is the text itself or, better, where it is kept: `{\"file\": PATH}`, `{\"env\": NAME}` "
    "or `{\"credential\": NAME}` (of systemd).\n\n"
    "## What a mistake does\n\n"
    "| mistake | `live validate` | at the start | at a reload |\n"
    "| --- | --- | --- | --- |\n"
    "| no JSON, a wrong top level, a bad `live`, `logging`, `outbox` or `metrics`, a process given "
    "twice, of no name or one of more than 200 bytes, or called as one of the agent's own "
    "(`gateway`; `metrics` and `remote_log` where these are switched on) | exit 2 | "
    "refused, exit 2: trying again cannot help | refused, the last good file stays |\n"
    "| an unknown module, type or adapter, a bad value inside a process | exit 1 | that process is "
    "*failed* with the finding as its reason, the others run | refused, the last good file stays "
    "|\n"
    "| an unknown key within two edits of a known one | exit 1 (2 above the processes), with \"did "
    "you mean\" | as a bad value there | as a bad value there |\n"
    "| any other unknown key, a former name, a name of the Python agent | exit 0, a warning | a "
    "warning line | a warning line |\n";

// A cell: a bar would end it, a line break the row.
static void print_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputs("\\|", out);
        else
            fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void print_bounds(FILE *out, const cJSON *row)
{
    const char *least = live_json_str(row, "least", NULL), *most = live_json_str(row, "most", NULL);

    if (least && most)
        fprintf(out, ", %s to %s", least, most);
    else if (least || most)
        fprintf(out, ", %s %s", least ? "from" : "to", least ? least : most);
}

static void print_value(FILE *out, const cJSON *row)
{
    static const struct {
        const char *type, *words;
    } words[] = { { "string", "text" },
                  { "integer", "whole number" },
                  { "boolean", "true or false" },
                  { "strings", "list of texts" },
                  { "objects", "list of objects" },
                  { "map", "object of texts" },
                  { "numbers", "list of numbers" },
                  { "adapters", "list of logic adapters" },
                  { "process", "name of a process" },
                  { "any", "anything" },
                  { "boolean or string", "true, false or text" } };
    const char *type = live_json_str(row, "type", ""), *shown = type;
    const cJSON *choice, *choices = live_json_get(row, "choices");

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(type, words[i].type) == 0)
            shown = words[i].words;
    fputs(shown, out);
    if (live_json_get(row, "text_key"))
        fprintf(out, ", or a text: its `%s`", live_json_str(row, "text_key", ""));
    print_bounds(out, row);
    cJSON_ArrayForEach (choice, choices)
        fprintf(out, "%s `%s`", choice == choices->child ? ":" : ",", choice->valuestring);
}

static void print_rows(FILE *out, const cJSON *rows, const char *prefix)
{
    const cJSON *row;
    char path[PATH_BYTES];

    cJSON_ArrayForEach (row, rows) {
        const char *fallback = live_json_str(row, "default", NULL),
                   *former = live_json_str(row, "former", NULL);
        bool list = strcmp(live_json_str(row, "type", ""), "objects") == 0;
        snprintf(path, sizeof path, "%s%s", prefix, live_json_str(row, "name", ""));
        fprintf(out, "| `%s` | ", path);
        print_value(out, row);
        if (fallback && *fallback && strcmp(fallback, "null") != 0)
            fprintf(out, " | `%s` | ", fallback);
        else
            fprintf(out, " | %s | ", fallback ? "" : "must be given");
        print_cell(out, live_json_str(row, "doc", ""));
        if (former)
            fprintf(out, " (Once `%s`.)", former);
        fputs(" |\n", out);
        snprintf(path, sizeof path, "%s%s%s.", prefix, live_json_str(row, "name", ""),
                 list ? "[]" : "");
        print_rows(out, live_json_get(row, "members"), path);
    }
}

static void print_table(FILE *out, const cJSON *rows)
{
    if (!rows || !rows->child)
        return;
    fputs("\n| key | value | default | |\n| --- | --- | --- | --- |\n", out);
    print_rows(out, rows, "");
}

static void print_needs(FILE *out, const cJSON *needs)
{
    const cJSON *need;

    cJSON_ArrayForEach (need, needs)
        fprintf(out, "%s%s `%s%s`%s", need == needs->child ? "\nNeeds of the platform: " : ", ",
                live_json_str(need, "kind", ""), live_json_str(need, "name", ""),
                live_json_str(need, "version", ""), need->next ? "" : ".\n");
}

static void print_module(FILE *out, const cJSON *module)
{
    const char *name = live_json_str(module, "name", "");
    const cJSON *entry;

    fprintf(out, "\n## Module `%s`\n", name);
    print_needs(out, live_json_get(module, "needs"));
    cJSON_ArrayForEach (entry, live_json_get(module, "processes")) {
        fprintf(out, "\n### Process `%s`\n\n%s.\n", live_json_str(entry, "name", ""),
                live_json_str(entry, "summary", ""));
        print_table(out, live_json_get(entry, "settings"));
    }
    cJSON_ArrayForEach (entry, live_json_get(module, "adapters")) {
        fprintf(out, "\n### Adapter `%s.%s`\n\n%s. Such as: *%s*\n", name,
                live_json_str(entry, "name", ""), live_json_str(entry, "summary", ""),
                live_json_str(entry, "usage", ""));
        print_table(out, live_json_get(entry, "settings"));
    }
}

void reference_page_print(FILE *out, const cJSON *reference)
{
    const cJSON *module;

    fputs(head, out);
    fputs("\n## The file\n", out);
    print_table(out, live_json_get(reference, "file"));
    fputs("\n## Every process\n\n`processes` is an object; each member is a process under its "
          "name, with these keys and those of its type.\n",
          out);
    print_table(out, live_json_get(reference, "process"));
    cJSON_ArrayForEach (module, live_json_get(reference, "modules"))
        print_module(out, module);
}
