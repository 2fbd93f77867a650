// SPDX-License-Identifier: Apache-2.0
// live completion: the completion of this tool for a shell.
#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "libexec.h"

static const struct {
    const char *shell, *file;
} shells[] = {
    { "bash", "bash-completion/completions/live" },
    { "zsh", "zsh/site-functions/_live" },
    { "fish", "fish/vendor_completions.d/live.fish" },
};
enum { SHELLS = sizeof shells / sizeof *shells };

static const char *file;

static error_t parse(int key, char *value, struct argp_state *state)
{
    if (key == ARGP_KEY_END && !file)
        command_usage(state, "for which shell? bash, zsh or fish");
    if (key != ARGP_KEY_ARG || file)
        return command_no_argument(key, value, state);
    for (size_t i = 0; i < SHELLS; i++)
        if (strcmp(value, shells[i].shell) == 0)
            file = shells[i].file;
    if (!file)
        command_usage(state, "there is no completion for '%s', only for bash, zsh and fish", value);
    return 0;
}

const struct argp completion_argp = {
    .parser = parse,
    .args_doc = "bash|zsh|fish",
    .doc = "Prints the completion of this tool for a shell.\v"
           "It is installed where the shells of a system look for it. Elsewhere, for this session: "
           "source <(live completion bash), likewise in zsh, and live completion fish | source."
};

int completion_run(void)
{
    char path[LIBEXEC_PATH_BYTES], relative[128];
    live_error error = { 0 };
    char *text = NULL;

    snprintf(relative, sizeof relative, "%s/%s", LIVE_DATA_FROM_BIN, file);
    live_err err = libexec_beside(relative, path, &error);
    if (!err)
        err = live_file_read(path, &text, NULL, &error);
    if (!err)
        fputs(text, stdout);
    live_free(text);
    return err ? command_failed(&error) : EXIT_DONE;
}
