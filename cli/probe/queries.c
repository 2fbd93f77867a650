// SPDX-License-Identifier: Apache-2.0
// Trials of the life of a query: how it is asked for, what is said of it on the way, how it ends.
#include <ctype.h>
#include <live/json.h>
#include <live/loop.h>
#include <live/uuid.h>
#include <stdio.h>
#include <string.h>

#include "probe/conversation.h"

enum { SHORT_MS = 3000, LONG_MS = 8000, UNREAD_MS = 4000, LEFT_MS = 15000, LOOK_MS = 1000 };

#define RECENT  ",\"span\":\"last 10 minutes\""
#define FOLLOWS ",\"follow\":true"
#define MISTAKE "T => live_probe_none()"

// A query that waits for its first reader, and one that was left, while others are tried.
typedef struct meanwhile {
    probe_query unread;
    int64_t unread_ms, left_ms; // since when
} meanwhile;

static int64_t now_ms(const probe *probe)
{
    return live_loop_monotonic_ms(probe->session->loop);
}

static void pause_until(probe *probe, int64_t ms)
{
    const bool never = false;

    if (ms > now_ms(probe))
        probe_wait(probe, &never, ms - now_ms(probe));
}

static bool has_rows(const probe_query *query)
{
    cJSON *rows = probe_query_rows(query);
    bool any = rows->child;

    cJSON_Delete(rows);
    return any;
}

// Mistakes

static const char *end_of(const probe_query *query)
{
    const cJSON *stop = probe_query_message(query, "stop");

    if (!*query->channel)
        return "refused";
    if (strcmp(live_json_str(stop, "reason", ""), "Error") != 0)
        return "other";
    return probe_query_message(query, "destroy") ? "stop-destroy" : "stop";
}

static void look_at_position(probe *probe, const probe_query *query)
{
    const char *text = live_json_str(probe_query_message(query, "stop"), "message", "");
    const char *at = strstr(text, "At (");

    if (at)
        probe_saw(probe, FACT_QUERY_POSITION,
                  at[4] == '1'   ? "from-1"
                  : at[4] == '0' ? "from-0"
                                 : "other");
}

static const struct {
    fact_id id;
    const char *expression, *more;
} mistakes[] = {
    { FACT_QUERY_MISTAKE, MISTAKE, RECENT },
    { FACT_QUERY_MISTAKE_FOLLOWING, MISTAKE, RECENT FOLLOWS },
    { FACT_QUERY_PROVIDER, "T", RECENT ",\"provider\":\"live-probe\"" },
};

static void try_mistakes(conversation *conversation)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        probe_query query;
        if (probe_query_post(conversation->probe, &query, mistakes[i].expression,
                             mistakes[i].more) &&
            probe_query_subscribe(conversation, &query))
            probe_query_read(conversation, &query, "destroy", SHORT_MS);
        if (query.status)
            probe_saw(conversation->probe, mistakes[i].id, end_of(&query));
        look_at_position(conversation->probe, &query);
        probe_query_clear(conversation, &query);
    }
}

// Members and spans: an error, rows or none

static const struct {
    fact_id id;
    const char *more;
    const char *rows, *nothing, *error; // the values
} spans[] = {
    { FACT_QUERY_NO_SPAN, ",\"span\":null", "everything", "nothing", "error" },
    { FACT_QUERY_NONE_SPAN, ",\"span\":\"None\"", "other", "nothing", "error" },
    { FACT_QUERY_INVALID_SPAN, ",\"span\":\"live probe\"", "other", "nothing", "error" },
    { FACT_QUERY_UNKNOWN_MEMBER, RECENT ",\"liveProbe\":true", "ignored", "other", "refused" },
    { FACT_QUERY_LOOKUP_VALUES, RECENT ",\"lookupValues\":{\"live_probe\":[\"a\"]}", "taken",
      "other", "refused" },
};

static void try_spans(conversation *conversation)
{
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        probe_query query;
        bool ended = probe_query_run(conversation, &query, "T sample:yes => tag", spans[i].more);
        bool refused = query.status && !*query.channel;
        if (refused || (ended && strcmp(end_of(&query), "other") != 0))
            probe_saw(conversation->probe, spans[i].id, spans[i].error);
        else if (ended)
            probe_saw(conversation->probe, spans[i].id,
                      has_rows(&query) ? spans[i].rows : spans[i].nothing);
        probe_query_clear(conversation, &query);
    }
}

// What is said on the way

static int place_of(const probe_query *query, const char *type)
{
    const cJSON *message;
    int place = 0;

    cJSON_ArrayForEach (message, query->messages) {
        if (strcmp(live_json_str(message, "type", ""), type) == 0)
            return place;
        place++;
    }
    return -1;
}

static const char *order_of(const probe_query *query, const char *type)
{
    if (place_of(query, type) < 0)
        return "absent";
    return place_of(query, type) < place_of(query, "endHistory") ? "before" : "after";
}

static void look_alone(probe *probe, fact_id id, const cJSON *message)
{
    bool alone = cJSON_GetArraySize(message) == 1;

    probe_saw(probe, id, alone ? "alone" : "more");
    if (!alone)
        probe_saw_members(probe, id, message);
}

static const char *rows_member(const probe_query *query)
{
    const cJSON *event = probe_query_message(query, "event");

    return live_json_get(event, "content")  ? "content"
           : live_json_get(event, "events") ? "events"
                                            : "other";
}

static void try_order(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    if (probe_query_run(conversation, &query, "T sample:yes => tag", RECENT)) {
        probe_saw(probe, FACT_QUERY_SPAN_EVENT, order_of(&query, "span"));
        probe_saw(probe, FACT_QUERY_PERFORMANCE, order_of(&query, "performance"));
        probe_saw(probe, FACT_QUERY_CONTENT, rows_member(&query));
        if (strcmp(rows_member(&query), "other") == 0)
            probe_saw_members(probe, FACT_QUERY_CONTENT, probe_query_message(&query, "event"));
        look_alone(probe, FACT_QUERY_DESTROY, probe_query_message(&query, "destroy"));
    }
    probe_query_clear(conversation, &query);
}

// How the number of a row's member `v` was written; `start` may name the member, too.
static const char *number_form(const char *text)
{
    static const char member[] = "\"v\":";
    const char *at = text ? strstr(text, member) : NULL;

    while (at && !isdigit((unsigned char)at[sizeof member - 1]))
        at = strstr(at + 1, member);
    if (!at)
        return "other";
    at += sizeof member - 1;
    size_t whole = strspn(at, "0123456789"), all = strspn(at, "0123456789.");
    return at[all] == 'E' || at[all] == 'e' ? "exponent" : all > whole ? "point" : "plain";
}

static void try_values(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    if (probe_query_post(probe, &query, "T tag:a => n as v", RECENT) &&
        probe_query_subscribe(conversation, &query) &&
        probe_query_read(conversation, &query, "event", LONG_MS)) {
        cJSON *rows = probe_query_rows(&query);
        const cJSON *time = live_json_get(cJSON_GetArrayItem(rows, 0), "timestamp");
        probe_saw(probe, FACT_QUERY_NUMBERS, number_form(conversation->text));
        probe_saw(probe, FACT_QUERY_TIMESTAMP,
                  cJSON_IsNumber(time)   ? "number"
                  : cJSON_IsString(time) ? "text"
                                         : "other");
        cJSON_Delete(rows);
    }
    probe_query_clear(conversation, &query);
    if (probe_query_run(conversation, &query, "T tag:a => absent as v, tag", RECENT)) {
        cJSON *rows = probe_query_rows(&query);
        if (rows->child)
            probe_saw(probe, FACT_QUERY_NULL_FIELDS,
                      live_json_get(rows->child, "v") ? "null" : "left-out");
        cJSON_Delete(rows);
    }
    probe_query_clear(conversation, &query);
}

// Following

static void try_past(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    if (probe_query_post(probe, &query, "T",
                         ",\"span\":\"ts 1000000000000 to ts 1000000001000\"" FOLLOWS) &&
        probe_query_subscribe(conversation, &query) &&
        (probe_query_read(conversation, &query, "startRealTime", SHORT_MS) ||
         probe_query_message(&query, "destroy")))
        probe_saw(probe, FACT_QUERY_PAST_FOLLOWING,
                  probe_query_message(&query, "startRealTime") ? "stays" : "ends");
    probe_query_clear(conversation, &query);
}

static void try_end_following(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    if (probe_query_post(probe, &query, "T sample:yes => count() as v at the end",
                         RECENT FOLLOWS) &&
        probe_query_subscribe(conversation, &query) &&
        (probe_query_read(conversation, &query, "startRealTime", LONG_MS) ||
         probe_query_message(&query, "stop")))
        probe_saw(probe, FACT_END_FOLLOWING,
                  probe_query_message(&query, "stop") ? "error"
                  : has_rows(&query)                  ? "history"
                                                      : "never");
    probe_query_clear(conversation, &query);
}

static void post_live(probe *probe, const char *event)
{
    char *filled = probe_fill(probe, event);
    probe_answer answer = { 0 };

    if (filled)
        probe_post(probe, filled, &answer);
    probe_answer_clear(&answer);
    live_free(filled);
}

static void try_skipped(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    if (probe_query_post(probe, &query, "T tag:skipped", FOLLOWS) &&
        probe_query_subscribe(conversation, &query) &&
        probe_query_read(conversation, &query, "startRealTime", LONG_MS)) {
        post_live(probe, "{\"__type\":\"T\",\"tag\":\"skipped\",\"__skiprealtime\":true}");
        if (probe_query_read(conversation, &query, "skippedRealtime", SHORT_MS))
            look_alone(probe, FACT_QUERY_SKIPPED, probe_query_message(&query, "skippedRealtime"));
        else
            probe_saw(probe, FACT_QUERY_SKIPPED, "absent");
    }
    probe_query_clear(conversation, &query);
}

// Channels and sessions

static void try_made_up(conversation *conversation)
{
    unsigned char bytes[16] = { 0 };
    probe_query query = { .messages = cJSON_CreateArray() };
    int length = snprintf(query.channel, sizeof query.channel, "/data/");

    if (live_random(bytes, sizeof bytes, NULL))
        return;
    for (size_t i = 0; i < sizeof bytes; i++)
        length += snprintf(query.channel + length, 3, "%02x", bytes[i]);
    if (!probe_query_subscribe(conversation, &query))
        probe_saw(conversation->probe, FACT_QUERY_MADE_UP, "refused");
    else
        probe_saw(conversation->probe, FACT_QUERY_MADE_UP,
                  probe_query_read(conversation, &query, "destroy", SHORT_MS) ? "destroy"
                                                                              : "silent");
    probe_query_clear(conversation, &query);
}

static const char *what_goes_on(conversation *conversation, probe_query *query)
{
    if (!probe_query_subscribe(conversation, query))
        return "refused";
    post_live(conversation->probe, "{\"__type\":\"T\",\"tag\":\"again\"}");
    probe_query_read(conversation, query, "event", SHORT_MS);
    if (probe_query_message(query, "start"))
        return "begins-again";
    if (probe_query_message(query, "event"))
        return "goes-on";
    return probe_query_message(query, "destroy") ? "destroy" : "silent";
}

static void try_again(conversation *first)
{
    probe *probe = first->probe;
    conversation other;
    probe_query query;

    if (probe_query_post(probe, &query, "T tag:again", FOLLOWS) &&
        probe_query_subscribe(first, &query) &&
        probe_query_read(first, &query, "startRealTime", LONG_MS)) {
        conversation_close(first);
        cJSON_Delete(query.messages);
        query.messages = cJSON_CreateArray();
        if (conversation_open(&other, probe, probe->client))
            probe_saw(probe, FACT_QUERY_AGAIN, what_goes_on(&other, &query));
        probe_query_clear(&other, &query);
        conversation_close(&other);
    } else {
        probe_query_clear(first, &query);
        conversation_close(first);
    }
}

// Meanwhile

static void begin_meanwhile(conversation *conversation, meanwhile *meanwhile)
{
    probe *probe = conversation->probe;
    probe_query query;

    *meanwhile = (struct meanwhile){ 0 };
    probe_query_post(probe, &meanwhile->unread, "T sample:yes => tag", RECENT);
    meanwhile->unread_ms = now_ms(probe);
    if (probe_query_post(probe, &query, "T tag:left", FOLLOWS ",\"description\":\"T left\"") &&
        probe_query_subscribe(conversation, &query) &&
        probe_query_read(conversation, &query, "startRealTime", LONG_MS))
        meanwhile->left_ms = now_ms(probe);
    probe_query_clear(conversation, &query);
}

static void end_unread(conversation *conversation, meanwhile *meanwhile)
{
    probe *probe = conversation->probe;
    probe_query *query = &meanwhile->unread;

    pause_until(probe, meanwhile->unread_ms + UNREAD_MS);
    if (*query->channel) {
        bool read = probe_query_subscribe(conversation, query) &&
                    probe_query_read(conversation, query, "start", SHORT_MS);
        probe_saw(probe, FACT_QUERY_UNREAD, read ? "waits" : "gone");
    }
    probe_query_clear(conversation, query);
}

// What `__queries` tells of our own queries; others' are not asked for.
static cJSON *told_of(conversation *conversation, const char *expression)
{
    probe_query query;
    cJSON *rows = NULL;

    if (probe_query_run(conversation, &query, expression, RECENT))
        rows = probe_query_rows(&query);
    probe_query_clear(conversation, &query);
    return rows;
}

static bool has_action(const cJSON *rows, const char *action)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, rows) {
        if (strcmp(live_json_str(row, "action", ""), action) == 0)
            return true;
    }
    return false;
}

static void look_at_announcement(probe *probe, const cJSON *row)
{
    static const char *const known[] = { "timestamp", "__type",     "__src",      "id",
                                         "action",    "expression", "description" };
    cJSON *others = cJSON_Duplicate(row, true);

    probe_saw(probe, FACT_QUERY_DESCRIPTION,
              strstr(live_json_str(row, "description", ""), probe->scratch) ? "told" : "absent");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(others, known[i]);
    bool span = live_json_get(row, "span");
    probe_saw(probe, FACT_QUERY_ANNOUNCED_SPAN,
              span                              ? "span"
              : cJSON_GetArraySize(others) == 0 ? "absent"
                                                : "other");
    if (!span)
        probe_saw_members(probe, FACT_QUERY_ANNOUNCED_SPAN, others);
    cJSON_Delete(others);
}

static void try_announcement(conversation *conversation)
{
    probe *probe = conversation->probe;
    probe_query query;

    probe_query_run(conversation, &query, "T tag:told => tag",
                    RECENT ",\"description\":\"T told\"");
    probe_query_clear(conversation, &query);
    cJSON *rows = told_of(conversation, "__queries action:start"
                                        " => @filter(expression == \"T tag:told => tag\")");
    const cJSON *own = cJSON_GetArrayItem(rows, 0);
    if (own)
        look_at_announcement(probe, own);
    else
        probe_missed(probe, FACT_QUERY_DESCRIPTION, "`__queries` tells nothing");
    probe_missed(probe, FACT_QUERY_ANNOUNCED_SPAN, "`__queries` tells nothing");
    cJSON_Delete(rows);
}

static void end_left(conversation *conversation, const meanwhile *meanwhile)
{
    static const char expression[] =
        "__queries => @filter(expression == \"T tag:left\") => action, expression";
    probe *probe = conversation->probe;
    bool stopped = false, started = false;

    if (!meanwhile->left_ms)
        return;
    for (;;) {
        cJSON *rows = told_of(conversation, expression);
        started |= has_action(rows, "start");
        stopped = has_action(rows, "stop");
        cJSON_Delete(rows);
        if (stopped || probe->interrupted || now_ms(probe) >= meanwhile->left_ms + LEFT_MS)
            break;
        pause_until(probe, now_ms(probe) + LOOK_MS);
    }
    if (started)
        probe_saw(probe, FACT_QUERY_LEFT, stopped ? "stopped" : "stays");
    else
        probe_missed(probe, FACT_QUERY_LEFT, "`__queries` tells nothing");
}

static void try_all(conversation *conversation)
{
    meanwhile meanwhile;

    probe_saw(conversation->probe, FACT_REST_CSRF,
              "not-needed"); // inputs are tried by queries, too
    begin_meanwhile(conversation, &meanwhile);
    try_mistakes(conversation);
    try_spans(conversation);
    try_order(conversation);
    try_values(conversation);
    try_past(conversation);
    try_end_following(conversation);
    try_skipped(conversation);
    try_made_up(conversation);
    try_announcement(conversation);
    end_unread(conversation, &meanwhile);
    end_left(conversation, &meanwhile);
    try_again(conversation);
}

void probe_try_queries(probe *probe)
{
    conversation conversation;
    bool open = conversation_open(&conversation, probe, probe->client);

    if (open && probe->sample_ms[1]) {
        try_all(&conversation);
        return;
    }
    conversation_close(&conversation);
    probe_missed(probe, FACT_REST_CSRF, open ? "there are no samples" : "no handshake");
    for (int id = FACT_QUERY_UNKNOWN_MEMBER; id < FACT_COUNT && id != FACT_ROOM_MESSAGE; id++)
        if (!fact_at((fact_id)id)->untried)
            probe_missed(probe, (fact_id)id, open ? "there are no samples" : "no handshake");
}
