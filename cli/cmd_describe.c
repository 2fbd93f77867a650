// SPDX-License-Identifier: Apache-2.0
// live describe: what a settings file may hold, from the tables of the agent and of modules.
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>

#include "agent_answer.h"
#include "command.h"
#include "commands.h"
#include "reference_page.h"
#include "schema.h"

enum { OPT_JSON = OPT_FIRST, OPT_SCHEMA, OPT_MARKDOWN, MAX_MODULES = 100 };

static struct {
    const char *words[MAX_MODULES + 2];
    int count, form;
} args = { .words = { "--reference" }, .count = 1, .form = OPT_MARKDOWN };

static const struct argp_option options[] = {
    { "json", OPT_JSON, NULL, 0, "print the tables as JSON", 0 },
    { "schema", OPT_SCHEMA, NULL, 0, "print a JSON Schema (2020-12) of the settings file", 0 },
    { "markdown", OPT_MARKDOWN, NULL, 0, "print a page for people (the default)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case OPT_JSON:
    case OPT_SCHEMA:
    case OPT_MARKDOWN: args.form = key; return 0;
    case ARGP_KEY_ARG:
        if (args.count > MAX_MODULES)
            command_usage(state, "more than %d modules", MAX_MODULES);
        args.words[args.count++] = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp describe_argp = { .options = options,
                                    .parser = parse,
                                    .args_doc = "[MODULE…]",
                                    .doc = "Prints what a settings file may hold: the file, every "
                                           "process, and the processes and logic adapters of "
                                           "these modules.\v"
                                           "Modules are looked for as an agent in this folder "
                                           "would: build/modules, modules/NAME, LIVE_MODULE_PATH, "
                                           "then the installed ones." };

int describe_run(void)
{
    live_error error = { 0 };
    cJSON *reference = NULL;
    int code = EXIT_DONE;

    if (agent_answer(args.words, &reference, &error))
        return command_failed(&error);
    if (args.form == OPT_JSON) {
        code = command_print(reference);
    } else if (args.form == OPT_MARKDOWN) {
        reference_page_print(stdout, reference);
    } else {
        cJSON *schema = schema_make(reference);
        code = command_print(schema);
        cJSON_Delete(schema);
    }
    cJSON_Delete(reference);
    return code;
}
