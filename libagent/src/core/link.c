// SPDX-License-Identifier: Apache-2.0
// A worker's end of the link.
#include "core/link.h"

#include <inttypes.h>
#include <live/json.h>
#include <live/log.h>
#include <live/time.h>
#include <live/uuid.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/channel.h"
#include "core/passing.h"

enum { QUERY_ID = 1 };

// A text in a list: an event that is not accepted yet, or a row that is not delivered yet.
typedef struct item {
    struct item *next;
    uint64_t number;
    size_t length;
    char text[];
} item;

typedef struct list {
    item *first, **last;
    size_t bytes;
} list;

struct ag_link {
    live_loop *loop;
    int control;
    live_io *control_io;
    ag_channel *channel; // NULL: no gateway is there
    bool welcomed, orphaned;
    char *query;
    uint64_t incarnation, sequence;
    list events, rows;
    size_t consumed; // of the row window, not yet given back
    live_timer *deliver;
    ag_link_hooks hooks;
    void *user;
};

// Lists

static bool append(list *list, uint64_t number, const char *text, size_t length)
{
    item *own = malloc(sizeof *own + length);
    if (!own)
        return false;

    own->next = NULL;
    own->number = number;
    own->length = length;
    memcpy(own->text, text, length);
    *list->last = own;
    list->last = &own->next;
    list->bytes += length;
    return true;
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

static void send_query(ag_link *link)
{
    if (!link->query || !link->welcomed)
        return;
    clear(&link->rows);
    link->consumed = 0;
    ag_channel_send(link->channel, AG_FRAME_CREDIT, AG_ROW_WINDOW_BYTES, NULL, 0);
    ag_channel_send(link->channel, AG_FRAME_QUERY, QUERY_ID, link->query, strlen(link->query));
}

// The gateway says which events it has; the rest goes again. It says so anew when it had no room for some:
// the query is under way then.
static void on_welcome(ag_link *link, const ag_frame *frame)
{
    bool first = !link->welcomed;

    accept_events(link, frame->number);
    link->welcomed = true;
    for (const item *event = link->events.first; event; event = event->next)
        ag_channel_send(link->channel, AG_FRAME_EVENT, event->number, event->text, event->length);
    if (first)
        send_query(link);
}

static void on_ack(ag_link *link, const ag_frame *frame)
{
    accept_events(link, frame->number);
}

// Rows wait for the loop: a frame may also arrive while a module's function waits to emit.
static void on_row(ag_link *link, const ag_frame *frame)
{
    if (append(&link->rows, 0, frame->text, frame->length))
        live_timer_set(link->deliver, 0, 0);
}

static void on_end(ag_link *link, const ag_frame *frame)
{
    if (append(&link->rows, 1, frame->text, frame->length))
        live_timer_set(link->deliver, 0, 0);
}

static void (*const handlers[AG_FRAME_TYPES])(ag_link *, const ag_frame *) = {
    [AG_FRAME_WELCOME] = on_welcome,
    [AG_FRAME_ACK] = on_ack,
    [AG_FRAME_ROW] = on_row,
    [AG_FRAME_END] = on_end,
};

static void on_frame(const ag_frame *frame, void *user)
{
    if (handlers[frame->type])
        handlers[frame->type](user, frame);
}

static void on_closed(ag_channel *channel, void *user)
{
    ag_link *link = user;

    link->channel = NULL;
    link->welcomed = false;
    ag_channel_free(channel);
}

static void give_credit(ag_link *link, size_t bytes)
{
    link->consumed += bytes;
    if (link->consumed < AG_ROW_WINDOW_BYTES / 4 || !link->channel)
        return;
    ag_channel_send(link->channel, AG_FRAME_CREDIT, link->consumed, NULL, 0);
    link->consumed = 0;
}

static void deliver(live_timer *timer, void *user)
{
    ag_link *link = user;
    item *first = link->rows.first ? take(&link->rows) : NULL;
    cJSON *row = NULL;
    live_error error = { 0 };

    if (link->rows.first)
        live_timer_set(timer, 0, 0);
    if (!first)
        return;
    if (first->number != 1)
        give_credit(link, first->length);
    if (first->number == 1) {
        char *why = strndup(first->text, first->length);
        link->hooks.on_end(why ? why : "", link->user);
        free(why);
    } else if (live_json_parse(first->text, first->length, &row, &error)) {
        live_log(LIVE_LOG_WARN, "link.row", "a row was skipped: %s", error.text);
    } else {
        link->hooks.on_row(row, link->user);
    }
    cJSON_Delete(row);
    free(first);
}

// Attachment

static const ag_channel_hooks channel_hooks = { .on_frame = on_frame, .on_closed = on_closed };

// Attaches to the gateway that was passed. False: none was, or the supervisor is gone.
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
        link->hooks.on_orphaned(link->user);
        return false;
    }
    ag_channel_free(link->channel);
    link->channel = NULL;
    link->welcomed = false;
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

live_err ag_link_new(live_loop *loop, int control, const ag_link_hooks *hooks, void *user,
                     ag_link **ret_link, live_error *error)
{
    ag_link *link = calloc(1, sizeof *link);
    if (!link)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *link = (ag_link){ .loop = loop, .control = control, .hooks = *hooks, .user = user };
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
    ag_channel_free(link->channel);
    live_io_free(link->control_io);
    live_timer_free(link->deliver);
    clear(&link->events);
    clear(&link->rows);
    close(link->control);
    free(link->query);
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

static live_err wait_for_room(ag_link *link, size_t room, int64_t timeout_ms, live_error *error)
{
    int64_t deadline = live_time_monotonic_ms() + timeout_ms;

    while (link->events.bytes > room) {
        if (link->orphaned)
            return live_fail(error, LIVE_E_CLOSED, "the supervisor is gone");
        if (live_time_monotonic_ms() >= deadline) {
            live_fail(error, LIVE_E_TIMEOUT, "the gateway accepts no events: %zu bytes wait",
                      link->events.bytes);
            if (error)
                error->retry = true;
            return LIVE_E_TIMEOUT;
        }
        pump(link, deadline);
    }
    return LIVE_OK;
}

live_err ag_link_emit(ag_link *link, const char *text, size_t length, live_error *error)
{
    if (length > AG_EVENT_WINDOW_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "an event of %zu bytes is longer than %d", length,
                         AG_EVENT_WINDOW_BYTES);
    live_err err = wait_for_room(link, AG_EVENT_WINDOW_BYTES - length, AG_EMIT_TIMEOUT_MS, error);
    if (err)
        return err;
    if (!append(&link->events, link->sequence + 1, text, length))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    link->sequence++;
    if (link->welcomed)
        ag_channel_send(link->channel, AG_FRAME_EVENT, link->sequence, text, length);
    return LIVE_OK;
}

live_err ag_link_flush(ag_link *link, int64_t timeout_ms, live_error *error)
{
    return wait_for_room(link, 0, timeout_ms > 0 ? timeout_ms : AG_EMIT_TIMEOUT_MS, error);
}

live_err ag_link_query(ag_link *link, const char *text, live_error *error)
{
    char *copy = strdup(text);
    if (!copy)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    free(link->query);
    link->query = copy;
    send_query(link);
    return LIVE_OK;
}
