// SPDX-License-Identifier: Apache-2.0
// live annotate: annotations, from the command line or from standard input, a line each.
#include <live/annotation.h>
#include <live/json.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "speech.h"

static speech args = SPEECH_INIT;

static const struct argp_option options[] = {
    SPEECH_OPTIONS("the room that shows it, one that 'live list rooms' shows"),
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    return speech_parse(&args, key, value, state);
}

const struct argp annotate_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[WORD…]",
    .doc =
        "Annotates now and the next 30 seconds: the words as one annotation, or without any each "
        "line of standard input.\v"
        "A line that is a JSON object gives the annotation's members: 'message', 'begin' and "
        "'end' (ms since 1970) and others. The author is the 'output.author' of the settings "
        "file, else the user of the credentials; --author gives another name. A line that "
        "cannot be sent is named, the others are sent, and the exit code is 1."
};

static live_err read_data(const char *text, cJSON **ret_data, live_error *error)
{
    if (text[strspn(text, " \t")] == '{')
        return live_json_parse(text, strlen(text), ret_data, error);

    cJSON *data = cJSON_CreateObject();
    if (!cJSON_AddStringToObject(data, "message", text)) {
        cJSON_Delete(data);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_data = data;
    return LIVE_OK;
}

static live_err make(const char *text, const live_author *author, cJSON **ret_event,
                     live_error *error)
{
    live_annotation_options place = LIVE_ANNOTATION_OPTIONS_INIT;
    cJSON *data = NULL;
    live_err err = read_data(text, &data, error);

    place.author = author->name;
    place.room_id = args.room_id;
    return err ? err : live_annotation_new(data, &place, ret_event, error);
}

int annotate_run(void)
{
    args.name = "live annotate";
    args.noun = "annotation";
    args.make = make;
    return speech_run(&args);
}
