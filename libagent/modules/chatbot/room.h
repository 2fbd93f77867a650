// SPDX-License-Identifier: Apache-2.0
// A room that the bot answers in: its conversation, and the messages that wait for an answer.
#ifndef CHATBOT_ROOM_H
#define CHATBOT_ROOM_H

#include <agent/bot.h>
#include <live/message.h>

#include "engine/classifier.h"

enum { ROOM_QUEUE = 16 };

// What all rooms of a bot share; lives as long as they do.
typedef struct room_host {
    agent_run *run;
    classifier *classifier;
    double *scores; // of the adapters
    size_t adapter_count;
    const char *alias, *default_response; // the latter "": what the bot can do
    double threshold;
    void (*say)(struct room_host *host, const char *room_id, const char *text);
} room_host;

typedef struct room room;

live_err room_new(room_host *host, const char *id, room **ret_room, live_error *error);
void room_free(room *room);

const char *room_id(const room *room);

// Whether a message is answered or waits.
bool room_is_busy(const room *room);

// When it was last busy, on the loop's monotonic clock.
int64_t room_busy_ms(const room *room);

// Takes a message without the bot's name. Messages are answered one by one, in order. One that finds the queue full is left
// out; the room is told so once.
void room_ask(room *room, const char *text);

#endif
