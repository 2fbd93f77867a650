// SPDX-License-Identifier: Apache-2.0
// Each way to the platform through proxies that others wrote, and what becomes of it when they refuse, fail or are silent.
#include <arpa/inet.h>
#include <live/event.h>
#include <live/json.h>
#include <live/log.h>
#include <live/query.h>
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certificate.h"
#include "cmocka_all.h"
#include "daemon_peer.h"
#include "tcp_peer.h"
#include "wires_bench.h"

#define USER     "rig"
#define PASSWORD "pr0xy-s3cret"

static const char *const variables[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                         "ALL_PROXY",  "no_proxy",    "NO_PROXY" };

typedef wires_bench fixture;

static struct {
    wires_world base;
    daemon_peer http, tls, socks;
    certificate authority;
    char log[64 * 1024];
} world;

static void keep_log(const live_log_record *record, void *user)
{
    size_t length = strlen(world.log);

    (void)user;
    snprintf(world.log + length, sizeof world.log - length, "%s %s\n", record->event, record->text);
}

static int set_up_group(void **state)
{
    static const char *const programs[] = { "tinyproxy", "microsocks", "stunnel4", NULL };
    char lines[512];
    certificate server = { 0 };
    certificate_plan ours = { .name = "proxy", .alt = "IP:127.0.0.1", .issuer = &world.authority };

    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    live_log_to(LIVE_LOG_DEBUG, keep_log, NULL);
    int failed = wires_world_open(&world.base, programs);
    if (failed || !world.base.there)
        return failed;
    if (certificate_make(&world.authority, world.base.folder,
                         &(certificate_plan){ .name = "ca" }) ||
        certificate_make(&server, world.base.folder, &ours))
        return -1;
    certificate_clear(&server);
    snprintf(lines, sizeof lines, "cert = %s\nkey = %s\n", wires_path(&world.base, "proxy.pem"),
             wires_path(&world.base, "proxy.key"));
    return daemon_http_proxy(&world.http, USER, PASSWORD) ||
           daemon_socks_proxy(&world.socks, USER, PASSWORD) ||
           daemon_tls(&world.tls, world.http.port, lines);
}

static int tear_down_group(void **state)
{
    (void)state;
    live_log_to(LIVE_LOG_DEBUG, NULL, NULL);
    daemon_stop(&world.tls);
    daemon_stop(&world.socks);
    daemon_stop(&world.http);
    certificate_clear(&world.authority);
    return wires_world_close(&world.base);
}

static int set_up(void **state)
{
    *world.log = '\0';
    if (wires_set_up(state))
        return -1;
    fixture *f = *state;
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d", world.base.platform.process.port);
    return 0;
}

// The password is never printed, whatever happens.
static int tear_down(void **state)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    bool secret = strstr(world.log, PASSWORD);
    return wires_tear_down(state, PASSWORD) || secret ? -1 : 0;
}

static live_client_options options_to(fixture *f, const char *scheme, int port)
{
    live_client_options options = wires_options(f, &world.base);

    snprintf(f->proxy, sizeof f->proxy, "%s://127.0.0.1:%d", scheme, port);
    options.proxy = f->proxy;
    options.proxy_username = USER;
    options.proxy_password = PASSWORD;
    return options;
}

static void says(const fixture *f, const char *text)
{
    if (!strstr(f->error.text, text))
        fail_msg("'%s' is not in '%s'", text, f->error.text);
}

// BEFORE, "127.0.0.1:PORT" and AFTER.
static bool logged(const daemon_peer *peer, const char *before, int port, const char *after)
{
    char text[128];

    snprintf(text, sizeof text, "%s127.0.0.1:%d%s", before, port, after);
    return daemon_logged(peer, text);
}

// Everything that a client does, through the proxy of its options.
static void try_all(fixture *f, live_client_options options)
{
    cJSON *rows = NULL;
    live_query_options hour = LIVE_QUERY_OPTIONS_INIT;

    hour.span = "last hour";
    wires_is_ok(f, wires_health(f, &options));
    wires_is_ok(f, live_event_send(f->client, live_event_new("proxied", 0), &f->error));
    wires_is_ok(f, live_query_collect(f->client, "proxied", &hour, &rows, &f->error));
    assert_true(cJSON_GetArraySize(rows) > 0);
    cJSON_Delete(rows);
    wires_follow(f); // over a WebSocket
    options.polling_only = true;
    wires_client(f, &options);
    wires_follow(f);
}

static void send_over_tcp(fixture *f, live_client_options options)
{
    options.url = NULL;
    options.tcp_host = "127.0.0.1";
    options.tcp_port = world.base.platform.tcp_port;
    wires_client(f, &options);
    wires_is_ok(f, live_event_send(f->client, live_event_new("proxied_tcp", 0), &f->error));
}

static void every_way_leads_through_an_http_proxy_with_credentials(void **state)
{
    fixture *f = *state;
    int port = world.base.platform.process.port;

    NEEDS_WORLD();
    try_all(f, options_to(f, "http", world.http.port));
    assert_true(logged(&world.http, "GET http://", port, "/healthcheck"));
    assert_true(logged(&world.http, "POST http://", port, "/services/plugin-restinput/test/"));
    assert_true(logged(&world.http, "POST http://", port, "/cometd"));
    assert_true(logged(&world.http, "CONNECT ", port, " ")); // the WebSocket
    send_over_tcp(f, options_to(f, "http", world.http.port));
    assert_true(logged(&world.http, "CONNECT ", world.base.platform.tcp_port, " "));
}

static void every_way_leads_through_a_proxy_that_speaks_tls(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    try_all(f, options_to(f, "https", world.tls.port));
    assert_true(daemon_logged(&world.tls, "connected remote server"));
    int before = daemon_count(&world.tls, "connected remote server");
    send_over_tcp(f, options_to(f, "https", world.tls.port));
    assert_true(daemon_count(&world.tls, "connected remote server") > before);
}

static void every_way_leads_through_a_socks_proxy_with_credentials(void **state)
{
    static const char *const schemes[] = { "socks5", "socks5h" };
    fixture *f = *state;

    NEEDS_WORLD();
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        int before = daemon_count(&world.socks, "connected to");
        try_all(f, options_to(f, schemes[i], world.socks.port));
        assert_true(daemon_count(&world.socks, "connected to") - before >= 4);
    }
    assert_true(logged(&world.socks, "connected to ", world.base.platform.process.port, ""));
    send_over_tcp(f, options_to(f, "socks5h", world.socks.port));
    assert_true(logged(&world.socks, "connected to ", world.base.platform.tcp_port, ""));
}

static void a_proxy_whose_certificate_nobody_knows_is_refused(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, "https", world.tls.port);
    options.ca_file = NULL;
    assert_int_equal(wires_health(f, &options), LIVE_E_TLS);
    assert_false(f->error.retry);
    says(f, f->proxy);
    says(f, "verify_ssl");
}

static void wrong_credentials_name_the_proxy_and_not_themselves(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, "http", world.http.port);
    options.proxy_password = "wr0ng-s3cret";
    assert_int_equal(wires_health(f, &options), LIVE_E_AUTH); // tinyproxy answers 401
    says(f, f->proxy);
    options.proxy_username = options.proxy_password = NULL;
    assert_int_equal(wires_health(f, &options), LIVE_E_AUTH); // and here 407
    says(f, f->proxy);
    says(f, "proxy.username");

    options = options_to(f, "socks5h", world.socks.port);
    options.proxy_password = "wr0ng-s3cret";
    assert_int_equal(wires_health(f, &options), LIVE_E_AUTH);
    says(f, f->proxy);
    says(f, "proxy.password");
    assert_false(f->error.retry);
    assert_null(strstr(f->error.text, "wr0ng"));
    options.proxy_username = options.proxy_password = NULL;
    assert_int_equal(wires_health(f, &options), LIVE_E_AUTH);
    says(f, "proxy.username");
}

static void a_tunnel_that_is_refused_says_so(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, "http", world.http.port);
    options.url = NULL;
    options.tcp_host = "127.0.0.1";
    options.tcp_port = world.base.platform.tcp_port;
    options.proxy_password = "wr0ng-s3cret";
    wires_client(f, &options);
    assert_int_equal(live_event_send(f->client, live_event_new("t", 0), &f->error), LIVE_E_AUTH);
    says(f, "TCP input: tcp://127.0.0.1:");
    says(f, f->proxy);
    says(f, "refuses the credentials");

    options.proxy_password = PASSWORD;
    options.tcp_port = tcp_unused_port(); // which the proxy cannot reach
    wires_client(f, &options);
    assert_int_equal(live_event_send(f->client, live_event_new("t", 0), &f->error), LIVE_E_CONNECT);
    says(f, "the proxy does not connect (HTTP 5");
    assert_true(f->error.retry);
}

static void a_query_through_a_proxy_that_refuses_us_ends_with_the_reason(void **state)
{
    live_query *query = NULL;
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, "socks5h", world.socks.port);
    options.proxy_password = "wr0ng-s3cret";
    wires_client(f, &options);
    wires_query(f, &query);
    wires_is_ok(f, live_loop_run(f->loop, 20000, NULL));
    live_query_free(query);
    assert_int_equal(f->error.code, LIVE_E_AUTH);
    says(f, f->proxy);
}

static void a_proxy_that_is_down_is_named(void **state)
{
    static const char *const schemes[] = { "http", "https", "socks5", "socks5h" };
    fixture *f = *state;

    NEEDS_WORLD();
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        live_client_options options = options_to(f, schemes[i], tcp_unused_port());
        assert_int_equal(wires_health(f, &options), LIVE_E_CONNECT);
        assert_true(f->error.retry);
        says(f, f->proxy);
    }
}

// A server that takes connections and says nothing.
static int listen_silently(int *ret_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void a_proxy_that_hangs_is_left_in_time(void **state)
{
    static const char *const schemes[] = { "http", "https", "socks5", "socks5h" };
    fixture *f = *state;
    int port = 0, fd = listen_silently(&port);

    NEEDS_WORLD();
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        live_client_options options = options_to(f, schemes[i], port);
        options.connect_timeout_ms = options.request_timeout_ms = 150;
        int64_t start_ms = live_time_monotonic_ms();
        live_err err = wires_health(f, &options);
        if (err != LIVE_E_CONNECT && err != LIVE_E_TIMEOUT)
            fail_msg("%s: %s", schemes[i], f->error.text);
        assert_true(f->error.retry);
        assert_true(live_time_monotonic_ms() - start_ms < 5000);
        says(f, f->proxy);
        options.url = NULL;
        options.tcp_host = "127.0.0.1";
        options.tcp_port = world.base.platform.tcp_port;
        wires_client(f, &options);
        assert_int_equal(live_event_send(f->client, live_event_new("t", 0), &f->error),
                         LIVE_E_CONNECT);
        says(f, f->proxy);
    }
    close(fd);
}

static void the_environment_names_a_proxy_where_the_options_do_not(void **state)
{
    fixture *f = *state;
    char url[128];

    NEEDS_WORLD();
    live_client_options options = options_to(f, "http", world.http.port);
    snprintf(url, sizeof url, "http://" USER ":" PASSWORD "@127.0.0.1:%d", world.http.port);
    options.proxy = options.proxy_username = options.proxy_password = NULL;
    int before = daemon_count(&world.http, "/healthcheck");
    setenv("http_proxy", url, 1);
    wires_is_ok(f, wires_health(f, &options));
    assert_int_equal(daemon_count(&world.http, "/healthcheck"), before + 1);

    unsetenv("http_proxy");
    setenv("ALL_PROXY", url, 1);
    wires_is_ok(f, wires_health(f, &options));
    assert_int_equal(daemon_count(&world.http, "/healthcheck"), before + 2);
    send_over_tcp(f, options);
    options.url = f->url;

    setenv("NO_PROXY", "example.com, 127.0.0.0/8", 1);
    wires_is_ok(f, wires_health(f, &options));
    assert_int_equal(daemon_count(&world.http, "/healthcheck"), before + 2);

    unsetenv("NO_PROXY");
    snprintf(url, sizeof url, USER ":wr0ng-s3cret@127.0.0.1:%d", world.http.port);
    setenv("ALL_PROXY", url, 1);
    assert_int_equal(wires_health(f, &options), LIVE_E_AUTH);
    snprintf(url, sizeof url, "through http://127.0.0.1:%d: ", world.http.port);
    says(f, url);
    assert_null(strstr(f->error.text, "wr0ng"));
}

static void what_the_options_say_of_a_proxy_wins_over_the_environment(void **state)
{
    fixture *f = *state;
    char url[64];

    NEEDS_WORLD();
    snprintf(url, sizeof url, "http://127.0.0.1:%d", tcp_unused_port());
    live_client_options options = options_to(f, "http", world.http.port);
    setenv("ALL_PROXY", url, 1);
    setenv("http_proxy", url, 1);
    setenv("NO_PROXY", "*", 1);
    int before = daemon_count(&world.http, "/healthcheck");
    wires_is_ok(f, wires_health(f, &options));
    assert_int_equal(daemon_count(&world.http, "/healthcheck"), before + 1);

    options.proxy_except = "localhost,127.0.0.1";
    wires_is_ok(f, wires_health(f, &options));
    assert_int_equal(daemon_count(&world.http, "/healthcheck"), before + 1);

    unsetenv("NO_PROXY");
    options.proxy_except = NULL;
    options.proxy = "none";
    wires_is_ok(f, wires_health(f, &options));
    options.proxy = NULL; // the environment's: nobody is there
    assert_int_equal(wires_health(f, &options), LIVE_E_CONNECT);
    says(f, url);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(every_way_leads_through_an_http_proxy_with_credentials),
        CASE(every_way_leads_through_a_proxy_that_speaks_tls),
        CASE(every_way_leads_through_a_socks_proxy_with_credentials),
        CASE(a_proxy_whose_certificate_nobody_knows_is_refused),
        CASE(wrong_credentials_name_the_proxy_and_not_themselves),
        CASE(a_tunnel_that_is_refused_says_so),
        CASE(a_query_through_a_proxy_that_refuses_us_ends_with_the_reason),
        CASE(a_proxy_that_is_down_is_named),
        CASE(a_proxy_that_hangs_is_left_in_time),
        CASE(the_environment_names_a_proxy_where_the_options_do_not),
        CASE(what_the_options_say_of_a_proxy_wins_over_the_environment),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
