// SPDX-License-Identifier: Apache-2.0
// A command of the tool: finding it, parsing its words, telling what is wrong with them.
#include "command.h"

#include <errno.h>
#include <live/json.h>
#include <live/time.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libexec.h"
#include "terminal.h"

static const command *commands;

const command *command_table(void)
{
    return commands;
}

const char *command_typed(const char *name, char out[COMMAND_NAME_BYTES])
{
    snprintf(out, COMMAND_NAME_BYTES, "%s", name);
    for (char *at = out; *at; at++)
        if (*at == '_')
            *at = '-';
    return out;
}

static const command *find(const char *name)
{
    char own[COMMAND_NAME_BYTES];

    for (const command *command = commands; command->name; command++)
        if (strcmp(command_typed(command->name, own), name) == 0)
            return command;
    return NULL;
}

int command_failed(const live_error *error)
{
    fputs("live: ", stderr);
    terminal_write(stderr, error->text); // it may quote what a platform said
    fputc('\n', stderr);
    return EXIT_FAILED;
}

int command_print(const cJSON *json)
{
    live_error error = { 0 };

    return live_json_write(json, stdout, &error) ? command_failed(&error) : EXIT_DONE;
}

bool command_is_read(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO };

    return poll(&out, 1, 0) < 1 || !(out.revents & (POLLERR | POLLHUP));
}

void command_usage(const struct argp_state *state, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s: ", state->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "; see '%s --help'\n", state->name);
    exit(EXIT_USAGE);
}

error_t command_no_argument(int key, char *value, const struct argp_state *state)
{
    if (key == ARGP_KEY_ARG)
        command_usage(state, "'%s' is one word too many", value);
    return ARGP_ERR_UNKNOWN;
}

int64_t command_duration(const struct argp_state *state, const char *word, const char *value)
{
    live_error error;
    int64_t ms = 0;

    if (live_duration_parse(value, &ms, &error))
        command_usage(state, "%s: %s", word, error.text);
    return ms;
}

int64_t command_count(const struct argp_state *state, const char *word, const char *value)
{
    char *end;
    errno = 0;
    long long count = strtoll(value, &end, 10);

    if (errno || *end || end == value || count < 1)
        command_usage(state, "%s: '%s' is no whole number from 1", word, value);
    return count;
}

// argp's own messages take several lines; its flags silence them and this names the word.
static const struct argp_option *find_option(const struct argp *argp, const char *word)
{
    size_t length = strcspn(word + 2, "=");

    for (const struct argp_option *option = argp->options; option && option->key; option++) {
        bool letter = word[1] != '-' && option->key == word[1];
        bool name = word[1] == '-' && option->name && strncmp(option->name, word + 2, length) == 0;
        if (letter || name)
            return option;
    }
    return NULL;
}

static int say_what_is_wrong(const char *name, const struct argp *argp, char *const *words)
{
    for (; *words && strcmp(*words, "--") != 0; words++) {
        const struct argp_option *option =
            (*words)[0] == '-' && (*words)[1] ? find_option(argp, *words) : NULL;
        if ((*words)[0] != '-' || !(*words)[1])
            continue;
        bool inside = (*words)[1] == '-' ? strchr(*words, '=') != NULL : (*words)[2] != '\0';
        if (!option || (option->arg && !inside && !words[1])) {
            fprintf(stderr, "%s: '%s' %s; see '%s --help'\n", name, *words,
                    option ? "lacks its value" : "is no option here", name);
            return EXIT_USAGE;
        }
        words += option->arg && !inside;
    }
    fprintf(stderr, "%s: these words do not fit; see '%s --help'\n", name, name);
    return EXIT_USAGE;
}

static bool asks_for_help(char *const *words)
{
    for (; *words && strcmp(*words, "--") != 0; words++)
        if (strcmp(*words, "--help") == 0)
            return true;
    return false;
}

static int run_command(const command *command, int argc, char **argv)
{
    char name[COMMAND_NAME_BYTES + 5], own[COMMAND_NAME_BYTES];

    if (!command->argp)
        return libexec_run("live-dev", argv);

    snprintf(name, sizeof name, "live %s", command_typed(command->name, own));
    argv[1] = name;
    if (asks_for_help(argv + 2)) {
        argp_help(command->argp, stdout, ARGP_HELP_STD_HELP, name);
        return EXIT_DONE;
    }

    error_t err =
        argp_parse(command->argp, argc - 1, argv + 1, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, NULL);
    if (err == EINVAL)
        return say_what_is_wrong(name, command->argp, argv + 2);
    if (err) {
        fprintf(stderr, "%s: %s\n", name, strerror(err));
        return EXIT_FAILED;
    }
    return command->run();
}

static int print_commands(void)
{
    char name[COMMAND_NAME_BYTES];

    puts("Usage: live COMMAND [OPTION…]\n");
    puts("Programs beside Intelie LIVE: agents, events, queries, a platform of your own.\n");
    for (const command *command = commands; command->name; command++)
        printf("  %-14s %s\n", command_typed(command->name, name), command->summary);
    puts("\n'live COMMAND --help' shows the options of a command.");
    return EXIT_DONE;
}

int command_help(const char *name)
{
    char *argv[] = { (char[]){ "live" }, NULL, (char[]){ "--help" }, NULL };
    char copy[COMMAND_NAME_BYTES];

    if (!name)
        return print_commands();

    const command *command = find(name);
    if (!command) {
        fprintf(stderr, "live: '%s' is no command; see 'live help'\n", name);
        return EXIT_USAGE;
    }
    snprintf(copy, sizeof copy, "%s", name);
    argv[1] = copy;
    return run_command(command, 3, argv);
}

// What a full disk or a closed pipe did not take is no success.
static int written(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "live: standard output cannot be written: %s\n", strerror(errno));
    return code == EXIT_DONE ? EXIT_FAILED : code;
}

int command_main(int argc, char **argv, const command *table)
{
    commands = table;
    if (argc < 2) {
        fputs("live: which command? see 'live help'\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return written(command_help(NULL));

    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const command *command = find(name);
    if (!command) {
        fprintf(stderr, "live: '%s' is no %s; see 'live help'\n", name,
                *name == '-' ? "option" : "command");
        return EXIT_USAGE;
    }
    return written(run_command(command, argc, argv));
}
