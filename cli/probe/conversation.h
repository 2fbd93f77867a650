// SPDX-License-Identifier: Apache-2.0
// CometD by long-polling, one message after the other and with nothing hidden: what the platform says is what is tried.
#ifndef PROBE_CONVERSATION_H
#define PROBE_CONVERSATION_H

#include "probe/probe.h"

enum { CONVERSATION_ID_BYTES = 128, CONVERSATION_CHANNEL_BYTES = 128 };

// A query, as what came on its channel.
typedef struct probe_query {
    char channel[CONVERSATION_CHANNEL_BYTES]; // "" where it was refused
    int status;                               // of its POST
    cJSON *messages;                          // in order: {"type": …}
    struct probe_query *next;                 // of the conversation
} probe_query;

typedef struct conversation {
    probe *probe;
    live_client *client;
    char id[CONVERSATION_ID_BYTES]; // "" where there is no session
    probe_query *queries;           // that are subscribed
    char *text;                     // of the last answer
} conversation;

// A handshake, then the first connect; false: no session.
bool conversation_open(conversation *conversation, probe *probe, live_client *client);
void conversation_close(conversation *conversation);

// Sends messages (one object, or a list) and returns the list of the answer, yours; NULL: there was none.
cJSON *conversation_say(conversation *conversation, const char *json);

// The reply to `channel` among messages; NULL: there is none.
const cJSON *conversation_reply(const cJSON *messages, const char *channel);
bool conversation_agreed(const cJSON *messages, const char *channel);

// Posts a query; `more` are further members, such as ",\"span\":null". What T is is filled in.
bool probe_query_post(probe *probe, probe_query *query, const char *expression, const char *more);

// Reads what comes on its channel from now on; false: refused.
bool probe_query_subscribe(conversation *conversation, probe_query *query);
void probe_query_leave(conversation *conversation, probe_query *query);
void probe_query_clear(conversation *conversation, probe_query *query);

// Goes on until a message of the type is there, or the last one; false after `limit_ms`.
bool probe_query_read(conversation *conversation, probe_query *query, const char *type,
                      int64_t limit_ms);

// The first message of a type; NULL: there is none.
const cJSON *probe_query_message(const probe_query *query, const char *type);

// All rows so far, as a list: yours.
cJSON *probe_query_rows(const probe_query *query);

// Runs a query to its end, `stop` or `destroy`; probe_query_clear() in any case. False: it has not ended in time.
bool probe_query_run(conversation *conversation, probe_query *query, const char *expression,
                     const char *more);

// Rows that a query reads, yours; run again for some seconds as long as there are fewer than `least`.
cJSON *conversation_rows(conversation *conversation, const char *expression, const char *more,
                         int least);

// The first row with this `tag`; NULL: there is none.
const cJSON *conversation_tagged(const cJSON *rows, const char *tag);

#endif
