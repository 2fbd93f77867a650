// SPDX-License-Identifier: Apache-2.0
// P-24: whose certificate the client trusts, against a real TLS server with certificates made for the test.
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "tcp_peer.h"
#include "tls_peer.h"

static tls_peer platform;

static int set_up_group(void **state)
{
    (void)state;
    if (tls_peer_open(&platform))
        return -1;
    if (tls_peer_certify(&platform, "own", "IP:127.0.0.1") ||
        tls_peer_certify(&platform, "other", "IP:127.0.0.1") ||
        tls_peer_certify(&platform, "elsewhere", "DNS:elsewhere.example"))
        return -1;
    return tls_peer_start(&platform, "own");
}

static int tear_down_group(void **state)
{
    (void)state;
    tls_peer_close(&platform);
    return 0;
}

typedef struct fixture {
    live_loop *loop;
    live_client *client;
    live_error error;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    return (int)live_loop_new(&f->loop, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    live_client_free(f->client);
    live_loop_free(f->loop);
    free(f);
    return 0;
}

static live_err health(fixture *f, live_client_options options)
{
    if (!options.url)
        options.url = platform.url;
    options.size = sizeof options;
    options.username = "bot";
    options.password = "s3cret";
    options.max_retries = -1;
    live_client_free(f->client);
    f->client = NULL;
    f->error = (live_error){ 0 };
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    return live_client_health(f->client, &f->error);
}

static void a_certificate_nobody_signed_is_refused(void **state)
{
    fixture *f = *state;

    assert_int_equal(health(f, (live_client_options){ 0 }), LIVE_E_TLS);
    assert_false(f->error.retry); // it would not help
    assert_non_null(strstr(f->error.text, "GET /healthcheck: "));
    assert_non_null(strstr(f->error.text, "self-signed certificate"));
    assert_non_null(strstr(f->error.text, "verify_ssl")); // what to do
    assert_null(strstr(f->error.text, "s3cret"));
}

static void its_own_certificate_is_trusted_when_named(void **state)
{
    fixture *f = *state;

    assert_int_equal(
        health(f, (live_client_options){ .ca_file = tls_peer_path(&platform, "own.pem") }),
        LIVE_OK);
}

static void another_certificate_does_not_help(void **state)
{
    fixture *f = *state;

    assert_int_equal(
        health(f, (live_client_options){ .ca_file = tls_peer_path(&platform, "other.pem") }),
        LIVE_E_TLS);
    assert_false(f->error.retry);
}

static void a_file_of_certificates_that_is_none_is_named(void **state)
{
    static const char *const names[] = { "absent.pem", "own.key", "healthcheck" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(
            health(f, (live_client_options){ .ca_file = tls_peer_path(&platform, names[i]) }),
            LIVE_E_TLS);
        if (!strstr(f->error.text, names[i]))
            fail_msg("%s: %s", names[i], f->error.text);
        assert_false(f->error.retry);
    }
}

static void without_verification_any_certificate_will_do(void **state)
{
    fixture *f = *state;

    assert_int_equal(health(f, (live_client_options){ .tls_insecure = true }), LIVE_OK);
}

static void a_certificate_of_another_host_is_refused_though_trusted(void **state)
{
    fixture *f = *state;
    tls_peer other = platform;

    assert_int_equal(tls_peer_start(&other, "elsewhere"), 0);
    bool careless =
        health(f, (live_client_options){ .url = other.url, .tls_insecure = true }) == LIVE_OK;
    live_err err =
        health(f, (live_client_options){ .url = other.url,
                                         .ca_file = tls_peer_path(&platform, "elsewhere.pem") });
    tls_peer_stop(&other);
    assert_true(careless);
    assert_int_equal(err, LIVE_E_TLS);
    assert_false(f->error.retry);
    assert_non_null(strstr(f->error.text, "127.0.0.1"));
}

static void on_end(live_query *query, const live_error *why, void *user)
{
    fixture *f = user;

    (void)query;
    f->error = why ? *why : (live_error){ 0 };
    live_loop_stop(f->loop);
}

static void a_query_ends_at_once_instead_of_trying_for_ever(void **state)
{
    fixture *f = *state;
    live_query *query = NULL;
    live_query_options options = { .size = sizeof options, .realtime = true };

    assert_int_equal(health(f, (live_client_options){ 0 }), LIVE_E_TLS);
    assert_int_equal(live_query_start(f->client, "x", &options, NULL, on_end, f, &query, NULL),
                     LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
    assert_int_equal(f->error.code, LIVE_E_TLS);
    live_query_free(query);
}

static void answer_plainly(tcp_end *end, void *user)
{
    (void)user;
    tcp_end_send(end, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

static void on_reply(const cJSON *body, const live_error *error, void *user)
{
    fixture *f = user;

    assert_null(body);
    f->error = *error;
    live_loop_stop(f->loop);
}

static void a_server_without_tls_is_told(void **state)
{
    fixture *f = *state;
    tcp_peer *plain = tcp_peer_new(f->loop, answer_plainly, NULL);
    live_call *call = NULL;
    char url[64];
    live_client_options options = { .size = sizeof options, .url = url, .max_retries = -1 };

    snprintf(url, sizeof url, "https://127.0.0.1:%d", tcp_peer_port(plain));
    assert_int_equal(live_client_new(f->loop, &options, &f->client, NULL), LIVE_OK);
    assert_int_equal(live_client_call(f->client, "/a", NULL, on_reply, f, &call, NULL), LIVE_OK);
    assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
    assert_int_equal(f->error.code, LIVE_E_TLS);
    tcp_peer_free(plain);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_certificate_nobody_signed_is_refused),
        CASE(its_own_certificate_is_trusted_when_named),
        CASE(another_certificate_does_not_help),
        CASE(a_file_of_certificates_that_is_none_is_named),
        CASE(without_verification_any_certificate_will_do),
        CASE(a_certificate_of_another_host_is_refused_though_trusted),
        CASE(a_server_without_tls_is_told),
        CASE(a_query_ends_at_once_instead_of_trying_for_ever),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
