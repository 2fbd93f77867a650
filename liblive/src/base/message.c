// SPDX-License-Identifier: Apache-2.0
// Messenger events: built, and read as others wrote them.
#include <live/message.h>

#include <ctype.h>
#include <live/json.h>
#include <live/time.h>
#include <live/uuid.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ZONE_BYTES = 64 };

static const double LAST_MS = 8.64e15; // the last time that JavaScript's dates know

static bool is_empty(const char *text)
{
    return !text || !*text;
}

static bool is_nobody(const live_author *author)
{
    return !author || is_empty(author->name);
}

// Building

static cJSON *event_new(const char *type)
{
    char uid[LIVE_UUID_BYTES];
    cJSON *event = cJSON_CreateObject();

    if (cJSON_AddStringToObject(event, "__type", type) && !live_uuid_new(uid, NULL) &&
        cJSON_AddStringToObject(event, "uid", uid) &&
        live_json_add_int(event, "createdAt", live_time_ms()))
        return event;
    cJSON_Delete(event);
    return NULL;
}

// The event when it is whole; else it goes.
static cJSON *whole(cJSON *event, bool done)
{
    if (done)
        return event;
    cJSON_Delete(event);
    return NULL;
}

static bool fill_user(cJSON *user, const live_author *who)
{
    return live_json_add_int(user, "id", who->id) &&
           cJSON_AddStringToObject(user, "name", who->name);
}

static bool add_user(cJSON *event, const char *key, const live_author *who)
{
    return fill_user(cJSON_AddObjectToObject(event, key), who);
}

static bool add_room(cJSON *event, const char *room_id)
{
    return cJSON_AddStringToObject(cJSON_AddObjectToObject(event, "room"), "id", room_id);
}

// A list with `who`, or an empty one.
static bool add_users(cJSON *event, const char *key, const live_author *who, bool added)
{
    cJSON *users = cJSON_AddArrayToObject(event, key);
    cJSON *user = who ? cJSON_CreateObject() : NULL;

    if (!who)
        return users;
    return cJSON_AddItemToArray(users, whole(user, users && user)) && fill_user(user, who) &&
           (!added ||
            (cJSON_AddTrueToObject(user, "isNewUser") && cJSON_AddFalseToObject(user, "isAdmin")));
}

static cJSON *membership_new(const char *room_id, const live_author *sender,
                             const live_author *added, const live_author *removed)
{
    if (is_empty(room_id) || is_nobody(sender) || is_nobody(added ? added : removed))
        return NULL;

    cJSON *event = event_new("__messenger_control");
    return whole(event, cJSON_AddStringToObject(event, "action", "room_users_updated") &&
                            add_user(event, "sender", sender) &&
                            add_users(event, "addedOrUpdatedUsers", added, true) &&
                            add_users(event, "removedUsers", removed, false) &&
                            add_room(event, room_id));
}

live_err live_message_check(const char *room_id, const live_author *author, const char *text,
                            live_error *error)
{
    if (is_empty(room_id))
        return live_fail(error, LIVE_E_INVALID, "a message has a room");
    if (is_nobody(author))
        return live_fail(error, LIVE_E_INVALID, "a message has an author with a name");
    if (!text)
        return live_fail(error, LIVE_E_INVALID, "a message has a text");
    return LIVE_OK;
}

cJSON *live_message_new(const char *room_id, const live_author *author, const char *text)
{
    if (live_message_check(room_id, author, text, NULL))
        return NULL;

    cJSON *event = event_new("__message");
    return whole(event, cJSON_AddStringToObject(event, "message", text) &&
                            add_room(event, room_id) && add_user(event, "author", author));
}

cJSON *live_marker_new(const char *event_type, const char *mnemonic, const char *text,
                       int64_t time_ms)
{
    if (is_empty(event_type) || is_empty(mnemonic) || !text)
        return NULL;

    cJSON *event = cJSON_CreateObject();
    return whole(event,
                 cJSON_AddStringToObject(cJSON_AddObjectToObject(event, mnemonic), "value", text) &&
                     cJSON_AddStringToObject(event, "__type", event_type) &&
                     live_json_add_int(event, "liverig__index__timestamp",
                                       time_ms ? time_ms : live_time_ms()));
}

cJSON *live_join_new(const live_author *who)
{
    if (is_nobody(who))
        return NULL;

    cJSON *event = event_new("__messenger_control");
    return whole(event, cJSON_AddTrueToObject(event, "broadcast") &&
                            cJSON_AddTrueToObject(event, "__skipstorage") &&
                            cJSON_AddStringToObject(event, "action", "user_joined_messenger") &&
                            add_user(event, "user", who));
}

cJSON *live_room_add_new(const char *room_id, const live_author *sender, const live_author *user)
{
    return user ? membership_new(room_id, sender, user, NULL) : NULL;
}

cJSON *live_room_remove_new(const char *room_id, const live_author *sender, const live_author *user)
{
    return user ? membership_new(room_id, sender, NULL, user) : NULL;
}

// Reading

// A number, or the digits of one in a text; `fallback` for everything else.
static double read_number(const cJSON *object, const char *key, double fallback)
{
    const char *text = live_json_str(object, key, "");
    char *end;
    double number = strtod(text, &end);

    return isdigit((unsigned char)*text) && !*end ? number : live_json_real(object, key, fallback);
}

static int64_t read_time(const cJSON *event, const char *key)
{
    double ms = read_number(event, key, 0);

    return ms > 0 && ms <= LAST_MS ? (int64_t)ms : 0;
}

static int64_t read_id(const cJSON *user)
{
    double id = read_number(user, "id", 0);

    return id > -LAST_MS && id < LAST_MS ? (int64_t)id : 0;
}

static const char *read_zone(const cJSON *event)
{
    const char *zone = live_json_str(event, "timeZone", "");
    size_t length = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789_+-/");
    bool usable = length > 0 && length <= MAX_ZONE_BYTES && !zone[length];

    return usable && isalpha((unsigned char)*zone) ? zone : "UTC";
}

bool live_message_read(const cJSON *event, live_message *ret_message)
{
    const cJSON *author = live_json_get(event, "author");
    const cJSON *gone = live_json_get(event, "__delete");
    int64_t created_ms = read_time(event, "createdAt");

    *ret_message = (live_message){
        .text = live_json_str(event, "message", NULL),
        .uid = live_json_str(event, "uid", ""),
        .room_id = live_json_str(live_json_get(event, "room"), "id", ""),
        .author = { .id = read_id(author), .name = live_json_str(author, "name", "") },
        .created_ms = created_ms ? created_ms : read_time(event, "timestamp"),
        .time_zone = read_zone(event),
        .deleted = gone && !cJSON_IsNull(gone),
    };
    return strcmp(live_json_str(event, "__type", ""), "__message") == 0 && ret_message->text &&
           !ret_message->deleted;
}
