// SPDX-License-Identifier: Apache-2.0
// The endpoint for Prometheus: who may ask what, and an agent that answers well, badly, late or not at all.
#include "endpoint.h"

#include <errno.h>
#include <live/time.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "wire.h"

enum { SILENT = 63 };

typedef struct fixture {
    live_loop *loop;
    ag_endpoint *endpoint;
    ag_address address;
    cJSON *hosts;
    char folder[32], path[64];
    int listener, asked; // of the agent
    live_io *io;
    const char *says; // what the agent answers; NULL: nothing
    int held[8];      // connections of the agent that it does not answer
    int held_count;
    wire_answer answer;
} fixture;

// The agent

static void on_question(live_io *io, unsigned ready, void *user)
{
    fixture *f = user;
    char line[64];
    int fd = accept(f->listener, NULL, NULL);

    (void)io;
    (void)ready;
    assert_true(fd >= 0);
    ssize_t got = recv(fd, line, sizeof line - 1, 0);
    assert_true(got > 0);
    line[got] = '\0';
    assert_string_equal(line, "{\"v\":1,\"do\":\"status\"}\n");
    f->asked++;
    if (!f->says) {
        assert_true(f->held_count < 8);
        f->held[f->held_count++] = fd;
        return;
    }
    assert_int_equal(send(fd, f->says, strlen(f->says), 0), strlen(f->says));
    close(fd);
}

static void listen_as_agent(fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    snprintf(f->folder, sizeof f->folder, "/tmp/live-metrics-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/control", f->folder);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", f->path);
    f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(f->listener, 8), 0);
    assert_int_equal(live_io_new(f->loop, f->listener, LIVE_READABLE, on_question, f, &f->io, NULL),
                     LIVE_OK);
}

static int open_on(void **state, bool simulated)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    f->address = (ag_address){ .host = "127.0.0.1" };
    f->says = "{\"v\":1,\"ok\":true,\"verdict\":\"healthy\",\"processes\":[]}\n";
    f->hosts = cJSON_Parse("[\"rig.example\"]");
    assert_int_equal(simulated ? live_loop_new_simulated(1000, &f->loop, NULL)
                               : live_loop_new(&f->loop, NULL),
                     LIVE_OK);
    listen_as_agent(f);
    ag_endpoint_options options = {
        .address = &f->address, .hosts = f->hosts, .folder = f->folder, .idle_s = 1
    };
    assert_int_equal(ag_endpoint_new(f->loop, &options, &f->endpoint, NULL), LIVE_OK);
    return 0;
}

static int set_up(void **state)
{
    return open_on(state, false);
}

static int set_up_simulated(void **state)
{
    return open_on(state, true);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_endpoint_free(f->endpoint);
    live_io_free(f->io);
    for (int i = 0; i < f->held_count; i++)
        close(f->held[i]);
    close(f->listener);
    live_loop_free(f->loop);
    cJSON_Delete(f->hosts);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

// Clients

static int dial_up(const fixture *f)
{
    return wire_connect(ag_endpoint_port(f->endpoint));
}

static bool has_news(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };

    return poll(&ready, 1, 0) == 1;
}

static void run_until_news(const fixture *f, int fd)
{
    int64_t deadline_ms = live_time_monotonic_ms() + 10000;

    while (!has_news(fd)) {
        assert_true(live_time_monotonic_ms() < deadline_ms);
        live_err err = live_loop_run(f->loop, 5, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
    }
}

static void expect(fixture *f, int fd, int status)
{
    run_until_news(f, fd);
    assert_true(wire_read(fd, &f->answer));
    assert_int_equal(f->answer.status, status);
}

static void ask(fixture *f, int fd, const char *line, const char *host, int status)
{
    wire_print(fd, "%s HTTP/1.1\r\nHost: %s\r\n\r\n", line, host);
    expect(f, fd, status);
}

static void scrape(fixture *f, int status)
{
    int fd = dial_up(f);

    ask(f, fd, "GET /metrics", "127.0.0.1:9464", status);
    close(fd);
}

// Tests

static void a_scrape_is_the_text_of_the_status(void **state)
{
    fixture *f = *state;

    scrape(f, 200);
    assert_non_null(strstr(f->answer.head, "text/plain; version=0.0.4; charset=utf-8"));
    assert_non_null(strstr(f->answer.body, "live_agent_up 1\n"));
    assert_non_null(strstr(f->answer.body, "live_agent_healthy 1\n"));
    assert_int_equal(f->asked, 1);
}

static void only_metrics_are_there_and_only_to_be_read(void **state)
{
    fixture *f = *state;
    int fd = dial_up(f);

    ask(f, fd, "GET /", "localhost", 404);
    ask(f, fd, "GET /metrics/", "localhost", 404);
    ask(f, fd, "GET /metrics?x=1", "localhost", 200);
    ask(f, fd, "POST /metrics", "localhost", 405);
    assert_non_null(strstr(f->answer.head, "Allow: GET, HEAD"));
    ask(f, fd, "DELETE /metrics", "localhost", 405);
    ask(f, fd, "OPTIONS /metrics", "localhost", 405);
    assert_int_equal(f->asked, 1);
    close(fd);
}

static void a_head_has_the_length_of_the_text_and_no_text(void **state)
{
    fixture *f = *state;
    char bytes[4096] = "";
    int fd = dial_up(f);

    wire_print(fd, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    run_until_news(f, fd);
    ssize_t got = recv(fd, bytes, sizeof bytes - 1, 0);
    assert_true(got > 4);
    assert_non_null(strstr(bytes, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(bytes, "Content-Length: "));
    assert_null(strstr(bytes, "Content-Length: 0"));
    assert_string_equal(bytes + got - 4, "\r\n\r\n");
    close(fd);
}

static void a_name_that_is_not_its_own_gets_no_answer(void **state)
{
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        { "127.0.0.1", 200 },
        { "127.0.0.1:9464", 200 },
        { "[::1]", 200 },
        { "[::1]:9464", 200 },
        { "192.168.1.7:80", 200 },
        { "localhost", 200 },
        { "LocalHost:9464", 200 },
        { "rig.example", 200 },
        { "RIG.example:9464", 200 },
        { "evil.example", 403 },
        { "evil.example:9464", 403 },
        { "127.0.0.1.evil.example", 403 },
        { "localhost.evil.example", 403 },
        { "rig.example.evil", 403 },
        { "xrig.example", 403 },
        { "[::1].evil.example", 403 },
        { "", 403 },
        { ":9464", 403 },
        { "2130706433", 403 }, // a number is no address here
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = dial_up(f);
        ask(f, fd, "GET /metrics", rows[i].host, rows[i].status);
        close(fd);
    }
}

static void without_a_name_there_is_no_answer(void **state)
{
    fixture *f = *state;
    int fd = dial_up(f);

    wire_print(fd, "GET /metrics HTTP/1.0\r\n\r\n");
    expect(f, fd, 403);
    close(fd);
    assert_int_equal(f->asked, 0);
}

static void an_agent_that_answers_badly_is_unavailable_and_asked_again(void **state)
{
    static const char *const bad[] = { "", "no json\n", "{\"v\":1,\"ok\":false}\n", "[1]\n",
                                       "{\"ok\":true" };
    fixture *f = *state;
    const char *good = f->says;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        f->says = bad[i];
        scrape(f, 503);
        f->says = good;
        scrape(f, 200);
    }
}

static void an_agent_that_is_gone_is_unavailable(void **state)
{
    fixture *f = *state;

    unlink(f->path);
    scrape(f, 503);
}

static void an_agent_that_does_not_answer_is_unavailable(void **state)
{
    fixture *f = *state;
    int64_t begun_ms = live_loop_monotonic_ms(f->loop);

    f->says = NULL;
    scrape(f, 503);
    assert_in_range(live_loop_monotonic_ms(f->loop) - begun_ms, 3000, 4000);
}

static void many_who_ask_at_once_are_one_question(void **state)
{
    fixture *f = *state;
    int fds[20];

    for (size_t i = 0; i < 20; i++) {
        fds[i] = dial_up(f);
        wire_print(fds[i], "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (size_t i = 0; i < 20; i++) {
        expect(f, fds[i], 200);
        close(fds[i]);
    }
    assert_in_range(f->asked, 1, 2); // the first may have been served before the last was read
}

static void who_asks_without_end_is_a_few_questions_a_second(void **state)
{
    fixture *f = *state;
    int64_t begun_ms = live_loop_monotonic_ms(f->loop);

    for (int i = 0; i < 6; i++)
        scrape(f, 200);
    assert_true(live_loop_monotonic_ms(f->loop) - begun_ms >= 5 * 200);
}

static void who_leaves_before_the_answer_disturbs_nobody(void **state)
{
    fixture *f = *state;
    int gone = dial_up(f), stays = dial_up(f);

    wire_print(gone, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wire_print(stays, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    close(gone);
    expect(f, stays, 200);
    close(stays);
}

static void silent_and_slow_clients_make_room(void **state)
{
    fixture *f = *state;
    int fds[SILENT + 1];

    for (size_t i = 0; i < SILENT + 1; i++) {
        fds[i] = dial_up(f);
        if (i % 2)
            wire_print(fds[i], "GET /metrics HTTP/1.1\r\nHo"); // and no more
    }
    scrape(f, 200); // once the idle time of the others is over
    for (size_t i = 0; i < SILENT + 1; i++)
        close(fds[i]);
}

static void the_port_of_another_is_named(void **state)
{
    fixture *f = *state;
    ag_address taken = { .host = "127.0.0.1", .port = ag_endpoint_port(f->endpoint) };
    ag_endpoint_options options = { .address = &taken, .folder = f->folder };
    ag_endpoint *other = NULL;
    live_error error = { 0 };

    assert_int_equal(ag_endpoint_new(f->loop, &options, &other, &error), LIVE_E_SYSTEM);
    assert_null(other);
    assert_non_null(strstr(error.text, "listening on 127.0.0.1 port "));
    assert_int_equal(error.sys, EADDRINUSE);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WAIT(name) cmocka_unit_test_setup_teardown(name, set_up_simulated, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_scrape_is_the_text_of_the_status),
        CASE(only_metrics_are_there_and_only_to_be_read),
        CASE(a_head_has_the_length_of_the_text_and_no_text),
        WAIT(a_name_that_is_not_its_own_gets_no_answer),
        CASE(without_a_name_there_is_no_answer),
        WAIT(an_agent_that_answers_badly_is_unavailable_and_asked_again),
        CASE(an_agent_that_is_gone_is_unavailable),
        WAIT(an_agent_that_does_not_answer_is_unavailable),
        CASE(many_who_ask_at_once_are_one_question),
        WAIT(who_asks_without_end_is_a_few_questions_a_second),
        CASE(who_leaves_before_the_answer_disturbs_nobody),
        CASE(silent_and_slow_clients_make_room),
        CASE(the_port_of_another_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
