// SPDX-License-Identifier: Apache-2.0
// CometD by long-polling, and the queries on its channels.
#include "probe/conversation.h"

#include <live/buf.h>
#include <live/json.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOLD_MS = 1000, RUN_MS = 15000, LAST_MS = 1000, STORED_MS = 10000, LOOK_MS = 500 };

#define COMETD "/cometd"

// Messages

static void keep_event(conversation *conversation, const cJSON *message)
{
    const char *channel = live_json_str(message, "channel", "");
    const cJSON *data = live_json_get(message, "data");

    if (!cJSON_IsObject(data))
        return;
    for (probe_query *query = conversation->queries; query; query = query->next)
        if (strcmp(query->channel, channel) == 0)
            cJSON_AddItemToArray(query->messages, cJSON_Duplicate(data, true));
}

cJSON *conversation_say(conversation *conversation, const char *json)
{
    probe_answer answer;
    const cJSON *message;

    probe_ask(conversation->probe, conversation->client, COMETD, json, &answer);
    cJSON *list = cJSON_IsArray(answer.json) ? answer.json : NULL;
    if (list)
        answer.json = NULL;
    free(conversation->text);
    conversation->text = answer.text;
    answer.text = NULL;
    cJSON_ArrayForEach (message, list)
        keep_event(conversation, message);
    probe_answer_clear(&answer);
    return list;
}

const cJSON *conversation_reply(const cJSON *messages, const char *channel)
{
    const cJSON *message;

    cJSON_ArrayForEach (message, messages) {
        if (strcmp(live_json_str(message, "channel", ""), channel) == 0)
            return message;
    }
    return NULL;
}

bool conversation_agreed(const cJSON *messages, const char *channel)
{
    return live_json_bool(conversation_reply(messages, channel), "successful", false);
}

// A message of the session; `more` are its further members, such as ",\"subscription\":…".
static cJSON *say(conversation *conversation, const char *channel, const char *more)
{
    live_buf *text = live_buf_new();

    live_buf_add_format(text, "[{\"channel\":\"%s\",\"id\":\"p\",\"clientId\":\"%s\"%s}]", channel,
                        conversation->id, more);
    cJSON *replies = conversation_say(conversation, live_buf_data(text));
    live_buf_free(text);
    return replies;
}

static cJSON *connect_for(conversation *conversation, int hold_ms)
{
    char more[96];

    snprintf(more, sizeof more, ",\"connectionType\":\"long-polling\",\"advice\":{\"timeout\":%d}",
             hold_ms);
    return say(conversation, "/meta/connect", more);
}

static cJSON *say_channel(conversation *conversation, const char *channel, const char *subscription)
{
    char more[CONVERSATION_CHANNEL_BYTES + 24];

    snprintf(more, sizeof more, ",\"subscription\":\"%s\"", subscription);
    return say(conversation, channel, more);
}

static bool is_plain(const char *text, size_t room)
{
    return *text && strlen(text) < room && !strpbrk(text, "\"\\");
}

bool conversation_open(conversation *conversation, probe *probe, live_client *client)
{
    *conversation = (struct conversation){ .probe = probe, .client = client };
    cJSON *replies = conversation_say(
        conversation,
        "[{\"channel\":\"/meta/handshake\",\"id\":\"h\",\"version\":\"1.0\","
        "\"minimumVersion\":\"1.0\",\"supportedConnectionTypes\":[\"long-polling\"]}]");
    const char *id = live_json_str(conversation_reply(replies, "/meta/handshake"), "clientId", "");

    if (conversation_agreed(replies, "/meta/handshake") && is_plain(id, CONVERSATION_ID_BYTES))
        snprintf(conversation->id, sizeof conversation->id, "%s", id);
    cJSON_Delete(replies);
    if (!*conversation->id)
        return false;
    cJSON_Delete(connect_for(conversation, 0));
    return true;
}

void conversation_close(conversation *conversation)
{
    bool interrupted = conversation->probe->interrupted;

    conversation->probe->interrupted = false; // what was begun is ended
    if (*conversation->id)
        cJSON_Delete(say(conversation, "/meta/disconnect", ""));
    conversation->probe->interrupted |= interrupted;
    free(conversation->text);
    *conversation = (struct conversation){ 0 };
}

// Queries

bool probe_query_post(probe *probe, probe_query *query, const char *expression, const char *more)
{
    live_buf *body = live_buf_new();
    char *filled = probe_fill(probe, expression), *rest = probe_fill(probe, more);
    probe_answer answer;

    *query = (probe_query){ .messages = cJSON_CreateArray() };
    live_buf_add_text(body, "[{\"expression\":");
    live_buf_add_json_string(body, filled);
    if (!strstr(more, "\"provider\""))
        live_buf_add_text(body, ",\"provider\":\"pipes\"");
    live_buf_add_format(body, "%s}]", rest ? rest : "");
    probe_ask(probe, probe->client, "/rest/query", live_buf_data(body), &answer);
    query->status = answer.status;
    const char *channel = live_json_str(cJSON_GetArrayItem(answer.json, 0), "channel", "");
    if (probe_answer_is_good(&answer) && is_plain(channel, CONVERSATION_CHANNEL_BYTES))
        snprintf(query->channel, sizeof query->channel, "%s", channel);
    probe_answer_clear(&answer);
    live_buf_free(body);
    live_free(filled);
    live_free(rest);
    return *query->channel;
}

bool probe_query_subscribe(conversation *conversation, probe_query *query)
{
    query->next = conversation->queries;
    conversation->queries = query;
    cJSON *replies = say_channel(conversation, "/meta/subscribe", query->channel);
    bool agreed = conversation_agreed(replies, "/meta/subscribe");

    cJSON_Delete(replies);
    return agreed;
}

void probe_query_leave(conversation *conversation, probe_query *query)
{
    probe_query **slot = &conversation->queries;
    bool interrupted = conversation->probe->interrupted;

    while (*slot && *slot != query)
        slot = &(*slot)->next;
    if (!*slot)
        return;
    *slot = query->next;
    conversation->probe->interrupted = false;
    cJSON_Delete(say_channel(conversation, "/meta/unsubscribe", query->channel));
    conversation->probe->interrupted |= interrupted;
}

void probe_query_clear(conversation *conversation, probe_query *query)
{
    probe_query_leave(conversation, query);
    cJSON_Delete(query->messages);
    *query = (probe_query){ 0 };
}

const cJSON *probe_query_message(const probe_query *query, const char *type)
{
    const cJSON *message;

    cJSON_ArrayForEach (message, query->messages) {
        if (strcmp(live_json_str(message, "type", ""), type) == 0)
            return message;
    }
    return NULL;
}

bool probe_query_read(conversation *conversation, probe_query *query, const char *type,
                      int64_t limit_ms)
{
    const live_loop *loop = conversation->probe->session->loop;
    int64_t end_ms = live_loop_monotonic_ms(loop) + limit_ms;

    while (!probe_query_message(query, type)) {
        bool over = probe_query_message(query, "destroy") || conversation->probe->interrupted ||
                    live_loop_monotonic_ms(loop) >= end_ms;
        cJSON *replies = over ? NULL : connect_for(conversation, HOLD_MS);
        bool agreed = conversation_agreed(replies, "/meta/connect");
        cJSON_Delete(replies);
        if (!agreed)
            return false;
    }
    return true;
}

cJSON *probe_query_rows(const probe_query *query)
{
    cJSON *rows = cJSON_CreateArray();
    const cJSON *message, *row;

    cJSON_ArrayForEach (message, query->messages) {
        const cJSON *content = live_json_get(message, "content");
        if (!content)
            content = live_json_get(message, "events");
        if (strcmp(live_json_str(message, "type", ""), "event") != 0)
            continue;
        cJSON_ArrayForEach (row, content)
            cJSON_AddItemToArray(rows, cJSON_Duplicate(row, true));
    }
    return rows;
}

bool probe_query_run(conversation *conversation, probe_query *query, const char *expression,
                     const char *more)
{
    if (!probe_query_post(conversation->probe, query, expression, more) ||
        !probe_query_subscribe(conversation, query))
        return false;
    bool stopped = probe_query_read(conversation, query, "stop", RUN_MS);
    return probe_query_read(conversation, query, "destroy", LAST_MS) || stopped;
}

cJSON *conversation_rows(conversation *conversation, const char *expression, const char *more,
                         int least)
{
    probe *probe = conversation->probe;
    int64_t end_ms = live_loop_monotonic_ms(probe->session->loop) + STORED_MS;
    const bool never = false;
    cJSON *rows = NULL;

    for (;;) {
        probe_query query;
        cJSON_Delete(rows);
        rows = NULL;
        if (probe_query_run(conversation, &query, expression, more))
            rows = probe_query_rows(&query);
        probe_query_clear(conversation, &query);
        if (cJSON_GetArraySize(rows) >= least || probe->interrupted ||
            live_loop_monotonic_ms(probe->session->loop) >= end_ms)
            return rows;
        probe_wait(probe, &never, LOOK_MS);
    }
}

const cJSON *conversation_tagged(const cJSON *rows, const char *tag)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, rows) {
        if (strcmp(live_json_str(row, "tag", ""), tag) == 0)
            return row;
    }
    return NULL;
}
