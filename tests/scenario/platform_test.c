// SPDX-License-Identifier: Apache-2.0
// The simulated platform's REST resources and inputs over sockets, by the numbers of the check list.
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "platform_process.h"
#include "wire.h"

#define AGENT  "Authorization: Basic bGl2ZS1hZ2VudDpsaXZlLWFnZW50\r\n"
#define VIEWER "Authorization: Basic dmlld2VyOnZpZXdlcg==\r\n"
#define WRONG  "Authorization: Basic bGl2ZS1hZ2VudDp3cm9uZw==\r\n"
#define JSON   "application/json;charset=utf-8"

#define RIG   "/services/plugin-liverig/assets/rig"
#define INPUT "/services/plugin-restinput/any/"
#define ROOM  "k3v9a1m2q0c7d5e8f6g4h2j1n0"
#define ANALYSE                                                                                    \
    "/services/plugin-liverig-vis/auto-analysis/analyse?assetId=rig%2F1&channel=SPP&"              \
    "qualifier=SPP&begin=0&end=1&computeFields=min&computeFields=max"

typedef struct fixture {
    platform_process platform;
    int fd;
    wire_answer answer;
} fixture;

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    if (!platform_start(&f->platform))
        return -1;
    f->fd = wire_connect(f->platform.process.port);
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

static int get(fixture *f, const char *path, const char *headers)
{
    wire_print(f->fd, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", path, headers);
    assert_true(wire_read(f->fd, &f->answer));
    return f->answer.status;
}

static int post(fixture *f, const char *path, const char *headers, const char *body)
{
    wire_post(f->fd, path, headers, body, &f->answer);
    return f->answer.status;
}

static void assert_type(const fixture *f, const char *type)
{
    char line[128];

    snprintf(line, sizeof line, "\nContent-Type: %s\n", type);
    char head[sizeof f->answer.head + 2];
    snprintf(head, sizeof head, "%s\n", f->answer.head);
    if (!strcasestr(head, line))
        fail_msg("no %s among %s", type, head);
}

// Finds "a.b.c" in the answer; "0" is the first element.
static const cJSON *member(const cJSON *json, const char *path)
{
    char name[32];

    while (json && *path) {
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        json = strcmp(name, "0") == 0 ? cJSON_GetArrayItem(json, 0) : live_json_get(json, name);
        path += length + (path[length] == '.');
    }
    return json;
}

static void p_30_each_resource_answers_with_its_members(void **state)
{
    static const struct {
        const char *path, *members[5];
    } rows[] = {
        { "/rest/me", { "id", "name", "email", "teams.0.id", "teams.0.name" } },
        { "/rest/team", { "total", "data.0.id", "data.0.name", "data.0.roles.0.id" } },
        { "/rest/role", { "total", "data.0.id", "data.0.name", "data.0.permissions.0" } },
        { "/rest/plugin", { "data.0.name", "data.0.version", "data.0.status.status" } },
        { "/rest/dashboard", { "total", "data.0.id", "data.0.url", "data.0.title" } },
        { "/services/plugin-messenger/rooms",
          { "0.id", "0.name", "0.type", "0.users.0.id", "0.users.0.name" } },
        { RIG, { "0.id", "0.name" } },
        { "/services/plugin-liverig/assets/crew", { "0.id", "0.name" } },
        { "/services/plugin-liverig/assets/pump", { "0.id", "0.name" } },
        { RIG "/1/normalizer",
          { "event_type", "filter", "name", "enabled", "curves.SPP.options" } },
        { "/services/plugin-liverig/curves/", { "SPP.options.0.mnemonic", "GAS.options.0" } },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *body = NULL;
        assert_int_equal(get(f, rows[i].path, AGENT), 200);
        assert_type(f, JSON);
        assert_int_equal(live_json_parse(f->answer.body, strlen(f->answer.body), &body, NULL),
                         LIVE_OK);
        for (size_t k = 0; k < 5 && rows[i].members[k]; k++)
            if (!member(body, rows[i].members[k]))
                fail_msg("%s has no %s", rows[i].path, rows[i].members[k]);
        cJSON_Delete(body);
    }
    assert_int_equal(get(f, ANALYSE, AGENT), 200);
    assert_string_equal(f->answer.body, "null"); // no data
    assert_int_equal(get(f, "/healthcheck", ""), 200);
    assert_string_equal(f->answer.body, "WORKING");
    assert_type(f, "text/plain;charset=iso-8859-1");
}

static void p_30_a_query_gets_its_channel(void **state)
{
    fixture *f = *state;

    assert_int_equal(post(f, "/rest/query", AGENT,
                          "[{\"expression\":\"a\"},{\"expression\":\"b => n(\",\"span\":null}]"),
                     200);
    cJSON *channels = cJSON_Parse(f->answer.body);
    assert_int_equal(cJSON_GetArraySize(channels), 2);
    const cJSON *each;
    cJSON_ArrayForEach (each, channels) {
        const char *name = live_json_str(each, "channel", "");
        assert_int_equal(strncmp(name, "/data/", 6), 0);
        assert_int_equal(strspn(name + 6, "0123456789abcdef"), 32);
        assert_int_equal(strlen(name), 38);
    }
    cJSON_Delete(channels);
    static const char *const wrong[] = { "{}", "[]", "[7]", "[{}]", "nonsense" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(post(f, "/rest/query", AGENT, wrong[i]), 400);
}

static void p_31_credentials_and_permissions_are_asked_for(void **state)
{
    static const struct {
        const char *path;
        int of_viewer;
    } rows[] = {
        { "/rest/me", 200 },
        { "/rest/plugin", 200 },
        { "/rest/dashboard", 200 },
        { "/rest/extension", 403 },
        { "/services/plugin-messenger/rooms", 403 },
        { RIG, 403 },
        { RIG "/1/normalizer", 403 },
        { "/services/plugin-liverig/curves/", 403 },
        { ANALYSE, 403 },
        { "/rest/nothing", 404 },
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(get(f, rows[i].path, ""), 401);
        assert_non_null(strcasestr(f->answer.head, "WWW-Authenticate: Basic realm=\"live\""));
        assert_int_equal(get(f, rows[i].path, WRONG), 401);
        assert_int_equal(get(f, rows[i].path, VIEWER), rows[i].of_viewer);
        if (rows[i].of_viewer != 200)
            assert_non_null(strstr(f->answer.body, "{\"message\":\""));
    }
    assert_int_equal(post(f, "/rest/query", VIEWER, "[{\"expression\":\"a\"}]"), 403);
    assert_int_equal(post(f, "/rest/query", "", "[{\"expression\":\"a\"}]"), 401);
    assert_int_equal(post(f, INPUT, WRONG, "{}"), 401);
}

// How many messages with this text the platform has.
static int count(fixture *f, const char *text)
{
    int found = 0;

    assert_int_equal(get(f, "/page/messages?room=" ROOM, ""), 200);
    cJSON *messages = cJSON_Parse(f->answer.body), *message;
    cJSON_ArrayForEach (message, messages)
        found += strcmp(live_json_str(message, "message", ""), text) == 0;
    cJSON_Delete(messages);
    return found;
}

#define SAY(text)                                                                                  \
    "{\"__type\":\"__message\",\"room\":{\"id\":\"" ROOM "\"},\"message\":\"" text "\"}"

static void p_32_the_rest_input_takes_one_event_or_many(void **state)
{
    fixture *f = *state;

    assert_int_equal(get(f, INPUT, AGENT), 405);
    assert_int_equal(post(f, INPUT, AGENT, SAY("one")), 200);
    assert_type(f, JSON);
    assert_int_equal(post(f, INPUT, AGENT, "[" SAY("two") "," SAY("two") "]"), 200);
    assert_int_equal(post(f, INPUT, AGENT, "[]"), 200);
    assert_int_equal(
        post(f, INPUT, AGENT, "{__type: __message, room: {id: " ROOM "}, message: 'lenient',}"),
        200);
    static const char *const wrong[] = { "", "7", "[7]", "{", "{\"a\" 1}", "\xff" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (post(f, INPUT, AGENT, wrong[i]) != 400)
            fail_msg("%s: %d", wrong[i], f->answer.status);
    assert_int_equal(count(f, "one"), 1);
    assert_int_equal(count(f, "two"), 2);
    assert_int_equal(count(f, "lenient"), 1);
}

// Waits until the platform has read what was sent over TCP.
static void wait_for(fixture *f, const char *text, int wanted)
{
    for (int tries = 0; count(f, text) != wanted; tries++)
        assert_true(tries < 100000);
}

static void p_33_the_tcp_input_takes_lines(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->platform.tcp_port);

    wire_print(fd, "%s\n%s\r\n\n  \n%s\n", SAY("line"), SAY("line"), "garbage {");
    wire_print(fd, "%s\n", SAY("line"));
    wait_for(f, "line", 3);
    wire_print(fd, "{\"__type\":\"__message\",\"room\":{\"id\":\"" ROOM "\"},");
    wire_print(fd, "\"message\":\"in parts\"}\n");
    wait_for(f, "in parts", 1);
    close(fd);
    for (int i = 0; i < 100; i++) {
        fd = wire_connect(f->platform.tcp_port);
        wire_print(fd, "%s%s", SAY("at once"), i % 2 ? "\n" : ""); // the last line needs no end
        close(fd);
    }
    wait_for(f, "at once", 100);
}

static void p_33_a_line_has_at_most_4_mib(void **state)
{
    enum { LONGEST = 4 * 1024 * 1024 };
    static const char last[] = SAY("long") "\n";
    fixture *f = *state;
    int fd = wire_connect(f->platform.tcp_port);
    char *line = malloc(LONGEST + 2);

    memset(line, ' ', LONGEST + 1); // white space belongs to the line
    memcpy(line, SAY("fits"), sizeof SAY("fits") - 1);
    line[LONGEST] = '\n';
    wire_send(fd, line, LONGEST + 1);
    memcpy(line, SAY("too long"), sizeof SAY("too long") - 1);
    line[LONGEST] = ' ';
    line[LONGEST + 1] = '\n';
    wire_send(fd, line, LONGEST + 2);
    wire_send(fd, last, sizeof last - 1); // the connection stays
    wait_for(f, "long", 1);
    assert_int_equal(count(f, "fits"), 1);
    assert_int_equal(count(f, "too long"), 0);
    free(line);
    close(fd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_30_each_resource_answers_with_its_members),
        CASE(p_30_a_query_gets_its_channel),
        CASE(p_31_credentials_and_permissions_are_asked_for),
        CASE(p_32_the_rest_input_takes_one_event_or_many),
        CASE(p_33_the_tcp_input_takes_lines),
        CASE(p_33_a_line_has_at_most_4_mib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
