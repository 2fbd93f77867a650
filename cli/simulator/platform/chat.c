// SPDX-License-Identifier: Apache-2.0
// What the page reads and writes: messages of rooms, and the marks that agents set on charts.
#include "chat.h"

#include <live/json.h>
#include <live/message.h>
#include <string.h>

enum { SHOWN_MAX = 200, LOOKED_AT_MAX = 50000, READ_MAX = 256, TEXT_MAX_BYTES = 16 * 1024 };

static bool is_type(const char *type, void *user)
{
    return strcmp(type, user) == 0;
}

// The newest events that `wants` likes, in order of time; `type` NULL: of every type.
static cJSON *newest(const sim_store *store, const char *type,
                     bool (*wants)(const cJSON *event, const char *what), const char *what)
{
    sim_cursor cursor = { .end_ms = INT64_MAX,
                          .reversed = true,
                          .wants_type = type ? is_type : NULL,
                          .user = (void *)(uintptr_t)type };
    cJSON *found = cJSON_CreateArray();
    sim_row *rows[READ_MAX];
    size_t count, looked_at = 0, shown = 0;

    while (shown < SHOWN_MAX && looked_at < LOOKED_AT_MAX &&
           (count = sim_store_read(store, &cursor, rows, READ_MAX)) > 0) {
        for (size_t i = 0; i < count; i++, looked_at++) {
            bool shows = shown < SHOWN_MAX && wants(rows[i]->json, what);
            shown += shows;
            if (shows)
                cJSON_InsertItemInArray(found, 0, cJSON_Duplicate(rows[i]->json, true));
            sim_row_unref(rows[i]);
        }
    }
    return found;
}

static bool is_said_in(const cJSON *event, const char *room_id)
{
    live_message message;

    return live_message_read(event, &message) && message.text && !message.deleted &&
           strcmp(message.room_id, room_id) == 0;
}

cJSON *sim_chat_messages(const sim_store *store, const char *room_id)
{
    return newest(store, "__message", is_said_in, room_id);
}

// A chart marker has one curve, and its value is a text.
static bool is_marker(const cJSON *event)
{
    const cJSON *member;
    size_t curves = 0, texts = 0;

    cJSON_ArrayForEach (member, event) {
        curves += cJSON_IsObject(member) ? 1 : 0;
        texts += cJSON_IsString(live_json_get(member, "value")) ? 1 : 0;
    }
    return curves == 1 && texts == 1;
}

static bool is_mark(const cJSON *event, const char *what)
{
    (void)what;
    return strcmp(live_json_str(event, "__type", ""), "__annotations") == 0 || is_marker(event);
}

cJSON *sim_chat_marks(const sim_store *store)
{
    return newest(store, NULL, is_mark, NULL);
}

static live_author author_of(const cJSON *user)
{
    return (live_author){ .id = live_json_int(user, "id", 0),
                          .name = live_json_str(user, "name", "") };
}

// Takes the event; NULL is one that could not be built.
static live_err put(sim_store *store, cJSON *event, live_error *error)
{
    if (!event)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    return sim_store_put(store, event, NULL, error);
}

live_err sim_chat_say(sim_store *store, sim_world *world, const cJSON *user, const cJSON *said,
                      live_error *error)
{
    const char *room_id = live_json_str(said, "room", ""), *text = live_json_str(said, "text", "");
    live_author author = author_of(user);

    if (!text[strspn(text, " \t\r\n")])
        return live_fail(error, LIVE_E_INVALID, "there is nothing to say");
    if (strlen(text) > TEXT_MAX_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "a message has at most %d bytes", TEXT_MAX_BYTES);
    if (!sim_world_find(sim_world_get(world, "rooms"), room_id))
        return live_fail(error, LIVE_E_NOTFOUND, "no such room");
    return put(store, live_message_new(room_id, &author, text), error);
}

live_err sim_chat_join(sim_store *store, const cJSON *user, live_error *error)
{
    live_author who = author_of(user);

    return put(store, live_join_new(&who), error);
}
