// SPDX-License-Identifier: Apache-2.0
// The bot: follows what is said in all rooms, and answers where it is meant.
#ifndef CHATBOT_BOT_H
#define CHATBOT_BOT_H

#include <agent/module.h>

#include "room.h"

enum { BOT_ROOMS = 256, BOT_SENT = 64, BOT_UID_BYTES = 40 };

typedef struct bot_config {
    const char *alias, *default_response;
    agent_adapters logic_adapters;
    double minimum_confidence;
    int64_t room_idle_ms;
} bot_config;

typedef struct bot {
    room_host host; // first: a host is its bot
    live_author author;
    room *rooms[BOT_ROOMS];
    size_t room_count;
    live_timer *sweep;
    int64_t idle_ms;
    live_buf *text;
    cJSON *known; // rooms that the bot was added to: { id: true }
    bool joined, told_double;
    char sent[BOT_SENT][BOT_UID_BYTES]; // a ring of the uids of its own messages
    size_t sent_count;
} bot;

live_err bot_start(agent_run *run, live_error *error);
live_err bot_watch(agent_run *run, agent_watch *watch, live_error *error);
live_err bot_row(agent_run *run, const cJSON *row, live_error *error);
void bot_stop(agent_run *run);

#endif
