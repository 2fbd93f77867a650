// SPDX-License-Identifier: Apache-2.0
// live enable, live disable, live remove: processes of a settings file. They differ in one word.
#include <stddef.h>

#include "agent_words.h"
#include "command.h"
#include "commands.h"
#include "edit.h"

static agent_words words = AGENT_WORDS_INIT;

static const struct argp_option options[] = { AGENT_WORDS_OPTION, { 0 } };

static error_t parse(int key, char *value, struct argp_state *state)
{
    if (key == ARGP_KEY_NO_ARGS)
        command_usage(state, "which process?");
    return agent_words_parse(&words, key, value, state);
}

#define DOC(does, more)                                                                            \
    does " processes in the settings file, and changes nothing else in it.\v" more                 \
         " An agent that runs takes it up at once."
#define MODULES                                                                                    \
    "NAME is a process, or a module of this agent (modules/NAME): all processes that its "         \
    "settings_template.json names."

const struct argp enable_argp = {
    .options = options, .parser = parse, .args_doc = "NAME…", .doc = DOC("Enables", MODULES)
};
const struct argp disable_argp = {
    .options = options, .parser = parse, .args_doc = "NAME…", .doc = DOC("Disables", MODULES)
};
const struct argp remove_argp = { .options = options,
                                  .parser = parse,
                                  .args_doc = "NAME…",
                                  .doc = DOC("Removes", "Their saved state stays.") };

int enable_run(void)
{
    return edit_settings(words.settings, "enable", words.names);
}

int disable_run(void)
{
    return edit_settings(words.settings, "disable", words.names);
}

int remove_run(void)
{
    return edit_settings(words.settings, "remove", words.names);
}
