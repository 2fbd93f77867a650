// SPDX-License-Identifier: Apache-2.0
// A conversation in a room: its messages as they come, and what is said there.
#include "conversation.h"

#include <errno.h>
#include <inttypes.h>
#include <live/buf.h>
#include <live/event.h>
#include <live/json.h>
#include <live/query.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "following.h"
#include "terminal.h"

enum { QUIET_MS = 500, OWN_KEPT = 64, UID_BYTES = 40, MOST_BYTES = 20000 };

typedef struct conversation {
    session *session;
    const conversation_options *options;
    live_author author;
    char own[OWN_KEPT][UID_BYTES]; // of what we said last, so that it is not shown again
    size_t own_count;
    live_timer *limit; // with `say`: for the answer, then for the silence after it
    live_io *typing;
    live_timer *turns; // in its place, where it cannot be waited for
    live_buf *typed;   // a line that is not whole yet
    int unsaid;
    bool started, answered;
    live_error why; // code LIVE_OK: it simply ended
} conversation;

static void end(conversation *conversation)
{
    live_loop_stop(conversation->session->loop);
}

// Saying

static live_err say(conversation *conversation, const char *text, live_error *error)
{
    cJSON *event = live_message_new(conversation->options->room_id, &conversation->author, text);
    char *slot = conversation->own[conversation->own_count++ % OWN_KEPT];

    snprintf(slot, UID_BYTES, "%s", live_json_str(event, "uid", ""));
    return live_event_send(conversation->session->client, event, error);
}

static bool is_own(const conversation *conversation, const char *uid)
{
    for (size_t i = 0; i < OWN_KEPT; i++)
        if (*uid && strcmp(conversation->own[i], uid) == 0)
            return true;
    return false;
}

// Hearing

static void print_message(const live_message *message)
{
    char time_text[16] = "--:--";
    time_t seconds = (time_t)(message->created_ms / 1000);
    struct tm local;

    if (message->created_ms && localtime_r(&seconds, &local))
        strftime(time_text, sizeof time_text, "%H:%M", &local);
    printf("%s ", time_text);
    terminal_write_styled(stdout, *message->author.name ? message->author.name : "somebody",
                          TERMINAL_BOLD);
    fputs(": ", stdout);
    terminal_write_lines(stdout, message->text, 6, MOST_BYTES);
    fputc('\n', stdout);
    fflush(stdout);
}

static live_flow on_row(live_query *query, const cJSON *row, void *user)
{
    conversation *conversation = user;
    live_message message;

    (void)query;
    if (!live_message_read(row, &message) || is_own(conversation, message.uid) ||
        strcmp(message.room_id, conversation->options->room_id) != 0)
        return LIVE_CONTINUE;
    print_message(&message);
    if (conversation->options->say) {
        conversation->answered = true;
        live_timer_set(conversation->limit, QUIET_MS, 0);
    }
    return LIVE_CONTINUE;
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    conversation *conversation = user;

    (void)query;
    if (why)
        conversation->why = *why;
    else
        live_fail(&conversation->why, LIVE_E_CLOSED, "the platform ended the query");
    end(conversation);
}

static void on_limit(live_timer *timer, void *user)
{
    conversation *conversation = user;

    (void)timer;
    if (!conversation->answered)
        live_fail(&conversation->why, LIVE_E_TIMEOUT, "nobody answered within %" PRId64 " ms",
                  conversation->options->timeout_ms);
    end(conversation);
}

// Typing

static void say_line(conversation *conversation, const char *line, size_t length)
{
    live_error error = { 0 };
    char *text = strndup(line, length);

    if (text)
        text[strcspn(text, "\r")] = '\0';
    if (!text)
        live_fail(&error, LIVE_E_NOMEM, "out of memory");
    else if (*text && say(conversation, text, &error) == LIVE_OK)
        error.code = LIVE_OK;
    if (error.code) {
        fputs("live chat: not said: ", stderr);
        terminal_write(stderr, error.text);
        fputc('\n', stderr);
        conversation->unsaid++;
    }
    free(text);
}

static void say_whole_lines(conversation *conversation)
{
    const char *line = live_buf_data(conversation->typed), *end;

    while ((end = strchr(line, '\n'))) {
        say_line(conversation, line, (size_t)(end - line));
        line = end + 1;
    }
    live_buf_drop(conversation->typed, (size_t)(line - live_buf_data(conversation->typed)));
}

static void read_typed(conversation *conversation)
{
    char chunk[4096];
    ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < got; i++)
        if (chunk[i] == '\0')
            chunk[i] = '\n'; // ends a text, as it does everywhere here
    live_buf_add(conversation->typed, chunk, got > 0 ? (size_t)got : 0);
    if (got <= 0)
        live_buf_add_text(conversation->typed, "\n");
    say_whole_lines(conversation);
    if (got <= 0)
        end(conversation);
}

static void on_typed(live_io *io, unsigned ready, void *user)
{
    (void)io;
    (void)ready;
    read_typed(user);
}

static void on_turn(live_timer *timer, void *user)
{
    (void)timer;
    read_typed(user);
}

// What cannot be waited for, such as a file, is always there to be read.
static live_err listen_to_typing(conversation *conversation, live_error *error)
{
    live_loop *loop = conversation->session->loop;
    live_error why = { 0 };
    live_err err = live_io_new(loop, STDIN_FILENO, LIVE_READABLE, on_typed, conversation,
                               &conversation->typing, &why);

    if (err && why.sys == EPERM)
        return live_timer_new(loop, 0, 1, on_turn, conversation, &conversation->turns, error);
    if (err && error)
        *error = why;
    return err;
}

// Life

// From here on nothing that is said is missed.
static live_err begin_talking(conversation *conversation, live_error *error)
{
    if (conversation->options->say)
        return say(conversation, conversation->options->say, error);
    if (isatty(STDIN_FILENO))
        fputs("live chat: type a line to say it; Ctrl-D ends\n", stderr);
    return listen_to_typing(conversation, error);
}

static void on_control(live_query *query, const char *type, const cJSON *data, void *user)
{
    conversation *conversation = user;

    (void)query;
    (void)data;
    if (conversation->started || strcmp(type, "startRealTime") != 0)
        return;
    conversation->started = true;
    if (begin_talking(conversation, &conversation->why))
        end(conversation);
}

static void on_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    end(user);
}

static live_err make_expression(const char *room_id, char **ret_expression, live_error *error)
{
    live_buf *expression = live_buf_new();

    live_buf_add_text(expression, "__message -__delete:* => @filter room->id==");
    live_buf_add_pipes_text(expression, room_id);
    return live_buf_take(expression, ret_expression, NULL, error);
}

static live_err follow_room(conversation *conversation, live_query **ret_query, live_error *error)
{
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    char *expression = NULL;
    live_err err = make_expression(conversation->options->room_id, &expression, error);

    options.realtime = true;
    options.on_control = on_control;
    following_tell(&options);
    if (!err)
        err = live_query_start(conversation->session->client, expression, &options, on_row, on_end,
                               conversation, ret_query, error);
    live_free(expression);
    return err;
}

static live_err converse(conversation *conversation, live_error *error)
{
    live_loop *loop = conversation->session->loop;
    live_signal *on_int = NULL, *on_term = NULL;
    live_query *query = NULL;
    live_err err = follow_room(conversation, &query, error);

    if (!err)
        err = live_signal_new(loop, SIGINT, on_signal, conversation, &on_int, error);
    if (!err)
        err = live_signal_new(loop, SIGTERM, on_signal, conversation, &on_term, error);
    if (!err && conversation->options->say)
        err = live_timer_new(loop, conversation->options->timeout_ms, 0, on_limit, conversation,
                             &conversation->limit, error);
    if (!err)
        err = live_loop_run(loop, LIVE_FOREVER, error);
    if (!err && conversation->why.code) {
        err = conversation->why.code;
        *error = conversation->why;
    }
    live_query_free(query);
    live_signal_free(on_int);
    live_signal_free(on_term);
    live_timer_free(conversation->limit);
    live_timer_free(conversation->turns);
    live_io_free(conversation->typing);
    return err;
}

live_err conversation_run(session *session, const conversation_options *options, live_error *error)
{
    conversation conversation = { .session = session, .options = options };
    live_err err = session_author(session, options->author, &conversation.author, error);

    if (!err)
        err = session_check_room(session, options->room_id, error);
    if (!err)
        err = live_message_check(options->room_id, &conversation.author, "", error);
    if (err)
        return err;
    conversation.typed = live_buf_new();
    err = converse(&conversation, error);
    live_buf_free(conversation.typed);
    if (!err && conversation.unsaid)
        err = live_fail(error, LIVE_E_CLOSED, "%d line%s not said", conversation.unsaid,
                        conversation.unsaid == 1 ? " was" : "s were");
    return err;
}
