// SPDX-License-Identifier: Apache-2.0
#include "fault.h"

#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

// What shows itself is mended after a wait of 1 s and two round trips; what is silent only when an answer is overdue: the
// advised timeout, 10 s for the network, and the same again for the request that asks whether the platform is back.
enum { SEEN_MS = 8000, SILENT_MS = FEED_HOLD_MS + 10000 + SEEN_MS, LONG_MS = 12500 };

#define CONNECT   "/meta/connect"
#define HANDSHAKE "/meta/handshake"
#define SUBSCRIBE "/meta/subscribe"
#define UPGRADE   "Upgrade: websocket"

// Connections

static void reset(stage *stage)
{
    middle_reset(stage->middle);
}

static void close_in_order(stage *stage)
{
    middle_close(stage->middle);
}

static void vanish(stage *stage)
{
    middle_vanish(stage->middle);
}

static void mute(stage *stage)
{
    middle_mute(stage->middle, true);
}

static void unmute(stage *stage)
{
    middle_mute(stage->middle, false);
}

static void hold(stage *stage)
{
    middle_hold(stage->middle, true);
}

static void unhold(stage *stage)
{
    middle_hold(stage->middle, false);
}

static void refuse(stage *stage)
{
    middle_refuse(stage->middle, true);
}

static void accept_again(stage *stage)
{
    middle_refuse(stage->middle, false);
}

// An old client remembers them for a minute.
static void lose_names(stage *stage)
{
    atomic_store(&stage->follower->deaf, true);
    follower_kill(stage->follower);
    follower_start(stage->follower);
}

static void find_names(stage *stage)
{
    atomic_store(&stage->follower->deaf, false);
}

// The platform

static void restart(stage *stage)
{
    feed_kill(&stage->feed);
    feed_start(&stage->feed);
    middle_to(stage->middle, stage->feed.process.port);
}

static void stop(stage *stage)
{
    feed_kill(&stage->feed);
}

static void start(stage *stage)
{
    feed_start(&stage->feed);
    middle_to(stage->middle, stage->feed.process.port);
}

static void freeze_platform(stage *stage)
{
    kill(stage->feed.process.pid, SIGSTOP);
}

static void thaw_platform(stage *stage)
{
    kill(stage->feed.process.pid, SIGCONT);
}

// Sessions

static void forget(stage *stage)
{
    feed_forget(&stage->feed);
}

static void subscribe_more(stage *stage)
{
    atomic_fetch_add(&stage->follower->more, 1);
}

static cJSON *find_reply(cJSON *messages, const char *channel)
{
    cJSON *message;

    cJSON_ArrayForEach (message, messages) {
        if (strcmp(live_json_str(message, "channel", ""), channel) == 0)
            return message;
    }
    return NULL;
}

static void set(cJSON *object, const char *name, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddItemToObject(object, name, value);
}

static void refuse_reply(cJSON *reply, const char *error)
{
    if (!reply)
        return;
    set(reply, "successful", cJSON_CreateFalse());
    set(reply, "error", cJSON_CreateString(error));
}

static void forget_subscribe(cJSON *messages)
{
    refuse_reply(find_reply(messages, SUBSCRIBE), "402::Unknown client");
}

static void refuse_handshake(cJSON *messages)
{
    refuse_reply(find_reply(messages, HANDSHAKE), "503::Not yet");
}

// Advice

static void advise(cJSON *messages, const char *advice, bool success)
{
    cJSON *reply = find_reply(messages, CONNECT);

    if (!reply)
        return;
    set(reply, "advice", cJSON_Parse(advice));
    if (!success)
        refuse_reply(reply, "402::Unknown client");
}

static void advise_handshake(cJSON *messages)
{
    advise(messages, "{\"reconnect\":\"handshake\",\"interval\":0}", false);
}

static void advise_none(cJSON *messages)
{
    advise(messages, "{\"reconnect\":\"none\"}", false);
}

static void advise_retry(cJSON *messages)
{
    advise(messages, "{\"reconnect\":\"retry\",\"interval\":300,\"timeout\":1000}", false);
}

static void advise_always_else(cJSON *messages)
{
    static int number;
    static const char *const others[] = {
        "{\"reconnect\":\"retry\",\"interval\":20,\"timeout\":500}",
        "{\"interval\":\"0\",\"timeout\":\"800\"}",
        "{\"reconnect\":\"retry\",\"interval\":10,\"timeout\":0}",
        "{\"long-polling\":{\"interval\":5},\"websocket\":{\"interval\":5}}",
        "{\"reconnect\":\"sometimes\",\"timeout\":-5,\"hosts\":[\"127.0.0.2\"]}",
    };

    advise(messages, others[number++ % 5], true);
}

static void ack_ahead(cJSON *messages)
{
    cJSON *ext = cJSON_GetObjectItemCaseSensitive(find_reply(messages, CONNECT), "ext");

    if (ext)
        set(ext, "ack", cJSON_CreateNumber((double)live_json_int(ext, "ack", 0) + 1000));
}

// The client

static void freeze_client(stage *stage)
{
    kill(stage->follower->pid, SIGSTOP);
}

static void thaw_client(stage *stage)
{
    kill(stage->follower->pid, SIGCONT);
}

static void pause_one(stage *stage)
{
    atomic_store(&stage->follower->paused, true);
}

static void resume_one(stage *stage)
{
    atomic_store(&stage->follower->paused, false);
}

static void be_slow(stage *stage)
{
    atomic_store(&stage->follower->row_us, 2000);
}

static void be_quick(stage *stage)
{
    atomic_store(&stage->follower->row_us, 0);
}

static void shift_clock(stage *stage)
{
    static const int64_t shifts[] = { 3600000, 0, -3600000, 0 };

    atomic_store(&stage->follower->shift_ms, shifts[stage->round % 4]);
    middle_reset(stage->middle);
}

#define WRONG_TYPES                                                                                \
    "[{\"channel\":5,\"id\":[],\"successful\":\"yes\"},7,null,\"x\","                              \
    "{\"channel\":\"/meta/connect\",\"successful\":1,\"advice\":[]}]"
#define PAGE                    "<html><body>Please log in</body></html>"
#define ASKS                    "WWW-Authenticate: Basic realm=\"live\"\r\n"
#define EDIT(told, many, how)   .act = { .what = MIDDLE_EDIT, .to = told, .count = many, .edit = how }
#define ANSWER(told, many, ...) .act = { MIDDLE_ANSWER, told, many, __VA_ARGS__, NULL, 0, 0 }
#define STATUS(...)             .at_upgrade = true, ANSWER(CONNECT, 2, __VA_ARGS__)

// clang-format off
const fault faults[] = {
    { "connections are reset", BY_BOTH, SEEN_MS, .begin = reset },
    { "connections are closed in order (1006)", BY_BOTH, SEEN_MS, .begin = close_in_order },
    { "packets vanish, the connection stays", BY_BOTH, SILENT_MS, .begin = vanish },
    { "nothing passes for 2 s", BY_BOTH, SEEN_MS, .begin = mute, .end = unmute, .lasts_ms = 2000 },
    { "a proxy collects for 1.5 s what comes", BY_BOTH, SEEN_MS, .begin = hold, .end = unhold, .lasts_ms = 1500 },
    { "the port is refused for 2 s", BY_BOTH, SEEN_MS, .begin = refuse, .end = accept_again, .lasts_ms = 2000 },
    { "names are not found at the start", BY_BOTH, SEEN_MS, .begin = lose_names, .end = find_names, .lasts_ms = 2000 },
    { "the platform restarts at once", BY_BOTH, 2 * SEEN_MS, .begin = restart },
    { "the platform restarts after 3 s", BY_BOTH, 2 * SEEN_MS, .begin = stop, .end = start, .lasts_ms = 3000 },
    { "the platform stops for 12.5 s", BY_BOTH, SILENT_MS, .begin = freeze_platform, .end = thaw_platform, .lasts_ms = LONG_MS },
    { "the session is forgotten: 402 to connect", BY_BOTH, SEEN_MS, .begin = forget },
    { "402 to subscribe", BY_BOTH, SEEN_MS, EDIT(SUBSCRIBE, 1, forget_subscribe), .begin = subscribe_more },
    { "the handshake is refused twice", BY_BOTH, SEEN_MS, EDIT(HANDSHAKE, 2, refuse_handshake), .begin = forget },
    { "the answer to subscribe is lost", BY_BOTH, SILENT_MS, .act = { .what = MIDDLE_LOSE, .to = SUBSCRIBE }, .begin = forget },
    { "the answer to a query is lost", BY_BOTH, SEEN_MS, .act = { .what = MIDDLE_LOSE, .to = "POST /rest/query" }, .begin = forget },
    { "WebSocket closed: 1000", BY_WEBSOCKET, SEEN_MS, .act = { .what = MIDDLE_BYE, .to = CONNECT, .code = 1000 } },
    { "WebSocket closed: 1001", BY_WEBSOCKET, SEEN_MS, .act = { .what = MIDDLE_BYE, .to = CONNECT, .code = 1001 } },
    { "WebSocket closed: 1011", BY_WEBSOCKET, SEEN_MS, .act = { .what = MIDDLE_BYE, .to = CONNECT, .code = 1011 } },
    { "WebSocket refused for good: long-polling", BY_WEBSOCKET, 2 * SEEN_MS, ANSWER(UPGRADE, 3, "403 Forbidden", "", ""), .begin = reset, .fresh = true },
    { "an answer breaks off amid its bytes", BY_BOTH, SEEN_MS, .act = { .what = MIDDLE_CUT, .to = CONNECT } },
    { "an answer of half a JSON text", BY_BOTH, SEEN_MS, .act = { .what = MIDDLE_HALF, .to = CONNECT } },
    { "an answer of wrong types", BY_BOTH, SILENT_MS, ANSWER(CONNECT, 1, "200 OK", "", WRONG_TYPES) },
    { "a web page in place of an answer", BY_BOTH, SEEN_MS, ANSWER(CONNECT, 1, "200 OK", "X-Proxy: yes\r\n", PAGE) },
    { "answered, and lost on the way", BY_BOTH, SEEN_MS, .act = { .what = MIDDLE_LOSE, .to = CONNECT } },
    { "an answer comes 12.5 s late", BY_BOTH, SILENT_MS, .act = { .what = MIDDLE_DELAY, .to = CONNECT, .delay_ms = LONG_MS } },
    { "a request, or a frame, comes twice", BY_BOTH, SEEN_MS, .act = { .what = MIDDLE_TWICE, .to = CONNECT }, .acks = true },
    { "HTTP 500", BY_BOTH, 2 * SEEN_MS, STATUS("500 Internal Server Error", "", "{}") },
    { "HTTP 502 with a page", BY_BOTH, 2 * SEEN_MS, STATUS("502 Bad Gateway", "", PAGE) },
    { "HTTP 503 with Retry-After", BY_BOTH, 2 * SEEN_MS, STATUS("503 Service Unavailable", "Retry-After: 1\r\n", "") },
    { "HTTP 401 for a while", BY_BOTH, 2 * SEEN_MS, STATUS("401 Unauthorized", ASKS, "{}") },
    { "advice: handshake", BY_BOTH, SEEN_MS, EDIT(CONNECT, 1, advise_handshake) },
    { "advice: none", BY_BOTH, SEEN_MS, EDIT(CONNECT, 1, advise_none), .ends = true },
    { "advice: retry, an interval", BY_BOTH, SEEN_MS, EDIT(CONNECT, 1, advise_retry) },
    { "advice: another one 100 times", BY_BOTH, SEEN_MS, EDIT(CONNECT, 100, advise_always_else), .own = true },
    { "a batch number far ahead", BY_BOTH, SEEN_MS, EDIT(CONNECT, 1, ack_ahead), .own = true },
    { "the client sleeps for 12.5 s", BY_BOTH, SILENT_MS, .begin = freeze_client, .end = thaw_client, .lasts_ms = LONG_MS },
    { "one query is paused for 2 s", BY_BOTH, SEEN_MS, .begin = pause_one, .end = resume_one, .lasts_ms = 2000, .other_ms = 1000 },
    { "one query is paused for 12.5 s", BY_BOTH, SEEN_MS, .begin = pause_one, .end = resume_one, .lasts_ms = LONG_MS, .other_ms = 1000 },
    { "one query takes half of its rows for 5 s", BY_BOTH, SEEN_MS, .begin = be_slow, .end = be_quick, .lasts_ms = 5000, .other_ms = 1000 },
    { "the clock jumps by an hour", BY_BOTH, SEEN_MS, .begin = shift_clock },
};
// clang-format on
const size_t fault_count = sizeof faults / sizeof *faults;

void fault_begin(const fault *fault, stage *stage)
{
    middle_act act = fault->act;
    bool later = fault->at_upgrade && !stage->polling;

    if (later)
        act.to = UPGRADE;
    middle_play(stage->middle, act.to ? &act : NULL);
    if (later)
        middle_reset(stage->middle);
    if (fault->begin)
        fault->begin(stage);
}
