// SPDX-License-Identifier: Apache-2.0
// live enable, live disable: whether processes of a settings file run. The two differ in one word.
#include <stddef.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "enabling.h"

enum { MAX_NAMES = 256 };

static const char *settings = "settings.json";
static const char *names[MAX_NAMES + 1];
static size_t count;

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "the agent's settings (default: settings.json)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': settings = value; return 0;
    case ARGP_KEY_ARG:
        if (count == MAX_NAMES)
            return command_no_argument(key, value, state);
        names[count++] = value;
        return 0;
    case ARGP_KEY_NO_ARGS: command_usage(state, "which process?");
    default: return ARGP_ERR_UNKNOWN;
    }
}

#define DOC(does)                                                                                  \
    does " processes in the settings file, and changes nothing else in it.\v"                      \
         "NAME is a process, or a module of this agent (modules/NAME): all processes that its "    \
         "settings_template.json names. An agent that runs takes it up when it is started again."

const struct argp enable_argp = {
    .options = options, .parser = parse, .args_doc = "NAME…", .doc = DOC("Enables")
};
const struct argp disable_argp = {
    .options = options, .parser = parse, .args_doc = "NAME…", .doc = DOC("Disables")
};

static void print(const char *process, bool changed, void *user)
{
    printf("%s: %s%s\n", process, changed ? "" : "already ", (const char *)user);
}

static int set(bool enabled, char *word)
{
    live_error error = { 0 };

    return enabling_set(settings, names, enabled, print, word, &error) ? command_failed(&error)
                                                                       : EXIT_DONE;
}

int enable_run(void)
{
    return set(true, (char[]){ "enabled" });
}

int disable_run(void)
{
    return set(false, (char[]){ "disabled" });
}
