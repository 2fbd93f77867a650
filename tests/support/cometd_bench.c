// SPDX-License-Identifier: Apache-2.0
#include "cometd_bench.h"

#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "platform/cometd.h"

// The server

static void on_request(ag_exchange *exchange, void *user)
{
    sim_cometd_handle(user, exchange, true);
}

static int start(live_loop *loop, void *user)
{
    fixture *f = user;

    if (bayeux_server_new(loop, &f->options, &f->server, NULL))
        return 0;
    ag_http_options listener = { .max_body_bytes = MAX_BODY_BYTES,
                                 .fn = on_request,
                                 .user = f->server };
    return ag_http_new(loop, &listener, &f->http, NULL) ? 0 : ag_http_port(f->http);
}

static void stop(void *user)
{
    fixture *f = user;

    bayeux_server_free(f->server);
    ag_http_free(f->http);
}

int set_up_with(void **state, bayeux_options options)
{
    static const server_hooks hooks = { .start = start, .stop = stop };
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    f->options = options;
    return server_start(&f->process, &hooks, f) ? 0 : -1;
}

int set_up(void **state)
{
    return set_up_with(state, (bayeux_options){ 0 });
}

int tear_down(void **state)
{
    fixture *f = *state;
    bool well = server_stop(&f->process);

    test_free(f);
    return well ? 0 : -1;
}

void prepare_sockets(void)
{
    struct rlimit limit;

    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// The client

void fill(char text[512], const char *message, const char *id)
{
    const char *hole = strstr(message, "%s");

    snprintf(text, 512, "%.*s%s%s", (int)(hole - message), message, id, hole + 2);
}

const char *post(fixture *f, int fd, const char *message, const char *id)
{
    char text[512];

    fill(text, message, id);
    wire_post(fd, "/cometd", "", text, &f->answer);
    return f->answer.body;
}

static void read_id(const fixture *f, char id[ID_BYTES])
{
    cJSON *reply = NULL;

    assert_int_equal(live_json_parse(f->answer.body, strlen(f->answer.body), &reply, NULL),
                     LIVE_OK);
    snprintf(id, ID_BYTES, "%s", live_json_str(reply->child, "clientId", ""));
    cJSON_Delete(reply);
    assert_int_equal(strlen(id), 32);
}

int new_session(fixture *f, const char *ext, char id[ID_BYTES])
{
    int fd = wire_connect(f->process.port);

    post(f, fd, HANDSHAKE, ext);
    read_id(f, id);
    post(f, fd, CONNECT, id);
    post(f, fd, SUBSCRIBE, id);
    assert_non_null(strstr(f->answer.body, "\"successful\":true"));
    return fd;
}

void publish_news(fixture *f)
{
    char id[ID_BYTES];
    int fd = wire_connect(f->process.port);

    post(f, fd, HANDSHAKE, "");
    read_id(f, id);
    post(f, fd, PUBLISH, id);
    assert_non_null(strstr(f->answer.body, "\"successful\":true"));
    close(fd);
}

void send_connect(int fd, const char *id)
{
    char text[512];

    fill(text, CONNECT, id);
    wire_post(fd, "/cometd", "", text, NULL);
}

int open_websocket(fixture *f, const char *headers)
{
    int fd = wire_connect(f->process.port);
    char all[512];

    snprintf(all, sizeof all, "Sec-WebSocket-Version: 13\r\n%s", headers);
    wire_upgrade(fd, "/cometd", all, &f->answer);
    assert_int_equal(f->answer.status, 101);
    return fd;
}

void say(int fd, const char *message, const char *id)
{
    char text[512];

    fill(text, message, id);
    wire_text(fd, text);
}

const char *hear(fixture *f, int fd)
{
    assert_int_equal(wire_read_frame(fd, f->answer.body, sizeof f->answer.body), WIRE_TEXT);
    return f->answer.body;
}

void expect_close(fixture *f, int fd, const char *code)
{
    assert_int_equal(wire_read_frame(fd, f->answer.body, sizeof f->answer.body), WIRE_CLOSE);
    assert_string_equal(f->answer.body, code);
}
