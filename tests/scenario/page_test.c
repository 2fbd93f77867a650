// SPDX-License-Identifier: Apache-2.0
// The simulator's page by hand: who may read, log in and write, and what a browser is told to allow. The simulator
// runs in a process of its own.
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "platform_process.h"
#include "wire.h"

#define ROOM "k3v9a1m2q0c7d5e8f6g4h2j1n0"

typedef struct fixture {
    platform_process platform;
    int fd;
    char host[32], origin[48];
    char cookie[128]; // "Cookie: …\r\n", once somebody is logged in
    wire_answer answer;
} fixture;

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    if (!platform_start(&f->platform))
        return -1;
    f->fd = wire_connect(f->platform.process.port);
    snprintf(f->host, sizeof f->host, "127.0.0.1:%d", f->platform.process.port);
    snprintf(f->origin, sizeof f->origin, "http://%s", f->host);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    close(f->fd);
    bool good = platform_stop(&f->platform);
    test_free(f);
    return good ? 0 : -1;
}

// Asks as the page's own browser does; NULL: no Origin header, no body.
static int ask_as(fixture *f, const char *host, const char *origin, const char *line,
                  const char *body)
{
    char from[128] = "";

    if (origin)
        snprintf(from, sizeof from, "Origin: %s\r\n", origin);
    wire_print(f->fd,
               "%s HTTP/1.1\r\nHost: %s\r\n%s%sContent-Type: application/json\r\n"
               "Content-Length: %zu\r\n\r\n",
               line, host, from, f->cookie, body ? strlen(body) : 0);
    wire_send(f->fd, body ? body : "", body ? strlen(body) : 0);
    assert_true(wire_read(f->fd, &f->answer));
    return f->answer.status;
}

static int ask(fixture *f, const char *line, const char *body)
{
    return ask_as(f, f->host, f->origin, line, body);
}

static void log_in(fixture *f, const char *name)
{
    char body[128], token[128];

    snprintf(body, sizeof body, "{\"username\":\"%s\",\"password\":\"%s\"}", name, name);
    assert_int_equal(ask(f, "POST /page/session", body), 200);
    const char *cookie = strstr(f->answer.head, "\nSet-Cookie: ");
    assert_non_null(cookie);
    snprintf(token, sizeof token, "%.*s", (int)strcspn(cookie + 13, ";"), cookie + 13);
    snprintf(f->cookie, sizeof f->cookie, "Cookie: %s\r\n", token);
}

static int messages(fixture *f)
{
    cJSON *list = NULL;

    assert_int_equal(ask_as(f, f->host, NULL, "GET /page/messages?room=" ROOM, NULL), 200);
    assert_int_equal(live_json_parse(f->answer.body, strlen(f->answer.body), &list, NULL), LIVE_OK);
    int count = cJSON_GetArraySize(list);
    cJSON_Delete(list);
    return count;
}

static void who_is_logged_in_writes_an_ordinary_message(void **state)
{
    fixture *f = *state;

    log_in(f, "admin");
    assert_int_equal(ask(f, "POST /page/messages", "{\"room\":\"" ROOM "\",\"text\":\"hello\"}"),
                     200);
    assert_int_equal(messages(f), 1);
    cJSON *event = cJSON_Parse(f->answer.body);
    const cJSON *message = event->child;
    assert_string_equal(live_json_str(message, "__type", ""), "__message");
    assert_string_equal(live_json_str(message, "message", ""), "hello");
    assert_int_equal(strlen(live_json_str(message, "uid", "")), 36);
    assert_true(live_json_int(message, "createdAt", 0) > 0);
    assert_string_equal(live_json_str(live_json_get(message, "room"), "id", ""), ROOM);
    assert_int_equal(live_json_int(live_json_get(message, "author"), "id", 0), 1);
    assert_string_equal(live_json_str(live_json_get(message, "author"), "name", ""),
                        "Administrator");
    cJSON_Delete(event);
}

static void the_cookie_is_kept_from_scripts_and_other_sites(void **state)
{
    fixture *f = *state;
    char name[64];

    log_in(f, "admin");
    snprintf(name, sizeof name, "live_session_%d=", f->platform.process.port);
    assert_non_null(strstr(f->answer.head, name));
    assert_non_null(strstr(f->answer.head, "HttpOnly"));
    assert_non_null(strstr(f->answer.head, "SameSite=Strict"));
}

static void what_another_site_sends_is_refused(void **state)
{
    static const char *const origins[] = { NULL,
                                           "null",
                                           "http://evil.example",
                                           "http://127.0.0.1:1",
                                           "https://%s",
                                           "http://%s.evil.example" };
    static const char *const lines[] = { "POST /page/messages", "POST /page/session",
                                         "DELETE /page/session" };
    fixture *f = *state;

    log_in(f, "admin");
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        char origin[96] = "";
        const char *hole = origins[i] ? strstr(origins[i], "%s") : NULL;
        if (hole)
            snprintf(origin, sizeof origin, "%.*s%s%s", (int)(hole - origins[i]), origins[i],
                     f->host, hole + 2);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
            assert_int_equal(ask_as(f, f->host, hole ? origin : origins[i], lines[k],
                                    "{\"room\":\"" ROOM "\",\"text\":\"x\",\"username\":\"admin\","
                                    "\"password\":\"admin\"}"),
                             403);
    }
    assert_int_equal(messages(f), 0);
}

// DNS rebinding: a page of elsewhere whose name now leads here.
static void a_name_that_is_not_this_machines_is_refused(void **state)
{
    fixture *f = *state;
    static const char *const hosts[] = { "evil.example", "127.0.0.1.evil.example", "localhosts",
                                         "evil.example:8080", "10.0.0.1" };

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        char origin[64];
        snprintf(origin, sizeof origin, "http://%s", hosts[i]);
        assert_int_equal(ask_as(f, hosts[i], origin, "GET /feed", NULL), 403);
        assert_int_equal(ask_as(f, hosts[i], origin, "GET /page/rooms", NULL), 403);
        assert_int_equal(ask_as(f, hosts[i], origin, "POST /page/session",
                                "{\"username\":\"admin\",\"password\":\"admin\"}"),
                         403);
    }
    assert_int_equal(ask_as(f, "localhost:8080", NULL, "GET /page/rooms", NULL), 200);
    assert_int_equal(ask_as(f, "[::1]:8080", NULL, "GET /page/rooms", NULL), 200);
}

static void who_is_not_logged_in_or_may_not_cannot_write(void **state)
{
    static const char said[] = "{\"room\":\"" ROOM "\",\"text\":\"x\"}";
    fixture *f = *state;

    assert_int_equal(ask(f, "POST /page/messages", said), 401);
    snprintf(f->cookie, sizeof f->cookie, "Cookie: live_session_%d=\r\n", f->platform.process.port);
    assert_int_equal(ask(f, "POST /page/messages", said), 401);
    assert_int_equal(
        ask(f, "POST /page/session", "{\"username\":\"admin\",\"password\":\"Admin\"}"), 401);
    assert_int_equal(ask(f, "POST /page/session", "{}"), 401);
    assert_int_equal(ask(f, "POST /page/session", NULL), 401);
    f->cookie[0] = '\0';
    log_in(f, "viewer");
    assert_int_equal(ask(f, "POST /page/messages", said), 403);
    f->cookie[0] = '\0';
    log_in(f, "admin");
    assert_int_equal(ask(f, "DELETE /page/session", NULL), 200);
    assert_int_equal(ask(f, "POST /page/messages", said), 401);
    assert_int_equal(messages(f), 0);
}

static void what_is_no_message_is_refused(void **state)
{
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        { "{\"room\":\"" ROOM "\",\"text\":\" \\n\\t\"}", 400 },
        { "{\"room\":\"" ROOM "\",\"text\":7}", 400 },
        { "{\"room\":\"none\",\"text\":\"x\"}", 404 },
        { "{\"room\":7,\"text\":\"x\"}", 404 },
        { "[]", 400 },
        { "nonsense", 400 },
        { "", 400 },
    };
    fixture *f = *state;
    char *longest = calloc(1, 20000);

    log_in(f, "admin");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ask(f, "POST /page/messages", rows[i].body), rows[i].status);
    int head = snprintf(longest, 20000, "{\"room\":\"" ROOM "\",\"text\":\"");
    memset(longest + head, 'x', 17000);
    memcpy(longest + head + 17000, "\"}", 2);
    assert_int_equal(ask(f, "POST /page/messages", longest), 413);
    free(longest);
    assert_int_equal(messages(f), 0);
}

static void what_is_no_json_is_refused(void **state)
{
    fixture *f = *state;

    wire_print(f->fd,
               "POST /page/session HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: "
               "text/plain\r\nContent-Length: 2\r\n\r\n{}",
               f->host, f->origin);
    assert_true(wire_read(f->fd, &f->answer));
    assert_int_equal(f->answer.status, 415);
}

static void the_page_allows_its_own_scripts_alone(void **state)
{
    fixture *f = *state;

    assert_int_equal(ask(f, "GET /", NULL), 200);
    assert_non_null(strstr(f->answer.head, "default-src 'none'; script-src 'self'"));
    assert_null(strstr(f->answer.head, "unsafe"));
    assert_non_null(strstr(f->answer.head, "frame-ancestors 'none'"));
    assert_null(strstr(f->answer.body, "style="));
    assert_null(strstr(f->answer.body, "<script>"));
}

static void the_newest_64_sessions_are_kept(void **state)
{
    fixture *f = *state;
    char first[128];

    log_in(f, "admin");
    memcpy(first, f->cookie, sizeof first);
    for (int i = 0; i < 64; i++) {
        f->cookie[0] = '\0';
        log_in(f, "admin");
    }
    assert_int_equal(ask(f, "GET /page/session", NULL), 200);
    assert_non_null(strstr(f->answer.body, "Administrator"));
    memcpy(f->cookie, first, sizeof first);
    assert_int_equal(ask(f, "GET /page/session", NULL), 200);
    assert_string_equal(f->answer.body, "{\"user\":null}");
}

// Reads what there is, up to a limit; whether the text stands in it, or across two reads.
static bool read_some(int fd, const char *text)
{
    static char bytes[65536 + 64];
    static size_t have;
    size_t kept = have < 32 ? have : 32;

    memmove(bytes, bytes + have - kept, kept);
    ssize_t got = recv(fd, bytes + kept, 65536, 0);
    if (got <= 0)
        fail_msg("'%s' never came", text);
    have = kept + (size_t)got;
    return memmem(bytes, have, text, strlen(text));
}

static void send_event(fixture *f, const char *event)
{
    wire_post(f->fd, "/services/plugin-restinput/x/",
              "Authorization: Basic bGl2ZS1hZ2VudDpsaXZlLWFnZW50\r\n", event, &f->answer);
    assert_int_equal(f->answer.status, 200);
}

static void a_viewer_that_reads_too_slowly_is_told_that_it_missed_something(void **state)
{
    enum { EVENT_BYTES = 1024 * 1024, EVENTS = 16, TRIES = 2000 };
    fixture *f = *state;
    int feed = wire_connect(f->platform.process.port);
    char *event = malloc(EVENT_BYTES + 64);

    wire_print(feed, "GET /feed HTTP/1.1\r\nHost: %s\r\n\r\n", f->host);
    assert_true(read_some(feed, "200 OK"));
    int head = snprintf(event, 64, "{\"__type\":\"long\",\"text\":\"");
    memset(event + head, 'x', EVENT_BYTES);
    memcpy(event + head + EVENT_BYTES, "\"}", 3);
    for (int i = 0; i < EVENTS; i++)
        send_event(f, event);
    free(event);
    // Once it reads again there is room, and with the next event it is told.
    for (int i = 0; i == 0 || !read_some(feed, "event: missed\ndata: 1\n\n"); i++) {
        assert_true(i < TRIES);
        send_event(f, "{\"__type\":\"short\"}");
    }
    for (int i = 0; i == 0 || !read_some(feed, "\"short\""); i++) {
        assert_true(i < TRIES);
        send_event(f, "{\"__type\":\"short\"}");
    }
    close(feed);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_is_logged_in_writes_an_ordinary_message),
        CASE(the_cookie_is_kept_from_scripts_and_other_sites),
        CASE(what_another_site_sends_is_refused),
        CASE(a_name_that_is_not_this_machines_is_refused),
        CASE(who_is_not_logged_in_or_may_not_cannot_write),
        CASE(what_is_no_message_is_refused),
        CASE(what_is_no_json_is_refused),
        CASE(the_page_allows_its_own_scripts_alone),
        CASE(a_viewer_that_reads_too_slowly_is_told_that_it_missed_something),
        CASE(the_newest_64_sessions_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
