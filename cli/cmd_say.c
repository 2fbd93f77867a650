// SPDX-License-Identifier: Apache-2.0
// live say: messages to a room, from the command line or from standard input, a line each.
#include "command.h"
#include "commands.h"
#include "speech.h"

static speech args = SPEECH_INIT;

static const struct argp_option options[] = {
    SPEECH_OPTIONS("the room, one that 'live list rooms' shows"),
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    if (key == ARGP_KEY_END && !args.room_id)
        command_usage(state, "which room? give --room");
    return speech_parse(&args, key, value, state);
}

const struct argp say_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[WORD…]",
    .doc =
        "Says something in a room: the words as one message, or without any each line of "
        "standard input.\v"
        "*Bold* and <url|label> are the messenger's markup. The author is the 'output.author' of "
        "the settings file, else the user of the credentials; --author gives another name. "
        "Empty lines are skipped; a line that cannot be sent is named, the others are sent, and "
        "the exit code is 1."
};

static live_err make(const char *text, const live_author *author, cJSON **ret_event,
                     live_error *error)
{
    live_err err = live_message_check(args.room_id, author, text, error);

    if (!err)
        *ret_event = live_message_new(args.room_id, author, text);
    return err;
}

int say_run(void)
{
    args.name = "live say";
    args.noun = "message";
    args.make = make;
    return speech_run(&args);
}
