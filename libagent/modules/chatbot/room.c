// SPDX-License-Identifier: Apache-2.0
// A room that the bot answers in: its conversation, and the messages that wait for an answer.
#include "room.h"

#include <agent/module.h>
#include <live/buf.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/adapters.h"
#include "adapters/asset.h"

struct room {
    room_host *host;
    char *id;
    agent_chat *chat;
    char *waiting[ROOM_QUEUE]; // a ring
    size_t first, count;
    bool answering, told_full;
    size_t adapter; // that answers
    int64_t busy_ms;
};

static int64_t now_ms(const room *room)
{
    return live_loop_monotonic_ms(agent_loop(room->host->run));
}

// Life

live_err room_new(room_host *host, const char *id, room **ret_room, live_error *error)
{
    room *room = calloc(1, sizeof *room);
    char *own = strdup(id);

    if (!room || !own) {
        free(room);
        free(own);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    room->host = host;
    room->id = own;
    room->busy_ms = now_ms(room);
    live_err err = agent_chat_new(host->run, id, host->alias, &room->chat, error);
    if (err)
        room_free(room);
    else
        *ret_room = room;
    return err;
}

void room_free(room *room)
{
    if (!room)
        return;
    agent_chat_free(room->chat);
    for (; room->count > 0; room->count--) {
        free(room->waiting[room->first]);
        room->first = (room->first + 1) % ROOM_QUEUE;
    }
    free(room->id);
    free(room);
}

const char *room_id(const room *room)
{
    return room->id;
}

bool room_is_busy(const room *room)
{
    return room->answering || room->count > 0;
}

int64_t room_busy_ms(const room *room)
{
    return room->busy_ms;
}

// Speaking

static void say(const room *room, const char *text)
{
    room->host->say(room->host, room->id, text);
}

static void say_failed(const room *room, const live_error *error)
{
    const agent_adapter *asked = agent_bot_adapter(room->host->run, room->adapter);
    live_buf *out = live_buf_new();

    live_log(LIVE_LOG_WARN, "chatbot.failed", "room %s, %s: %s", room->id, asked->name,
             error->text);
    live_buf_add_format(out, "I could not do that: %s.", error->text);
    say(room, live_buf_data(out));
    live_buf_free(out);
}

static void say_not_understood(const room *room, bool empty)
{
    const room_host *host = room->host;
    live_buf *out = live_buf_new();

    if (*host->default_response && !empty) {
        live_buf_add_text(out, host->default_response);
    } else {
        live_buf_add_text(out, empty ? "Yes? This is what I can do:"
                                     : "I do not understand that. This is what I can do:");
        help_write(out, room->chat);
    }
    say(room, live_buf_data(out));
    live_buf_free(out);
}

// Answering

static bool is_name(const char *word, void *user)
{
    return asset_has_word(user, word);
}

// The surest adapter, the earlier one of equals; `adapter_count`: none is sure enough.
static size_t choose(const room *room, const char *text)
{
    const room_host *host = room->host;
    size_t best = host->adapter_count;

    classifier_score(host->classifier, text, is_name, room->chat, host->scores);
    for (size_t i = 0; i < host->adapter_count; i++) {
        double own = agent_chat_score(room->chat, i, text);
        if (own >= 0)
            host->scores[i] = own;
        if (host->scores[i] >= host->threshold &&
            (best == host->adapter_count || host->scores[i] > host->scores[best]))
            best = i;
    }
    return best;
}

static void answer_next(room *room);

static void on_answered(agent_chat *chat, const char *reply, const live_error *error, void *user)
{
    room *room = user;

    (void)chat;
    if (error)
        say_failed(room, error);
    else
        say(room, *reply ? reply : "I have nothing to say to that.");
    room->answering = false;
    answer_next(room);
}

// True: an adapter is at it, and on_answered() follows.
static bool start_answer(room *room, const char *text)
{
    live_error error = { 0 };

    room->adapter = choose(room, text);
    if (room->adapter == room->host->adapter_count) {
        say_not_understood(room, !*text);
        return false;
    }
    if (!agent_chat_answer(room->chat, room->adapter, text, on_answered, room, &error))
        return true;
    say_failed(room, &error);
    return false;
}

static void answer_next(room *room)
{
    while (!room->answering && room->count > 0) {
        char *text = room->waiting[room->first];
        room->first = (room->first + 1) % ROOM_QUEUE;
        room->count--;
        room->told_full = room->told_full && room->count > 0;
        room->answering = start_answer(room, text);
        free(text);
    }
    room->busy_ms = now_ms(room);
}

static void leave_out(room *room, const char *why)
{
    live_log(LIVE_LOG_WARN, "chatbot.left_out", "room %s: a message is left out: %s", room->id,
             why);
    if (!room->told_full)
        say(room, "I cannot keep up. Please ask again in a moment.");
    room->told_full = true;
}

void room_ask(room *room, const char *text)
{
    char *own = room->count < ROOM_QUEUE ? strdup(text) : NULL;

    if (!own) {
        leave_out(room, room->count < ROOM_QUEUE ? "out of memory" : "too many wait");
        return;
    }
    room->waiting[(room->first + room->count++) % ROOM_QUEUE] = own;
    answer_next(room);
}
