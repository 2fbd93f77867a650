// SPDX-License-Identifier: Apache-2.0
// The trial of the messenger, where a room is given for it: one sentence, said and read.
#include <live/buf.h>
#include <live/json.h>
#include <live/message.h>
#include <stdio.h>
#include <string.h>

#include "probe/conversation.h"

enum { READ_MS = 5000 };

static bool is_as_sent(const cJSON *row, const cJSON *sent)
{
    static const char *const members[] = { "uid", "message", "room", "author" };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!cJSON_Compare(live_json_get(row, members[i]), live_json_get(sent, members[i]), true))
            return false;
    return true;
}

static void look_at_message(probe *probe, const probe_query *query, const cJSON *sent)
{
    cJSON *rows = probe_query_rows(query);
    const cJSON *row, *found = NULL;

    cJSON_ArrayForEach (row, rows) {
        if (strstr(live_json_str(row, "message", ""), probe->scratch))
            found = row;
    }
    if (found) {
        probe_saw(probe, FACT_ROOM_MESSAGE, is_as_sent(found, sent) ? "as-sent" : "other");
        if (!is_as_sent(found, sent))
            probe_saw_members(probe, FACT_ROOM_MESSAGE, found);
    }
    cJSON_Delete(rows);
}

static void say(conversation *conversation, cJSON *message)
{
    probe *probe = conversation->probe;
    char *text = NULL;
    probe_query query;
    probe_answer answer = { 0 };

    if (!live_json_print(message, &text, NULL) &&
        probe_query_post(probe, &query, "__message -__delete:*", ",\"follow\":true")) {
        if (probe_query_subscribe(conversation, &query) &&
            probe_query_read(conversation, &query, "startRealTime", READ_MS) &&
            probe_post(probe, text, &answer))
            probe_query_read(conversation, &query, "event", READ_MS);
        look_at_message(probe, &query, message);
        probe_query_clear(conversation, &query);
    }
    probe_answer_clear(&answer);
    live_free(text);
}

void probe_try_rooms(probe *probe)
{
    conversation conversation;
    live_author author;
    char text[96];

    if (!probe->room_id) {
        probe_missed(probe, FACT_ROOM_MESSAGE, "no --room is given");
        return;
    }
    snprintf(text, sizeof text, "This is a trial of `live probe` (%s).", probe->scratch);
    if (!session_author(probe->session, NULL, &author, NULL)) {
        cJSON *message = live_message_new(probe->room_id, &author, text);
        if (conversation_open(&conversation, probe, probe->client))
            say(&conversation, message);
        conversation_close(&conversation);
        cJSON_Delete(message);
    }
    probe_missed(probe, FACT_ROOM_MESSAGE, "the message was not read");
}
