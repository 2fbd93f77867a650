// SPDX-License-Identifier: Apache-2.0
// live chat: a conversation in a room, in the terminal.
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "conversation.h"

enum { TIMEOUT_MS = 30000, OPT_SAY = OPT_FIRST };

static struct {
    const char *settings;
    conversation_options conversation;
} args = { .settings = "settings.json", .conversation = { .timeout_ms = TIMEOUT_MS } };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "room", 'r', "ID", 0, "the room, one that 'live list rooms' shows", 0 },
    { "author", 'a', "NAME", 0, "the name to speak under", 0 },
    { "say", OPT_SAY, "TEXT", 0, "say this, print what is answered, end", 0 },
    { "timeout", 't', "T", 0, "with --say: how long to wait for an answer (default: 30s)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case 'r': args.conversation.room_id = value; return 0;
    case 'a': args.conversation.author = value; return 0;
    case OPT_SAY: args.conversation.say = value; return 0;
    case 't': args.conversation.timeout_ms = command_duration(state, "--timeout", value); return 0;
    case ARGP_KEY_END:
        if (!args.conversation.room_id)
            command_usage(state, "which room? give --room");
        return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp chat_argp = {
    .options = options,
    .parser = parse,
    .doc = "Shows what is said in a room and says there what is typed, a line a message, until the "
           "end of standard input or SIGINT.\v"
           "With --say: says one text, prints what others say until nobody has for half a second, "
           "and ends; exit code 1 when nobody answered within --timeout. The author is the "
           "'output.author' of the settings file, else the user of the credentials; --author gives "
           "another name."
};

int chat_run(void)
{
    live_error error = { 0 };
    session session = { 0 };

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    live_err err = conversation_run(&session, &args.conversation, &error);
    session_close(&session);
    return err ? command_failed(&error) : EXIT_DONE;
}
