// SPDX-License-Identifier: Apache-2.0
// A worker's end of the link.
#include "worker/link.h"

#include <inttypes.h>
#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <live/uuid.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link/channel.h"
#include "link/passing.h"
#include "link/verdict.h"

// A text in a list: an event that is not accepted yet, or a row or verdict that is not delivered yet.
typedef struct item {
    struct item *next;
    uint64_t number; // of the event, or of the question
    bool last;       // a verdict
    bool late;       // a row that was missed at its time
    size_t length;
    char text[];
} item;

typedef struct list {
    item *first, **last;
    size_t bytes;
} list;

struct ag_question {
    ag_question *next, **link_to;
    ag_link *link;
    ag_question_kind kind;
    uint64_t number;
    bool sent, ended;
    char *text;
    ag_question_hooks hooks;
    void *user;
};

struct ag_link {
    live_loop *loop;
    int control;
    live_io *control_io;
    ag_channel *channel; // NULL: no gateway is there
    bool welcomed, opened, orphaned;
    volatile sig_atomic_t hurried;
    int64_t last_ms; // when nobody waits any more; 0: not in a hurry, as far as is known
    ag_question *questions;
    uint64_t incarnation, sequence, question_number;
    uint64_t synced; // every event up to it survives a power cut
    bool sync_asked; // of the gateway that is there
    list events, rows;
    bool late;       // the row that is being delivered
    size_t consumed; // of the row window, not yet given back
    live_timer *deliver;
    void (*on_orphaned)(void *user);
    void *user;
};

// Lists

// NULL: no memory.
static item *append(list *list, uint64_t number, bool last, const char *text, size_t length)
{
    item *own = malloc(sizeof *own + length);
    if (!own)
        return NULL;

    own->next = NULL;
    own->number = number;
    own->last = last;
    own->late = false;
    own->length = length;
    memcpy(own->text, text, length);
    *list->last = own;
    list->last = &own->next;
    list->bytes += length;
    return own;
}

static item *take(list *list)
{
    item *own = list->first;

    list->first = own->next;
    if (!list->first)
        list->last = &list->first;
    list->bytes -= own->length;
    return own;
}

static void clear(list *list)
{
    while (list->first)
        free(take(list));
}

// Frames

static void accept_events(ag_link *link, uint64_t number)
{
    while (link->events.first && link->events.first->number <= number)
        free(take(&link->events));
}

// The credit of an attachment, before its first question: the window, less what waits here already.
static void open_rows(ag_link *link)
{
    size_t waiting =
        link->rows.bytes < AG_ROW_WINDOW_BYTES ? link->rows.bytes : AG_ROW_WINDOW_BYTES;

    link->opened = true;
    link->consumed = 0;
    ag_channel_send(link->channel, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES - waiting, NULL, 0);
}

static void send_question(ag_question *question)
{
    ag_frame_type type = question->kind == AG_REQUEST ? AG_FRAME_REQUEST : AG_FRAME_QUERY;
    ag_link *link = question->link;

    if (!link->welcomed || question->sent)
        return;
    if (!link->opened)
        open_rows(link);
    question->sent = true;
    ag_channel_send(link->channel, type, question->number, question->text, strlen(question->text));
}

// The gateway says which events it has; the rest goes again. It says so too when it has room again.
static void on_welcome(ag_link *link, const ag_frame *frame)
{
    accept_events(link, frame->number);
    link->welcomed = true;
    for (const item *event = link->events.first; event; event = event->next)
        ag_channel_send(link->channel, AG_FRAME_EVENT, event->number, event->text, event->length);
    for (ag_question *question = link->questions; question; question = question->next)
        send_question(question);
}

static void on_ack(ag_link *link, const ag_frame *frame)
{
    accept_events(link, frame->number);
}

static void on_synced(ag_link *link, const ag_frame *frame)
{
    link->synced = frame->number > link->synced ? frame->number : link->synced;
    link->sync_asked = false;
}

// Rows wait for the loop: a frame may also arrive while a module's function waits to emit.
static item *keep(ag_link *link, uint64_t number, bool last, const char *text, size_t length)
{
    item *own = append(&link->rows, number, last, text, length);

    if (own)
        live_timer_set(link->deliver, 0, 0);
    return own;
}

static ag_question *find_question(const ag_link *link, uint64_t number)
{
    ag_question *question = link->questions;

    while (question && question->number != number)
        question = question->next;
    return question;
}

// A question ends once, whoever says so.
static void keep_end(ag_question *question, const char *verdict, size_t length)
{
    if (!question || question->ended)
        return;
    question->ended = true;
    keep(question->link, question->number, true, verdict, length);
}

static void on_row(ag_link *link, const ag_frame *frame)
{
    keep(link, frame->number, false, frame->text, frame->length);
}

static void on_late_row(ag_link *link, const ag_frame *frame)
{
    item *own = keep(link, frame->number, false, frame->text, frame->length);

    if (own)
        own->late = true;
}

static void on_end(ag_link *link, const ag_frame *frame)
{
    keep_end(find_question(link, frame->number), frame->text, frame->length);
}

static void (*const handlers[AG_FRAME_TYPES])(ag_link *, const ag_frame *) = {
    [AG_FRAME_WELCOME] = on_welcome, [AG_FRAME_ACK] = on_ack,       [AG_FRAME_ROW] = on_row,
    [AG_FRAME_END] = on_end,         [AG_FRAME_SYNCED] = on_synced, [AG_FRAME_LATE] = on_late_row,
};

static void on_frame(const ag_frame *frame, void *user)
{
    if (handlers[frame->type])
        handlers[frame->type](user, frame);
}

// What ends by itself cannot be asked again: some of its rows may be there already.
static void end_questions(ag_link *link)
{
    live_error why = { 0 };

    live_fail(&why, LIVE_E_CLOSED, "the gateway was restarted");
    why.retry = true;
    char *verdict = ag_verdict_print(&why);
    for (ag_question *question = link->questions; question; question = question->next) {
        if (question->kind == AG_FOLLOW)
            question->sent = question->ended;
        else if (question->sent && verdict)
            keep_end(question, verdict, strlen(verdict));
    }
    live_free(verdict);
}

static void detach(ag_link *link)
{
    link->channel = NULL;
    link->welcomed = link->opened = link->sync_asked = false;
    end_questions(link);
}

static void on_closed(ag_channel *channel, void *user)
{
    detach(user);
    ag_channel_free(channel);
}

static void give_credit(ag_link *link, size_t bytes)
{
    link->consumed += bytes;
    if (link->consumed < AG_ROW_WINDOW_BYTES / 4 || !link->opened)
        return;
    ag_channel_send(link->channel, AG_FRAME_CREDIT, link->consumed, NULL, 0);
    link->consumed = 0;
}

static void deliver_end(const ag_question *question, const item *item)
{
    live_error why = { 0 };
    bool failed = ag_verdict_read(item->text, item->length, &why);

    question->hooks.on_end(failed ? &why : NULL, question->user);
}

static void deliver_row(const ag_question *question, const item *item)
{
    cJSON *row = NULL;
    live_error error = { 0 };

    if (live_json_parse(item->text, item->length, &row, &error))
        live_log(LIVE_LOG_WARN, "link.row", "a row was skipped: %s", error.text);
    else
        question->hooks.on_row(row, question->user);
    cJSON_Delete(row);
}

static void deliver(live_timer *timer, void *user)
{
    ag_link *link = user;
    item *first = link->rows.first ? take(&link->rows) : NULL;

    if (link->rows.first)
        live_timer_set(timer, 0, 0);
    if (!first)
        return;
    const ag_question *question = find_question(link, first->number);
    if (!first->last)
        give_credit(link, first->length);
    link->late = first->late;
    if (question)
        (first->last ? deliver_end : deliver_row)(question, first);
    free(first);
}

bool ag_link_row_is_late(const ag_link *link)
{
    return link->late;
}

// Attachment

static const ag_channel_hooks channel_hooks = { .on_frame = on_frame, .on_closed = on_closed };

// Attaches to the gateway that was passed, or does what was said. False: nothing was, or the supervisor is gone.
static bool attach(ag_link *link)
{
    char name[AG_NAME_BYTES];
    live_error error = { 0 };
    int fd = -1;
    live_err err = ag_passing_receive(link->control, name, &fd, &error);

    if (err == LIVE_E_NOTFOUND)
        return false;
    if (err) {
        link->orphaned = true;
        live_io_want(link->control_io, 0);
        link->on_orphaned(link->user);
        return false;
    }
    if (fd < 0) {
        ag_passing_obey(name);
        return true;
    }
    ag_channel_free(link->channel);
    detach(link);
    if (ag_channel_new(link->loop, fd, &channel_hooks, link, &link->channel, &error)) {
        live_log(LIVE_LOG_WARN, "link.attach", "%s", error.text);
        return false;
    }
    // A gateway that knows nothing of this worker learns which event is the last that was accepted.
    char accepted[24];
    uint64_t last = link->events.first ? link->events.first->number - 1 : link->sequence;
    int length = snprintf(accepted, sizeof accepted, "%" PRIu64, last);
    ag_channel_send(link->channel, AG_FRAME_HELLO, link->incarnation, accepted, (size_t)length);
    return true;
}

static void on_control(live_io *io, unsigned ready, void *user)
{
    (void)io;
    (void)ready;
    while (attach(user))
        continue;
}

live_err ag_link_new(live_loop *loop, int control, void (*on_orphaned)(void *user), void *user,
                     ag_link **ret_link, live_error *error)
{
    ag_link *link = calloc(1, sizeof *link);
    if (!link)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *link = (ag_link){ .loop = loop, .control = control, .on_orphaned = on_orphaned, .user = user };
    link->events.last = &link->events.first;
    link->rows.last = &link->rows.first;
    live_err err = live_random(&link->incarnation, sizeof link->incarnation, error);
    if (!err)
        err = live_timer_new(loop, -1, 0, deliver, link, &link->deliver, error);
    if (!err)
        err = live_io_new(loop, control, LIVE_READABLE, on_control, link, &link->control_io, error);
    if (err) {
        ag_link_free(link);
        return err;
    }
    *ret_link = link;
    return LIVE_OK;
}

void ag_link_free(ag_link *link)
{
    if (!link)
        return;
    while (link->questions)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        ag_question_free(link->questions);
    ag_channel_free(link->channel);
    live_io_free(link->control_io);
    live_timer_free(link->deliver);
    clear(&link->events);
    clear(&link->rows);
    close(link->control);
    free(link);
}

// Events

// Carries frames, or waits for a gateway, without running any callback of the worker.
static void pump(ag_link *link, int64_t deadline_ms)
{
    int64_t left = deadline_ms - live_time_monotonic_ms();
    struct pollfd control = { .fd = link->control, .events = POLLIN };
    int wait = left < 0 ? 0 : left > 100 ? 100 : (int)left; // a new gateway may come meanwhile

    if (link->channel)
        ag_channel_pump(link->channel, wait);
    if (poll(&control, 1, link->channel ? 0 : wait) > 0)
        attach(link);
}

void ag_link_hurry(ag_link *link, bool hurry)
{
    link->hurried = hurry;
}

static int64_t last_call(ag_link *link, int64_t deadline_ms)
{
    if (!link->hurried)
        link->last_ms = 0;
    else if (link->last_ms == 0)
        link->last_ms = live_time_monotonic_ms() + AG_HURRY_MS;
    return link->last_ms > 0 && link->last_ms < deadline_ms ? link->last_ms : deadline_ms;
}

// One turn of a wait: LIVE_E_CLOSED or LIVE_E_TIMEOUT when it is over.
static live_err wait_once(ag_link *link, int64_t deadline_ms, live_error *error)
{
    if (link->orphaned)
        return live_fail(error, LIVE_E_CLOSED, "the supervisor is gone");
    if (live_time_monotonic_ms() >= last_call(link, deadline_ms)) {
        if (link->events.bytes > 0)
            live_fail(error, LIVE_E_TIMEOUT, "the gateway accepts no events: %zu bytes wait",
                      link->events.bytes);
        else
            live_fail(error, LIVE_E_TIMEOUT, "the gateway does not sync its outbox");
        if (error)
            error->retry = true;
        return LIVE_E_TIMEOUT;
    }
    pump(link, deadline_ms);
    return LIVE_OK;
}

static live_err wait_for_room(ag_link *link, size_t room, int64_t deadline_ms, live_error *error)
{
    live_err err = LIVE_OK;

    while (!err && link->events.bytes > room)
        err = wait_once(link, deadline_ms, error);
    return err;
}

// Each gateway is asked once: one that is new is asked again.
static void ask_to_sync(ag_link *link)
{
    if (!link->welcomed || link->sync_asked || link->events.first)
        return;
    link->sync_asked = true;
    ag_channel_send(link->channel, AG_FRAME_SYNC, link->sequence, NULL, 0);
}

live_err ag_link_emit(ag_link *link, const char *text, size_t length, live_error *error)
{
    if (length > AG_EVENT_WINDOW_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "an event of %zu bytes is longer than %d", length,
                         AG_EVENT_WINDOW_BYTES);
    live_err err = wait_for_room(link, AG_EVENT_WINDOW_BYTES - length,
                                 live_time_monotonic_ms() + AG_EMIT_TIMEOUT_MS, error);
    if (err)
        return err;
    if (!append(&link->events, link->sequence + 1, false, text, length))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    link->sequence++;
    if (link->welcomed)
        ag_channel_send(link->channel, AG_FRAME_EVENT, link->sequence, text, length);
    return LIVE_OK;
}

live_err ag_link_flush(ag_link *link, int64_t timeout_ms, live_error *error)
{
    const int64_t deadline =
        live_time_monotonic_ms() + (timeout_ms > 0 ? timeout_ms : AG_EMIT_TIMEOUT_MS);
    live_err err = wait_for_room(link, 0, deadline, error);

    while (!err && link->synced < link->sequence) {
        ask_to_sync(link);
        err = wait_once(link, deadline, error);
    }
    return err;
}

// Questions

live_err ag_link_ask(ag_link *link, ag_question_kind kind, const char *text,
                     const ag_question_hooks *hooks, void *user, ag_question **ret_question,
                     live_error *error)
{
    ag_question *question = calloc(1, sizeof *question);
    char *copy = strdup(text);

    if (!question || !copy) {
        free(question);
        free(copy);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *question = (ag_question){ .next = link->questions,
                               .link_to = &link->questions,
                               .link = link,
                               .kind = kind,
                               .number = ++link->question_number,
                               .text = copy,
                               .hooks = *hooks,
                               .user = user };
    if (question->next)
        question->next->link_to = &question->next;
    link->questions = question;
    send_question(question);
    *ret_question = question;
    return LIVE_OK;
}

void ag_question_free(ag_question *question)
{
    if (!question)
        return;
    if (question->sent && question->link->welcomed)
        ag_channel_send(question->link->channel, AG_FRAME_CANCEL, question->number, NULL, 0);
    *question->link_to = question->next;
    if (question->next)
        question->next->link_to = question->link_to;
    free(question->text);
    free(question);
}
