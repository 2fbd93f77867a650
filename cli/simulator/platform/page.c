// SPDX-License-Identifier: Apache-2.0
// The simulator's page: its files, the feed of arriving events, and what its scripts ask.
#include "page.h"

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chat.h"
#include "feed.h"
#include "rest.h"
#include "sessions.h"

enum { PATH_BYTES = 4096, COOKIE_BYTES = 32, ROOM_BYTES = 128 };

#define JSON_TYPE   "application/json;charset=utf-8"
#define SCRIPT_TYPE "text/javascript;charset=utf-8"

static const struct {
    const char *path, *file, *type;
} files[] = {
    { "/", "index.html", "text/html;charset=utf-8" },
    { "/style.css", "style.css", "text/css;charset=utf-8" },
    { "/icon.svg", "icon.svg", "image/svg+xml" },
    { "/page.js", "page.js", SCRIPT_TYPE },
    { "/ask.js", "ask.js", SCRIPT_TYPE },
    { "/session.js", "session.js", SCRIPT_TYPE },
    { "/rooms.js", "rooms.js", SCRIPT_TYPE },
    { "/markup.js", "markup.js", SCRIPT_TYPE },
    { "/marks.js", "marks.js", SCRIPT_TYPE },
    { "/events.js", "events.js", SCRIPT_TYPE },
    { "/time.js", "time.js", SCRIPT_TYPE },
};

struct sim_page {
    sim_store *store;
    sim_world *world;
    sim_sessions sessions;
    sim_feed *feed;
    char *directory;
};

// The page's files

static void add_policy(ag_exchange *exchange)
{
    ag_exchange_add_header(exchange, "Content-Security-Policy",
                           "default-src 'none'; script-src 'self'; style-src 'self'; "
                           "connect-src 'self'; img-src 'self'; base-uri 'none'; "
                           "form-action 'none'; frame-ancestors 'none'; "
                           "require-trusted-types-for 'script'; trusted-types 'none'");
    ag_exchange_add_header(exchange, "X-Content-Type-Options", "nosniff");
    ag_exchange_add_header(exchange, "Referrer-Policy", "no-referrer");
    ag_exchange_add_header(exchange, "Cache-Control", "no-store");
}

static void send_file(const sim_page *page, ag_exchange *exchange, const char *name,
                      const char *type)
{
    static const char gone[] = "a file of the page is missing";
    char path[PATH_BYTES], *body = NULL;
    size_t length = 0;

    snprintf(path, sizeof path, "%s/%s", page->directory, name);
    add_policy(exchange);
    if (live_file_read(path, &body, &length, NULL))
        ag_exchange_reply(exchange, 500, "text/plain;charset=utf-8", gone, sizeof gone - 1);
    else
        ag_exchange_reply(exchange, 200, type, body, length);
    live_free(body);
}

// What its scripts ask

static void answer(ag_exchange *exchange, int status, cJSON *body)
{
    live_buf *text = live_buf_new();

    if (body)
        live_buf_add_json(text, body);
    else
        live_buf_add_text(text, "{}");
    ag_exchange_add_header(exchange, "Cache-Control", "no-store");
    ag_exchange_add_header(exchange, "X-Content-Type-Options", "nosniff");
    ag_exchange_reply(exchange, status, JSON_TYPE, live_buf_data(text), live_buf_length(text));
    live_buf_free(text);
    cJSON_Delete(body);
}

static void refuse(ag_exchange *exchange, int status, const char *text)
{
    answer(exchange, status, rest_message(text));
}

// Cookies do not tell ports apart: each simulator of this machine has a name of its own.
static const char *cookie_name(const ag_exchange *exchange, char name[COOKIE_BYTES])
{
    const char *host = ag_exchange_header(exchange, "Host");
    const char *colon = host ? strrchr(host, ':') : NULL;
    int port = colon ? (int)strtol(colon + 1, NULL, 10) : 80;

    snprintf(name, COOKIE_BYTES, "live_session_%d", port);
    return name;
}

static const char *token_of(const ag_exchange *exchange)
{
    char name[COOKIE_BYTES];

    return ag_exchange_cookie(exchange, cookie_name(exchange, name));
}

// `token` "": the browser forgets it.
static void set_cookie(ag_exchange *exchange, const char *token)
{
    char name[COOKIE_BYTES], cookie[COOKIE_BYTES + 128];

    snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s",
             cookie_name(exchange, name), token, *token ? "" : "; Max-Age=0");
    ag_exchange_add_header(exchange, "Set-Cookie", cookie);
}

// Who is at the page, without the password; null: nobody.
static cJSON *session_of(sim_page *page, const cJSON *user)
{
    cJSON *session = cJSON_CreateObject(), *shown = NULL;

    if (user) {
        shown = cJSON_AddObjectToObject(session, "user");
        live_json_add_int(shown, "id", live_json_int(user, "id", 0));
        cJSON_AddStringToObject(shown, "name", live_json_str(user, "name", ""));
        cJSON_AddBoolToObject(shown, "may_write",
                              sim_world_may(page->world, user, "USE_MESSENGER"));
    } else {
        cJSON_AddNullToObject(session, "user");
    }
    return session;
}

static void get_session(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    (void)body;
    answer(exchange, 200, session_of(page, sim_sessions_user(&page->sessions, token_of(exchange))));
}

static void log_in(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    const cJSON *user = sim_world_login(page->world, live_json_str(body, "username", ""),
                                        live_json_str(body, "password", ""));
    const char *token = NULL;
    live_error error = { 0 };

    if (!user) {
        refuse(exchange, 401, "no user has this name and password");
        return;
    }
    live_err err = sim_sessions_begin(&page->sessions, user, &token, &error);
    if (!err && sim_world_may(page->world, user, "USE_MESSENGER"))
        err = sim_chat_join(page->store, user, &error);
    if (err) {
        refuse(exchange, 500, error.text);
        return;
    }
    set_cookie(exchange, token);
    answer(exchange, 200, session_of(page, user));
}

static void log_out(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    (void)body;
    sim_sessions_end(&page->sessions, token_of(exchange));
    set_cookie(exchange, "");
    answer(exchange, 200, session_of(page, NULL));
}

static void get_rooms(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    (void)body;
    answer(exchange, 200, cJSON_Duplicate(sim_world_get(page->world, "rooms"), true));
}

static void take_room(const char *name, const char *value, void *user)
{
    if (strcmp(name, "room") == 0)
        snprintf(user, ROOM_BYTES, "%s", value);
}

static void get_messages(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    char room_id[ROOM_BYTES] = "";

    (void)body;
    ag_exchange_parameters(exchange, take_room, room_id);
    answer(exchange, 200, sim_chat_messages(page->store, room_id));
}

static void get_marks(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    (void)body;
    answer(exchange, 200, sim_chat_marks(page->store));
}

static void say(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    const cJSON *user = sim_sessions_user(&page->sessions, token_of(exchange));
    live_error error = { 0 };

    if (!user) {
        refuse(exchange, 401, "log in to write");
        return;
    }
    if (!sim_world_may(page->world, user, "USE_MESSENGER")) {
        refuse(exchange, 403, "permission USE_MESSENGER is missing");
        return;
    }
    switch (sim_chat_say(page->store, page->world, user, body, &error)) {
    case LIVE_OK: answer(exchange, 200, NULL); break;
    case LIVE_E_NOTFOUND: refuse(exchange, 404, error.text); break;
    case LIVE_E_LIMIT: refuse(exchange, 413, error.text); break;
    default: refuse(exchange, 400, error.text); break;
    }
}

static void get_feed(sim_page *page, ag_exchange *exchange, const cJSON *body)
{
    (void)body;
    sim_feed_start(page->feed, exchange);
}

static const struct question {
    const char *method, *path;
    void (*handle)(sim_page *page, ag_exchange *exchange, const cJSON *body);
} questions[] = {
    { "GET", "/feed", get_feed },        { "GET", "/page/session", get_session },
    { "POST", "/page/session", log_in }, { "DELETE", "/page/session", log_out },
    { "GET", "/page/rooms", get_rooms }, { "GET", "/page/messages", get_messages },
    { "POST", "/page/messages", say },   { "GET", "/page/marks", get_marks },
};

// Who may ask

// A name that leads to this machine, whatever the port: another one is a page of elsewhere whose
// name was made to lead here.
static bool is_own_host(const char *host)
{
    static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

    for (size_t i = 0; host && i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) == 0 && (!host[length] || host[length] == ':'))
            return true;
    }
    return false;
}

// Whether the page itself sent what changes something, as its browser says.
static bool is_own_origin(const ag_exchange *exchange)
{
    static const char scheme[] = "http://";
    const char *origin = ag_exchange_header(exchange, "Origin");
    const char *host = ag_exchange_header(exchange, "Host");

    return origin && strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           strcmp(origin + sizeof scheme - 1, host) == 0;
}

static bool is_json(const ag_exchange *exchange)
{
    const char *type = ag_exchange_header(exchange, "Content-Type");

    return type && strncasecmp(type, "application/json", 16) == 0;
}

static void ask(sim_page *page, ag_exchange *exchange, const struct question *question)
{
    bool changes = strcmp(question->method, "GET") != 0;
    bool has_body = ag_exchange_body_length(exchange) > 0;
    cJSON *body = NULL;
    live_error error = { 0 };

    if (!is_own_host(ag_exchange_header(exchange, "Host")))
        refuse(exchange, 403, "the page has the name of this machine");
    else if (changes && !is_own_origin(exchange))
        refuse(exchange, 403, "only the page itself may ask this");
    else if (has_body && !is_json(exchange))
        refuse(exchange, 415, "the page sends JSON");
    else if (has_body && live_json_parse(ag_exchange_body(exchange),
                                         ag_exchange_body_length(exchange), &body, &error))
        refuse(exchange, 400, error.text);
    else
        question->handle(page, exchange, body);
    cJSON_Delete(body);
}

bool sim_page_handle(sim_page *page, ag_exchange *exchange)
{
    const char *path = ag_exchange_path(exchange), *method = ag_exchange_method(exchange);
    bool known = false;

    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        if (strcmp(path, questions[i].path) != 0)
            continue;
        known = true;
        if (strcmp(method, questions[i].method) == 0) {
            ask(page, exchange, &questions[i]);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(path, files[i].path) != 0)
            continue;
        known = true;
        if (strcmp(method, "GET") == 0) {
            send_file(page, exchange, files[i].file, files[i].type);
            return true;
        }
    }
    if (known)
        refuse(exchange, 405, "method not allowed");
    return known;
}

live_err sim_page_new(sim_store *store, sim_world *world, const char *directory,
                      sim_page **ret_page, live_error *error)
{
    sim_page *page = calloc(1, sizeof *page);

    if (page) {
        page->store = store;
        page->world = world;
        page->directory = strdup(directory);
        page->feed = sim_feed_new(store);
    }
    if (!page || !page->directory) {
        sim_page_free(page);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *ret_page = page;
    return LIVE_OK;
}

void sim_page_free(sim_page *page)
{
    if (!page)
        return;
    sim_feed_free(page->feed);
    free(page->directory);
    free(page);
}
