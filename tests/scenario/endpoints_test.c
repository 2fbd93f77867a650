// SPDX-License-Identifier: Apache-2.0
// Every endpoint of the simulated platform, over sockets: with credentials, without, with too few permissions, by a
// wrong method; and the options that change who may ask.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "platform/simulator.h"
#include "server_process.h"
#include "wire.h"

#define NOBODY ""
#define ADMIN  "Authorization: Basic YWRtaW46YWRtaW4=\r\n"
#define AGENT  "Authorization: Basic bGl2ZS1hZ2VudDpsaXZlLWFnZW50\r\n"
#define VIEWER "Authorization: Basic dmlld2VyOnZpZXdlcg==\r\n"
#define WRONG  "Authorization: Basic YWRtaW46d3Jvbmc=\r\n"
#define LOGIN  "Authorization: Basic Ym9iOmJ1aWxkZXI=\r\n" // of the world in a file

#define HANDSHAKE                                                                                  \
    "[{\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"]}]"
#define LIVERIG "/services/plugin-liverig"

typedef struct fixture {
    server_process process;
    simulator_options options;
    simulator *simulator;
    char world[32]; // a file, "": none
    wire_answer answer;
} fixture;

// The platform

static int start(live_loop *loop, void *user)
{
    fixture *f = user;
    live_error error = { 0 };

    if (simulator_new(loop, &f->options, &f->simulator, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 0;
    }
    return simulator_port(f->simulator);
}

static void stop(void *user)
{
    simulator_free(((fixture *)user)->simulator);
}

static int set_up_with(void **state, const char *world, bool cometd_auth)
{
    static const server_hooks hooks = { .start = start, .stop = stop };
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    f->options = (simulator_options){ .share = LIVE_SHARE, .cometd_auth = cometd_auth };
    if (world) {
        strcpy(f->world, "/tmp/live-world-XXXXXX");
        int fd = mkstemp(f->world);
        assert_int_equal(write(fd, world, strlen(world)), strlen(world));
        close(fd);
        f->options.world = f->world;
    }
    return server_start(&f->process, &hooks, f) ? 0 : -1;
}

static int set_up(void **state)
{
    return set_up_with(state, NULL, false);
}

static int set_up_with_auth(void **state)
{
    return set_up_with(state, NULL, true);
}

static int set_up_with_world(void **state)
{
    static const char world[] =
        "{\"users\":[{\"id\":7,\"name\":\"Bob\",\"username\":\"bob\",\"password\":\"builder\","
        "\"teams\":[]}],\"audits\":[{\"id\":1,\"type\":\"rig\",\"entityId\":4,\"author\":7,"
        "\"operation\":\"DELETE\"}]}";

    return set_up_with(state, world, false);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    bool well = server_stop(&f->process);

    if (*f->world)
        unlink(f->world);
    test_free(f);
    return well ? 0 : -1;
}

// What is asked

static int ask(fixture *f, int fd, const char *method, const char *path, const char *headers,
               const char *body)
{
    wire_print(fd, "%s %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s", method, path,
               headers, strlen(body), body);
    assert_true(wire_read(fd, &f->answer));
    return f->answer.status;
}

static void expect(fixture *f, int status, const char *part)
{
    if (f->answer.status != status || !strstr(f->answer.body, part))
        fail_msg("%d '%s' is due, it is %d '%s'", status, part, f->answer.status, f->answer.body);
}

static bool has_header(const fixture *f, const char *line)
{
    return strcasestr(f->answer.head, line) != NULL;
}

// The catalogue

typedef enum needs { NOTHING, A_USER, A_PERMISSION } needs;

typedef struct endpoint {
    const char *method, *path;
    needs needs;
    const char *body;
    const char *answers; // a part of it
} endpoint;

static const endpoint endpoints[] = {
    { "GET", "/healthcheck", NOTHING, "", "WORKING" },
    { "GET", "/", NOTHING, "", "<!doctype html>" },
    { "GET", "/style.css", NOTHING, "", "{" },
    { "GET", "/page.js", NOTHING, "", "import" },
    { "POST", "/rest/query", A_PERMISSION,
      "[{\"provider\":\"pipes\",\"expression\":\"=> 1 as one every second\"}]",
      "[{\"channel\":\"/data/" },
    { "GET", "/rest/me", A_USER, "", "\"teams\":[{\"id\":" },
    { "GET", "/rest/team", A_USER, "", "\"roles\":[{\"id\":1}" },
    { "GET", "/rest/role", A_USER, "", "\"permissions\":[\"ADMIN\"" },
    { "GET", "/rest/plugin", A_USER, "", "\"status\":{\"status\":\"VALID\"}" },
    { "GET", "/rest/dashboard", A_USER, "",
      "{\"total\":2,\"data\":[{\"id\":21,\"url\":\"overview\"" },
    { "GET", "/rest/lookup", A_USER, "", "\"data\":[{\"id\":5,\"name\":\"rig_names\"" },
    { "GET", "/rest/lookup/5", A_USER, "", "{\"id\":5,\"name\":\"rig_names\"" },
    { "GET", "/rest/extension", A_PERMISSION, "", "\"data\":[{\"id\":8," },
    { "POST", "/rest/extension", A_PERMISSION, "{\"type\":\"rest-input\",\"qualifier\":\"new\"}",
      "\"qualifier\":\"new\"" },
    { "POST", "/rest/extension/test", A_PERMISSION, "{\"type\":\"rest-input\"}", "\"valid\":true" },
    { "GET", "/rest/entity-audit/list/dashboard", A_USER, "",
      "[{\"id\":31,\"type\":\"dashboard\"" },
    { "GET", "/rest/entity-audit/list/dashboard/21", A_USER, "", "\"author\":1" },
    { "GET", "/rest/entity-audit/list/dashboard/22", A_USER, "", "[]" },
    { "GET", "/rest/entity-audit/31", A_USER, "", "{\"id\":21,\"url\":\"overview\"" },
    { "GET", "/services/plugin-messenger/rooms", A_PERMISSION, "", "\"type\":\"Global\"" },
    { "POST", "/services/plugin-restinput/any-name/", A_USER, "{\"__type\":\"t\",\"v\":1}", "{}" },
    { "POST", "/services/plugin-restinput/other/", A_USER,
      "[{\"__type\":\"t\"},{\"__type\":\"t\"}]", "{}" },
    { "GET", LIVERIG "/assets/rig", A_PERMISSION, "", "[{\"id\":1,\"name\":\"RIG-1\"" },
    { "GET", LIVERIG "/assets/crew", A_PERMISSION, "", "[" },
    { "GET", LIVERIG "/assets/pump", A_PERMISSION, "", "[" },
    { "POST", LIVERIG "/assets/rig", A_PERMISSION,
      "{\"name\":\"RIG-2\",\"type\":\"rig\",\"perspective\":{\"id\":1}}", "\"name\":\"RIG-2\"" },
    { "GET", LIVERIG "/assets/rig/1/normalizer", A_PERMISSION, "", "\"event_type\":\"rig_1\"" },
    { "GET", LIVERIG "/assets/rig/view/attributes/1", A_PERMISSION, "", "{" },
    { "POST", LIVERIG "/assets/rig/view/attributes/1", A_PERMISSION, "{\"a\":1}", "{\"a\":1}" },
    { "GET", LIVERIG "/assets/rig/view/attributes/1", A_PERMISSION, "", "{\"a\":1}" },
    { "GET", LIVERIG "/assets/well/view/new_intervention/3", A_PERMISSION, "", "{}" },
    { "POST", LIVERIG "/assets/well/view/new_intervention/3", A_PERMISSION, "{\"b\":2}",
      "{\"b\":2}" },
    { "GET", LIVERIG "/assets/intervention/3/part/drilling_sections", A_PERMISSION, "", "{}" },
    { "POST", LIVERIG "/assets/intervention/3/part/drilling_sections", A_PERMISSION, "{\"c\":3}",
      "{\"c\":3}" },
    { "GET", LIVERIG "/curves/", A_PERMISSION, "", "\"SPP\":{" },
    { "POST", LIVERIG "/collectors/getFromStore", A_PERMISSION, "{}", "\"failure\":\"" },
    { "POST", LIVERIG "/collectors/storeConfiguration", A_PERMISSION, "{}", "\"failure\":\"" },
    { "POST", LIVERIG "/collectors/testSourceEndpoint", A_PERMISSION, "{}", "\"failure\":\"" },
    { "POST", LIVERIG "/collectors/backlog-sync/request", A_PERMISSION, "{}", "\"failure\":\"" },
    { "GET",
      "/services/plugin-liverig-vis/auto-analysis/"
      "analyse?assetId=rig%2F1&channel=SPP&qualifier=SPP&begin=1&end=2&computeFields=min",
      A_PERMISSION, "", "null" },
    { "POST", "/cometd", NOTHING, HANDSHAKE, "\"successful\":true" },
    { "POST", "/cometd/handshake", NOTHING, HANDSHAKE, "\"successful\":true" },
};

enum { ENDPOINTS = sizeof endpoints / sizeof *endpoints };

static void each_answers_who_may_ask(void **state)
{
    static const char *const users[] = { ADMIN, AGENT };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < 2 * ENDPOINTS; i++) {
        const endpoint *one = &endpoints[i % ENDPOINTS];
        // What was saved before is there at the second time.
        const char *part = i >= ENDPOINTS && strcmp(one->answers, "{}") == 0 ? "{" : one->answers;
        ask(f, fd, one->method, one->path, users[i / ENDPOINTS], one->body);
        expect(f, 200, part);
    }
    close(fd);
}

static void each_says_its_content_type(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < ENDPOINTS; i++) {
        const endpoint *one = &endpoints[i];
        ask(f, fd, one->method, one->path, ADMIN, one->body);
        if (one->needs != NOTHING) {
            assert_true(has_header(f, "\nContent-Type: application/json;charset=utf-8"));
            assert_true(has_header(f, "\nCache-Control: no-cache"));
        }
    }
    ask(f, fd, "GET", "/healthcheck", NOBODY, "");
    assert_string_equal(f->answer.body, "WORKING");
    assert_true(has_header(f, "\nContent-Type: text/plain"));
    ask(f, fd, "GET", "/", NOBODY, "");
    assert_true(has_header(f, "\nContent-Type: text/html;charset=utf-8"));
    assert_true(has_header(f, "\nContent-Security-Policy: default-src 'none'"));
    close(fd);
}

static void without_credentials_or_with_wrong_ones_it_is_401(void **state)
{
    static const char *const strangers[] = { NOBODY, WRONG, "Authorization: Basic ????\r\n",
                                             "Authorization: Bearer x\r\n" };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < ENDPOINTS; i++) {
        const endpoint *one = &endpoints[i];
        for (size_t j = 0; j < sizeof strangers / sizeof *strangers; j++) {
            ask(f, fd, one->method, one->path, strangers[j], one->body);
            if (one->needs == NOTHING) {
                expect(f, 200, one->answers);
                continue;
            }
            expect(f, 401, "{\"message\":\"");
            assert_true(has_header(f, "\nWWW-Authenticate: Basic realm=\"live\""));
        }
    }
    close(fd);
}

static void without_the_permission_it_is_403(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < ENDPOINTS; i++) {
        const endpoint *one = &endpoints[i];
        ask(f, fd, one->method, one->path, VIEWER, one->body);
        expect(f, one->needs == A_PERMISSION ? 403 : 200,
               one->needs == A_PERMISSION ? "{\"message\":\"" : one->answers);
    }
    close(fd);
}

static void a_head_is_answered_as_a_get_without_a_body(void **state)
{
    static const char *const paths[] = { "/", "/healthcheck", "/rest/plugin", "/feed" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int fd = wire_connect(f->process.port);
        wire_print(fd, "HEAD %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" ADMIN "\r\n", paths[i],
                   f->process.port);
        assert_true(wire_read_head(fd, &f->answer));
        if (f->answer.status != 200)
            fail_msg("%s: %d", paths[i], f->answer.status);
        ask(f, fd, "GET", "/healthcheck", ADMIN, "");
        expect(f, 200, "WORKING");
        close(fd);
    }
}

static void by_another_method_it_is_405(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < ENDPOINTS; i++) {
        ask(f, fd, "DELETE", endpoints[i].path, ADMIN, "");
        if (strncmp(endpoints[i].path, "/cometd", 7) == 0)
            expect(f, 400, "{\"message\":\""); // as the reference servers do
        else
            expect(f, 405, "{\"message\":\"");
    }
    ask(f, fd, "GET", "/services/plugin-restinput/any/", ADMIN, ""); // how a client finds the input
    expect(f, 405, "{\"message\":\"");
    ask(f, fd, "GET", "/rest/query", ADMIN, "");
    expect(f, 405, "{\"message\":\"");
    close(fd);
}

static void what_is_not_there_is_404(void **state)
{
    static const char *const paths[] = {
        "/nothing",
        "/rest",
        "/rest/nothing",
        "/rest/me/more",
        "/rest/lookup/77",
        "/rest/lookup/",
        "/rest/entity-audit/77",
        "/services/plugin-nothing/x",
        LIVERIG "/assets/boat",
        LIVERIG "/assets/rig/77/normalizer",
        LIVERIG "/assets/boat/1/normalizer",
        LIVERIG "/curves",
        ("/services/plugin-liverig-vis/auto-analysis/"
         "analyse?assetId=rig%2F77&channel=SPP&begin=1&end=2"),
        "/../etc/passwd",
        "/world.json",
    };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        ask(f, fd, "GET", paths[i], ADMIN, "");
        expect(f, 404, "{\"message\":\"");
        ask(f, fd, "GET", paths[i], NOBODY, "");
        expect(f, 401, "{\"message\":\"");
    }
    close(fd);
}

static void what_is_malformed_is_400(void **state)
{
    static const struct {
        const char *path, *body;
    } requests[] = {
        { "/rest/query", "" },
        { "/rest/query", "{" },
        { "/rest/query", "{}" },
        { "/rest/query", "[7]" },
        { "/rest/extension", "[]" },
        { "/rest/extension", "{" },
        { "/rest/extension/test", "7" },
        { "/services/plugin-restinput/a/", "{\"__type\"" },
        { "/services/plugin-restinput/a/", "" },
        { LIVERIG "/assets/rig", "{\"type\":\"rig\"}" },
        { LIVERIG "/assets/rig", "" },
        { LIVERIG "/assets/rig/view/attributes/1", "[1]" },
    };
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        ask(f, fd, "POST", requests[i].path, ADMIN, requests[i].body);
        expect(f, 400, "{\"message\":\"");
    }
    ask(f, fd, "GET",
        "/services/plugin-liverig-vis/auto-analysis/"
        "analyse?assetId=rig%2F1&channel=SPP&begin=2&end=1",
        ADMIN, "");
    expect(f, 400, "{\"message\":\"");
    close(fd);
}

// Options

static void cometd_takes_who_has_credentials_when_they_are_required(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    ask(f, fd, "POST", "/cometd", NOBODY, HANDSHAKE);
    expect(f, 401, "{\"message\":\"");
    assert_true(has_header(f, "\nWWW-Authenticate: Basic"));
    ask(f, fd, "POST", "/cometd/connect", WRONG, HANDSHAKE);
    expect(f, 401, "{\"message\":\"");
    ask(f, fd, "POST", "/cometd", VIEWER, HANDSHAKE);
    expect(f, 200, "\"successful\":true");
    wire_upgrade(fd, "/cometd", "Sec-WebSocket-Version: 13\r\n", &f->answer);
    expect(f, 401, "{\"message\":\"");
    wire_upgrade(fd, "/cometd", "Sec-WebSocket-Version: 13\r\n" VIEWER, &f->answer);
    assert_int_equal(f->answer.status, 101);
    close(fd);
}

static void a_world_of_its_own_has_its_own_users(void **state)
{
    fixture *f = *state;
    int fd = wire_connect(f->process.port);

    ask(f, fd, "GET", "/rest/me", ADMIN, "");
    expect(f, 401, "");
    ask(f, fd, "GET", "/rest/me", LOGIN, "");
    expect(f, 200, "{\"id\":7,\"name\":\"Bob\",\"teams\":[]}");
    ask(f, fd, "GET", "/rest/plugin", LOGIN, "");
    expect(f, 200, "{\"total\":0,\"data\":[]}");
    ask(f, fd, "GET", "/rest/dashboard", LOGIN, "");
    expect(f, 403, "");
    ask(f, fd, "GET", "/rest/entity-audit/1", LOGIN, ""); // of what was deleted nothing is left
    expect(f, 400, "");
    close(fd);
}

int main(void)
{
#define CASE(name)        cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define OWN(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(each_answers_who_may_ask),
        CASE(each_says_its_content_type),
        CASE(without_credentials_or_with_wrong_ones_it_is_401),
        CASE(without_the_permission_it_is_403),
        CASE(a_head_is_answered_as_a_get_without_a_body),
        CASE(by_another_method_it_is_405),
        CASE(what_is_not_there_is_404),
        CASE(what_is_malformed_is_400),
        OWN(cometd_takes_who_has_credentials_when_they_are_required, set_up_with_auth),
        OWN(a_world_of_its_own_has_its_own_users, set_up_with_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
