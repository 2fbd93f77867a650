// SPDX-License-Identifier: Apache-2.0
// The bot: follows what is said in all rooms, and answers where it is meant.
#include "bot.h"

#include <ctype.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/mention.h"

enum { MAX_KNOWN_ROOMS = 4096 };

// What marks a message as a bot's. Bots do not answer each other, whatever they are called.
#define SOURCE_KEY "__src"
#define SOURCE     "chatbot"

static const char known_key[] = "rooms";

// Speaking

static void emit(bot *bot, cJSON *event, const char *what)
{
    live_error error = { 0 };

    if (agent_emit(bot->host.run, event, &error))
        live_log(LIVE_LOG_WARN, "chatbot.unsent", "%s: %s", what, error.text);
}

static void say(room_host *host, const char *room_id, const char *text)
{
    bot *bot = (struct bot *)host;
    cJSON *event = live_message_new(room_id, &bot->author, text);
    char *uid = bot->sent[bot->sent_count++ % BOT_SENT];

    snprintf(uid, BOT_UID_BYTES, "%s", live_json_str(event, "uid", ""));
    if (event)
        cJSON_AddStringToObject(event, SOURCE_KEY, SOURCE);
    emit(bot, event, "a message");
}

// Tells everybody that the bot is there, once a start, and each room that it is in it, once.
static void greet(bot *bot, const live_message *message)
{
    const live_author *sender = *message->author.name ? &message->author : &bot->author;
    live_error error = { 0 };

    if (!bot->joined)
        emit(bot, live_join_new(&bot->author), "joining the messenger");
    bot->joined = true;
    if (live_json_get(bot->known, message->room_id))
        return;
    emit(bot, live_room_add_new(message->room_id, sender, &bot->author), "joining a room");
    if (cJSON_GetArraySize(bot->known) >= MAX_KNOWN_ROOMS)
        cJSON_DeleteItemFromArray(bot->known, 0);
    cJSON_AddTrueToObject(bot->known, message->room_id);
    if (agent_save(bot->host.run, known_key, bot->known, &error))
        live_log(LIVE_LOG_WARN, "chatbot.unsaved", "the list of rooms: %s", error.text);
}

// Rooms

static bool is_idle(const bot *bot, const room *room)
{
    int64_t since_ms = live_loop_monotonic_ms(agent_loop(bot->host.run)) - room_busy_ms(room);

    return !room_is_busy(room) && since_ms >= bot->idle_ms;
}

// Frees what was idle for long: what a room remembers is on disk. Comes again as long as there are rooms.
static void sweep(live_timer *timer, void *user)
{
    bot *bot = user;
    size_t kept = 0;

    for (size_t i = 0; i < bot->room_count; i++) {
        if (is_idle(bot, bot->rooms[i]))
            room_free(bot->rooms[i]);
        else
            bot->rooms[kept++] = bot->rooms[i];
    }
    bot->room_count = kept;
    live_timer_set(timer, kept > 0 ? bot->idle_ms : -1, 0);
}

static room *find_room(const bot *bot, const char *id)
{
    for (size_t i = 0; i < bot->room_count; i++)
        if (strcmp(room_id(bot->rooms[i]), id) == 0)
            return bot->rooms[i];
    return NULL;
}

// The place of the one that was asked longest ago and has nothing to do; `room_count`: all have.
static size_t find_oldest(const bot *bot)
{
    size_t oldest = bot->room_count;

    for (size_t i = 0; i < bot->room_count; i++)
        if (!room_is_busy(bot->rooms[i]) &&
            (oldest == bot->room_count ||
             room_busy_ms(bot->rooms[i]) < room_busy_ms(bot->rooms[oldest])))
            oldest = i;
    return oldest;
}

static live_err make_place(bot *bot, live_error *error)
{
    if (bot->room_count < BOT_ROOMS)
        return LIVE_OK;
    size_t oldest = find_oldest(bot);
    if (oldest == bot->room_count)
        return live_fail(error, LIVE_E_LIMIT, "%d rooms wait for answers", BOT_ROOMS);
    room_free(bot->rooms[oldest]);
    bot->rooms[oldest] = bot->rooms[--bot->room_count];
    return LIVE_OK;
}

static live_err get_room(bot *bot, const char *id, room **ret_room, live_error *error)
{
    room *room = find_room(bot, id);
    live_err err = room ? LIVE_OK : make_place(bot, error);

    if (!err && !room) {
        err = room_new(&bot->host, id, &room, error);
        if (err)
            return err;
        if (bot->room_count == 0)
            live_timer_set(bot->sweep, bot->idle_ms, 0);
        bot->rooms[bot->room_count++] = room;
    }
    if (!err)
        *ret_room = room;
    return err;
}

// Messages

static bool was_sent(const bot *bot, const char *uid)
{
    for (size_t i = 0; *uid && i < BOT_SENT; i++)
        if (strcmp(bot->sent[i], uid) == 0)
            return true;
    return false;
}

// Messages of bots are not answered: its own, those of others of this kind, and whatever has its name.
static bool is_by_bot(bot *bot, const cJSON *row, const live_message *message)
{
    bool marked = strcmp(live_json_str(row, SOURCE_KEY, ""), SOURCE) == 0;
    bool named = strcasecmp(message->author.name, bot->host.alias) == 0 ||
                 strcasecmp(message->author.name, bot->author.name) == 0;

    if (was_sent(bot, message->uid))
        return true;
    if ((marked || named) && !bot->told_double) {
        live_log(LIVE_LOG_WARN, "chatbot.double",
                 "room %s: '%s' seems to be another bot that '%s' means too; its messages are not "
                 "answered",
                 message->room_id, message->author.name, bot->host.alias);
        bot->told_double = true;
    }
    return marked || named;
}

// A message costs the bot nothing but an answer: what cannot be done is logged, and the next one comes.
live_err bot_row(agent_run *run, const cJSON *row, live_error *error)
{
    bot *bot = agent_state(run);
    live_message message;
    room *room = NULL;
    live_error why = { 0 };

    (void)error;
    live_buf_clear(bot->text);
    if (!live_message_read(row, &message) ||
        !mention_read(message.text, bot->host.alias, bot->text) || is_by_bot(bot, row, &message))
        return LIVE_OK;
    if (!*message.room_id) {
        live_log(LIVE_LOG_WARN, "chatbot.left_out", "a message has no room");
        return LIVE_OK;
    }
    greet(bot, &message);
    if (get_room(bot, message.room_id, &room, &why))
        live_log(LIVE_LOG_WARN, "chatbot.left_out", "room %s: a message is left out: %s",
                 message.room_id, why.text);
    else
        room_ask(room, live_buf_data(bot->text));
    return LIVE_OK;
}

// Its author is looked at here and not in the query: so another bot of the same name is noticed.
live_err bot_watch(agent_run *run, agent_watch *watch, live_error *error)
{
    const bot *bot = agent_state(run);
    live_buf *alias = live_buf_new(), *folded = live_buf_new();

    for (const char *at = bot->host.alias; *at; at++)
        live_buf_add_format(folded, "%c", tolower((unsigned char)*at));
    live_buf_add_pipes_text(alias, live_buf_data(folded));
    live_err err = agent_watch_expr(
        watch, error, "__message -__delete:* => @filter(message:lower():contains(%s))",
        live_buf_data(alias));
    live_buf_free(folded);
    live_buf_free(alias);
    return err;
}

// Life

static live_err learn(bot *bot, live_error *error)
{
    const agent_adapter *adapter;
    room_host *host = &bot->host;
    size_t count = 0;

    while (agent_bot_adapter(host->run, count))
        count++;
    if (count == 0)
        return live_fail(error, LIVE_E_INVALID, "no logic adapter: the bot could answer nothing");
    const char *const **examples = calloc(count, sizeof *examples);
    host->scores = calloc(count, sizeof *host->scores);
    host->adapter_count = count;
    for (size_t i = 0; examples && (adapter = agent_bot_adapter(host->run, i)); i++)
        examples[i] = adapter->examples;
    live_err err = examples && host->scores
                       ? classifier_new(examples, count, &host->classifier, error)
                       : live_fail(error, LIVE_E_NOMEM, "out of memory");
    free(examples);
    return err;
}

static live_err load_known(bot *bot, live_error *error)
{
    live_error why = { 0 };
    live_err err = agent_load(bot->host.run, known_key, &bot->known, &why);

    if (err && err != LIVE_E_NOTFOUND)
        live_log(LIVE_LOG_WARN, "chatbot.unread", "the list of rooms: %s", why.text);
    if (!cJSON_IsObject(bot->known)) {
        cJSON_Delete(bot->known);
        bot->known = cJSON_CreateObject();
    }
    return bot->known ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

static void name_author(bot *bot)
{
    bot->author = agent_output_of(bot->host.run)->author;
    if (!*bot->author.name)
        bot->author.name = bot->host.alias;
    if (bot->author.id == 0)
        live_log(LIVE_LOG_WARN, "chatbot.author",
                 "output.author has no id: the platform may not show who '%s' is",
                 bot->author.name);
}

live_err bot_start(agent_run *run, live_error *error)
{
    const bot_config *config = agent_config(run);
    bot *bot = agent_state(run);

    bot->host = (room_host){ .run = run,
                             .alias = config->alias,
                             .default_response = config->default_response,
                             .threshold = config->minimum_confidence,
                             .say = say };
    bot->idle_ms = config->room_idle_ms;
    bot->text = live_buf_new();
    if (!bot->text)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    name_author(bot);
    live_err err = learn(bot, error);
    if (!err)
        err = load_known(bot, error);
    if (!err)
        err = live_timer_new(agent_loop(run), -1, 0, sweep, bot, &bot->sweep, error);
    return err;
}

void bot_stop(agent_run *run)
{
    bot *bot = agent_state(run);

    while (bot->room_count > 0)
        room_free(bot->rooms[--bot->room_count]);
    live_timer_free(bot->sweep);
    classifier_free(bot->host.classifier);
    free(bot->host.scores);
    cJSON_Delete(bot->known);
    live_buf_free(bot->text);
}
