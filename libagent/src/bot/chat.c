// SPDX-License-Identifier: Apache-2.0
// A conversation in one room: what is remembered, and the answer that is under way.
#include <agent/bot.h>
#include <agent/output.h>
#include <live/action.h>
#include <live/annotation.h>
#include <live/json.h>
#include <live/log.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "supervise/watchdog.h"
#include "worker/run.h"

enum { MAX_REPLY_BYTES = 64 * 1024, QUERY_TIMEOUT_MS = 60000 };

// A text that lives until the reply is sent.
typedef struct note {
    struct note *next;
    char text[];
} note;

struct agent_chat {
    ag_job job; // first: a job is its chat
    agent_run *run;
    char *room, *alias, *key;
    cJSON *memory;
    bool changed; // since it was saved
    // The answer under way.
    bool busy, given_up;
    live_timer *patience; // NULL: as long as it takes
    size_t adapter;
    char *text;
    live_buf *reply;
    note *notes;
    cJSON *annotations; // events that go with the answer
    live_err failed;    // of the reply
    live_error why;     // of answer()
    agent_answered_fn fn;
    void *user;
};

// What adapters use

const void *agent_chat_config(const agent_chat *chat)
{
    return ag_adapters_config(chat->run->adapters, chat->adapter);
}

const char *agent_chat_room(const agent_chat *chat)
{
    return chat->room;
}

const char *agent_chat_alias(const agent_chat *chat)
{
    return chat->alias;
}

const agent_adapter *agent_chat_adapter(const agent_chat *chat, size_t index)
{
    return agent_bot_adapter(chat->run, index);
}

const agent_adapter *agent_bot_adapter(const agent_run *run, size_t index)
{
    return ag_adapters_at(run->adapters, index);
}

live_err agent_reply(agent_chat *chat, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    if (chat->failed)
        return chat->failed;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        return chat->failed = LIVE_E_NOMEM;
    size_t room = MAX_REPLY_BYTES - live_buf_length(chat->reply);
    if ((size_t)length > room)
        chat->failed = LIVE_E_LIMIT;
    else
        live_buf_add(chat->reply, text, (size_t)length);
    free(text);
    if (live_buf_failed(chat->reply))
        chat->failed = LIVE_E_NOMEM;
    return chat->failed;
}

const char *agent_chat_format(agent_chat *chat, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    note *own = length < 0 ? NULL : malloc(sizeof *own + (size_t)length + 1);
    if (!own) {
        chat->failed = LIVE_E_NOMEM;
        return NULL;
    }
    va_start(args, format);
    vsnprintf(own->text, (size_t)length + 1, format, args);
    va_end(args);
    own->next = chat->notes;
    chat->notes = own;
    return own->text;
}

static live_err end_action(live_action *action, live_err err, const live_error *why,
                           live_error *error)
{
    live_action_end(action, err ? why : NULL);
    if (err && error)
        *error = *why;
    return err;
}

live_err agent_chat_query(agent_chat *chat, const char *expression,
                          const live_query_options *options, cJSON **ret_rows, live_error *error)
{
    static const live_query_options defaults = LIVE_QUERY_OPTIONS_INIT;
    const live_query_options *given = options ? options : &defaults;
    cJSON *query = cJSON_CreateObject();
    int64_t timeout = given->idle_timeout_ms > 0 ? given->idle_timeout_ms : QUERY_TIMEOUT_MS;
    char *text = NULL;
    live_action action;
    live_error why = { 0 };

    cJSON_AddStringToObject(query, "expression", expression);
    if (given->span)
        cJSON_AddStringToObject(query, "span", given->span);
    if (given->provider)
        cJSON_AddStringToObject(query, "provider", given->provider);
    if (given->reducer)
        cJSON_AddStringToObject(query, "reducer", given->reducer);
    live_action_begin(&action, "chat.query", expression);
    ag_query_place(query);
    live_err err = live_json_print(query, &text, &why);
    cJSON_Delete(query);
    if (!err)
        err = chat->run->services->query(chat->run, &chat->given_up, text, timeout, ret_rows, &why);
    live_free(text);
    return end_action(&action, err, &why, error);
}

live_err agent_chat_get(agent_chat *chat, const char *path, cJSON **ret_body, live_error *error)
{
    live_error why = { 0 };
    live_action action;

    live_action_begin(&action, "chat.get", path);
    live_err err = chat->run->services->resource(chat->run, &chat->given_up, path, ret_body, &why);
    return end_action(&action, err, &why, error);
}

live_err agent_chat_annotate(agent_chat *chat, cJSON *data, live_error *error)
{
    const agent_output *output = agent_output_of(chat->run);
    live_annotation_options options = LIVE_ANNOTATION_OPTIONS_INIT;
    cJSON *annotation = NULL;

    options.author = *output->author.name ? output->author.name : chat->alias;
    options.room_id = chat->room;
    live_err err = live_annotation_new(data, &options, &annotation, error);
    if (err)
        return err;
    if (!chat->annotations)
        chat->annotations = cJSON_CreateArray();
    if (cJSON_AddItemToArray(chat->annotations, annotation))
        return LIVE_OK;
    cJSON_Delete(annotation);
    return live_fail(error, LIVE_E_NOMEM, "out of memory");
}

const cJSON *agent_chat_recall(const agent_chat *chat, const char *key)
{
    return live_json_get(chat->memory, key);
}

void agent_chat_remember(agent_chat *chat, const char *key, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(chat->memory, key);
    if (value)
        cJSON_AddItemToObject(chat->memory, key, value);
    chat->changed = true;
}

// What bots use

static void save_memory(agent_chat *chat)
{
    live_error error = { 0 };

    if (!chat->changed)
        return;
    if (chat->run->services->save(chat->run, chat->key, chat->memory, &error))
        live_log(LIVE_LOG_WARN, "chat.memory", "what room %s remembers is not saved: %s",
                 chat->room, error.text);
    else
        chat->changed = false;
}

static void load_memory(agent_chat *chat)
{
    live_error error = { 0 };
    live_err err = chat->run->services->load(chat->run, chat->key, &chat->memory, &error);

    if (err && err != LIVE_E_NOTFOUND)
        live_log(LIVE_LOG_WARN, "chat.memory", "what room %s remembered is lost: %s", chat->room,
                 error.text);
    if (!err && cJSON_IsObject(chat->memory))
        return;
    cJSON_Delete(chat->memory);
    chat->memory = cJSON_CreateObject();
}

static void forget_answer(agent_chat *chat)
{
    while (chat->notes) {
        note *next = chat->notes->next;
        free(chat->notes);
        chat->notes = next;
    }
    free(chat->text);
    chat->text = NULL;
    cJSON_Delete(chat->annotations);
    chat->annotations = NULL;
    live_buf_clear(chat->reply);
    if (chat->patience)
        live_timer_set(chat->patience, -1, 0);
    chat->busy = false;
}

static void answer(ag_job *job)
{
    agent_chat *chat = (agent_chat *)job;
    const agent_adapter *adapter = agent_bot_adapter(chat->run, chat->adapter);

    live_action action;

    live_action_begin(&action, "chat.answer", adapter->name);
    live_err err = adapter->answer(chat, chat->text, &chat->why);
    if (err && chat->why.code == LIVE_OK)
        live_fail(&chat->why, err, "%s", live_err_meaning(err));
    live_action_end(&action, err ? &chat->why : NULL);
    if (!err)
        chat->why.code = LIVE_OK;
    if (!err && chat->failed == LIVE_E_NOMEM)
        live_fail(&chat->why, chat->failed, "out of memory for the reply");
    else if (!err && chat->failed == LIVE_E_LIMIT)
        live_log(LIVE_LOG_WARN, "chat.reply", "the reply of %s is longer than %d bytes and was cut",
                 adapter->name, MAX_REPLY_BYTES);
}

// On the loop, where events may be handed over.
static live_err send_annotations(agent_chat *chat, live_error *why)
{
    live_err err = LIVE_OK;

    while (!err && chat->annotations && chat->annotations->child)
        err = agent_emit(chat->run,
                         cJSON_DetachItemViaPointer(chat->annotations, chat->annotations->child),
                         why);
    return err;
}

static void answered(ag_job *job)
{
    agent_chat *chat = (agent_chat *)job;
    agent_answered_fn fn = chat->fn;
    live_error why = chat->why;
    char *reply = strdup(live_buf_data(chat->reply));

    if (!reply && !why.code)
        live_fail(&why, LIVE_E_NOMEM, "out of memory for the reply");
    if (!why.code && send_annotations(chat, &why))
        live_log(LIVE_LOG_WARN, "chat.annotation", "room %s: an annotation is lost: %s", chat->room,
                 why.text);
    save_memory(chat);
    forget_answer(chat);
    fn(chat, reply ? reply : "", why.code ? &why : NULL, chat->user); // may free the chat
    free(reply);
}

// An answer runs on a thread of the pool, where no timer of the kernel's can name it. That thread is lost.
static void on_late(live_timer *timer, void *user)
{
    const agent_chat *chat = user;

    (void)timer;
    ag_watchdog_end("answer()", chat->run->answer_ms);
}

double agent_chat_score(agent_chat *chat, size_t adapter, const char *text)
{
    const agent_adapter *asked = agent_bot_adapter(chat->run, adapter);

    if (!asked || !asked->score || chat->busy)
        return -1;
    chat->adapter = adapter;
    double score = asked->score(chat, text);
    return score < 0 ? 0 : score > 1 ? 1 : score;
}

live_err agent_chat_answer(agent_chat *chat, size_t adapter, const char *text, agent_answered_fn fn,
                           void *user, live_error *error)
{
    const agent_adapter *asked = agent_bot_adapter(chat->run, adapter);
    live_err err = LIVE_OK;

    if (chat->busy || !asked || !asked->answer)
        return live_fail(error, LIVE_E_INVALID, "room %s: %s", chat->room,
                         chat->busy ? "an answer is under way" : "no such adapter");
    if (!chat->run->pool)
        err = ag_pool_new(chat->run->loop, &chat->run->pool, error);
    if (!err && !chat->patience && chat->run->answer_ms > 0)
        err = live_timer_new(chat->run->loop, -1, 0, on_late, chat, &chat->patience, error);
    if (err)
        return err;
    chat->text = strdup(text);
    if (!chat->text)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    chat->busy = true;
    chat->adapter = adapter;
    chat->fn = fn;
    chat->user = user;
    chat->failed = LIVE_OK;
    chat->why = (live_error){ 0 };
    if (chat->patience)
        live_timer_set(chat->patience, chat->run->answer_ms, 0);
    ag_pool_submit(chat->run->pool, &chat->job);
    return LIVE_OK;
}

// Life

static char *key_of(const char *room)
{
    char *key = NULL;
    return asprintf(&key, "room %s", room) < 0 ? NULL : key;
}

live_err agent_chat_new(agent_run *run, const char *room_id, const char *alias,
                        agent_chat **ret_chat, live_error *error)
{
    agent_chat *chat = calloc(1, sizeof *chat);

    if (chat) {
        chat->job = (ag_job){ .work = answer, .done = answered };
        chat->run = run;
        chat->room = strdup(room_id);
        chat->alias = strdup(alias);
        chat->key = key_of(room_id);
        chat->reply = live_buf_new();
    }
    if (!chat || !chat->room || !chat->alias || !chat->key || !chat->reply) {
        agent_chat_free(chat);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    load_memory(chat);
    *ret_chat = chat;
    return LIVE_OK;
}

void agent_chat_free(agent_chat *chat)
{
    if (!chat)
        return;
    if (chat->busy) {
        chat->run->services->give_up(chat->run, &chat->given_up);
        ag_pool_withdraw(chat->run->pool, &chat->job);
        save_memory(chat);
        forget_answer(chat);
    }
    live_timer_free(chat->patience);
    live_buf_free(chat->reply);
    cJSON_Delete(chat->memory);
    free(chat->key);
    free(chat->alias);
    free(chat->room);
    free(chat);
}
