// SPDX-License-Identifier: Apache-2.0
// What `live say` and `live annotate` share: texts from words or from lines, each made an event and sent.
#include "speech.h"

#include <inttypes.h>
#include <live/buf.h>
#include <live/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "lines.h"
#include "terminal.h"

error_t speech_parse(speech *speech, int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': speech->settings = value; return 0;
    case 'r': speech->room_id = value; return 0;
    case 'a': speech->author = value; return 0;
    case ARGP_KEY_ARGS:
        speech->words = state->argv + state->next;
        speech->word_count = state->argc - state->next;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

typedef struct speaking {
    const speech *speech;
    session session;
    live_author author;
    int64_t number, sent, refused;
} speaking;

// Says why a text is not sent; the others are.
static void refuse(speaking *speaking, const live_error *why)
{
    fprintf(stderr, "%s: ", speaking->speech->name);
    if (!speaking->speech->word_count)
        fprintf(stderr, "line %" PRId64 ": ", speaking->number);
    terminal_write(stderr, why->text);
    fputc('\n', stderr);
    speaking->refused++;
}

static live_err speak(speaking *speaking, const char *text, live_error *error)
{
    cJSON *event = NULL;
    live_error why = { 0 };
    live_err err = speaking->speech->make(text, &speaking->author, &event, &why);

    if (!err)
        err = live_event_check(event, &why);
    if (err) {
        cJSON_Delete(event);
        refuse(speaking, &why);
        return LIVE_OK;
    }
    err = live_event_send(speaking->session.client, event, error);
    if (!err)
        speaking->sent++;
    return err;
}

static live_err speak_line(const char *line, size_t length, void *user, live_error *error)
{
    speaking *speaking = user;
    live_error why = { 0 };
    live_err err = LIVE_OK;

    speaking->number++;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0)
        return LIVE_OK;
    char *text = strndup(line, length);
    if (!text)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (strlen(text) < length) {
        live_fail(&why, LIVE_E_INVALID, "a NUL is no text");
        refuse(speaking, &why);
    } else {
        err = speak(speaking, text, error);
    }
    free(text);
    return err;
}

static live_err speak_words(speaking *speaking, live_error *error)
{
    live_buf *text = live_buf_new();
    live_err err = LIVE_OK;

    for (int i = 0; i < speaking->speech->word_count; i++)
        live_buf_add_format(text, "%s%s", i ? " " : "", speaking->speech->words[i]);
    err = live_buf_failed(text) ? live_fail(error, LIVE_E_NOMEM, "out of memory")
                                : speak(speaking, live_buf_data(text), error);
    live_buf_free(text);
    return err;
}

static live_err speak_all(speaking *speaking, live_error *error)
{
    const speech *speech = speaking->speech;
    session *session = &speaking->session;
    live_err err = session_author(session, speech->author, &speaking->author, error);

    if (!err && speech->room_id)
        err = session_check_room(session, speech->room_id, error);
    if (err)
        return err;
    return speech->word_count ? speak_words(speaking, error)
                              : lines_read(speak_line, NULL, speaking, error);
}

int speech_run(const speech *speech)
{
    live_error error = { 0 };
    speaking speaking = { .speech = speech };

    if (session_open(speech->settings, &speaking.session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    live_err err = speak_all(&speaking, &error);
    session_close(&speaking.session);
    if (err)
        command_failed(&error);
    if (!err || speaking.sent)
        printf("sent %" PRId64 " %s%s\n", speaking.sent, speech->noun,
               speaking.sent == 1 ? "" : "s");
    return err || speaking.refused ? EXIT_FAILED : EXIT_DONE;
}
