// SPDX-License-Identifier: Apache-2.0
// Everything that a client does, over TLS that another one ends: stunnel before the simulated platform and its TCP input.
#include <live/event.h>
#include <live/json.h>
#include <live/outbox.h>
#include <live/query.h>
#include <live/time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "certificate.h"
#include "cmocka_all.h"
#include "daemon_peer.h"
#include "wires_bench.h"

#define PASSPHRASE "k3y-s3cret"
#define HOUR       3600L

static struct {
    wires_world base;
    daemon_peer web, input, strict; // for the web, for the TCP input; who asks for a certificate
    daemon_peer old, old_input;     // of TLS 1.2 only
    daemon_peer expired, early, elsewhere, self; // whose certificate is wrong
    certificate authority, other, server, client, stranger;
    char trusted[96];
} world;

typedef wires_bench fixture;

static const char *in_folder(const char *name)
{
    return wires_path(&world.base, name);
}

// stunnel before `behind`, with the certificate of that name and more lines.
static int serve(daemon_peer *peer, int behind, const char *name, const char *more)
{
    char lines[512];

    snprintf(lines, sizeof lines, "cert = %s/%s.pem\nkey = %s/%s.key\n%s", world.base.folder, name,
             world.base.folder, name, more);
    return daemon_tls(peer, behind, lines);
}

#define LOCAL .alt = "IP:127.0.0.1"
#define TRUST .issuer = &world.authority

static int make_certificates(void)
{
    const struct {
        certificate *made;
        certificate_plan plan;
    } rows[] = {
        { &world.authority, { .name = "ca" } },
        { &world.other, { .name = "otherca" } },
        { &world.server, { .name = "server", LOCAL, TRUST } },
        { NULL, { .name = "expired", LOCAL, TRUST, .from_s = -2 * HOUR, .to_s = -HOUR } },
        { NULL, { .name = "early", LOCAL, TRUST, .from_s = HOUR, .to_s = 2 * HOUR } },
        { NULL, { .name = "elsewhere", .alt = "DNS:elsewhere.example", TRUST } },
        { NULL, { .name = "self", LOCAL } },
        { &world.client, { .name = "client", .alt = "DNS:rig", TRUST, .passphrase = PASSPHRASE } },
        { &world.stranger, { .name = "stranger", .alt = "DNS:rig", .issuer = &world.other } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        certificate spare = { 0 };
        certificate *made = rows[i].made ? rows[i].made : &spare;
        if (certificate_make(made, world.base.folder, &rows[i].plan))
            return -1;
        certificate_clear(&spare);
    }
    snprintf(world.trusted, sizeof world.trusted, "%s/trusted", world.base.folder);
    return mkdir(world.trusted, 0700) || certificate_link(&world.authority, world.trusted);
}

static int start_servers(void)
{
    char ask[256];
    int port = world.base.platform.process.port;

    snprintf(ask, sizeof ask, "CAfile = %s\nverifyChain = yes\n", in_folder("ca.pem"));
    return serve(&world.web, port, "server", "") ||
           serve(&world.input, world.base.platform.tcp_port, "server", "") ||
           serve(&world.strict, port, "server", ask) ||
           serve(&world.old, port, "server", "sslVersionMax = TLSv1.2\n") ||
           serve(&world.old_input, world.base.platform.tcp_port, "server",
                 "sslVersionMax = TLSv1.2\n") ||
           serve(&world.expired, port, "expired", "") || serve(&world.early, port, "early", "") ||
           serve(&world.elsewhere, port, "elsewhere", "") || serve(&world.self, port, "self", "");
}

static int set_up_group(void **state)
{
    static const char *const programs[] = { "stunnel4", NULL };

    (void)state;
    int failed = wires_world_open(&world.base, programs);
    return failed || !world.base.there ? failed : make_certificates() || start_servers();
}

static int tear_down_group(void **state)
{
    daemon_peer *const daemons[] = { &world.web,   &world.input,     &world.strict,
                                     &world.old,   &world.old_input, &world.expired,
                                     &world.early, &world.elsewhere, &world.self };
    certificate *const made[] = { &world.authority, &world.other, &world.server, &world.client,
                                  &world.stranger };

    (void)state;
    for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++)
        daemon_stop(daemons[i]);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        certificate_clear(made[i]);
    return wires_world_close(&world.base);
}

static int tear_down(void **state)
{
    return wires_tear_down(state, PASSPHRASE);
}

static live_client_options options_to(fixture *f, const daemon_peer *peer)
{
    snprintf(f->url, sizeof f->url, "https://127.0.0.1:%d", peer->port);
    return wires_options(f, &world.base);
}

static live_err health(fixture *f, live_client_options options)
{
    return wires_health(f, &options);
}

// It is refused for good, in one line that says why and what to do.
static void is_refused(const fixture *f, live_err err, const char *why, const char *what_to_do)
{
    if (err != LIVE_E_TLS || f->error.retry || !strstr(f->error.text, why) ||
        !strstr(f->error.text, what_to_do) || strchr(f->error.text, '\n'))
        fail_msg("%s: %s", live_err_name(err), f->error.text);
}

static void follow(fixture *f, const live_client_options *options)
{
    wires_client(f, options);
    wires_follow(f);
}

static void everything_works_over_tls(void **state)
{
    live_query_options hour = LIVE_QUERY_OPTIONS_INIT;
    fixture *f = *state;
    cJSON *rows = NULL;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.web);
    hour.span = "last hour";
    wires_is_ok(f, health(f, options));
    wires_is_ok(f, live_event_send(f->client, live_event_new("secured", 0), &f->error));
    wires_is_ok(f, live_query_collect(f->client, "secured", &hour, &rows, &f->error));
    assert_true(cJSON_GetArraySize(rows) > 0);
    cJSON_Delete(rows);
    follow(f, &options); // a WebSocket
    options.polling_only = true;
    follow(f, &options);
}

// The simulator has taken what came over its TCP input, for at most 10 s.
static int count_of(fixture *f, const char *type, int expected)
{
    int64_t end_ms = live_time_monotonic_ms() + 10000;
    live_query_options hour = LIVE_QUERY_OPTIONS_INIT;
    int count = 0;

    hour.span = "last hour";
    live_client_options options = options_to(f, &world.web);
    wires_is_ok(f, health(f, options));
    while (count != expected && live_time_monotonic_ms() < end_ms) {
        cJSON *rows = NULL;
        wires_is_ok(f, live_query_collect(f->client, type, &hour, &rows, &f->error));
        count = cJSON_GetArraySize(rows);
        cJSON_Delete(rows);
    }
    return count;
}

static live_client_options input_options(fixture *f)
{
    live_client_options options = options_to(f, &world.input);

    options.url = NULL;
    options.tcp_host = "127.0.0.1";
    options.tcp_port = world.input.port;
    options.tcp_tls = true;
    return options;
}

static void the_tcp_input_speaks_tls(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = input_options(f);
    wires_client(f, &options);
    for (int i = 0; i < 3; i++)
        wires_is_ok(f, live_event_send(f->client, live_event_new("tls_line", 0), &f->error));
    assert_int_equal(count_of(f, "tls_line", 3), 3);
}

static void a_line_of_four_megabytes_passes_over_tls(void **state)
{
    fixture *f = *state;
    enum { BIG_BYTES = 4 * 1000 * 1000 };

    NEEDS_WORLD();
    live_client_options options = input_options(f);
    options.connect_timeout_ms = 60000;
    wires_client(f, &options);
    char *text = malloc(BIG_BYTES + 1);
    memset(text, 'x', BIG_BYTES);
    text[BIG_BYTES] = '\0';
    cJSON *event = live_event_new("tls_big", 0);
    cJSON_AddStringToObject(event, "text", text);
    free(text);
    wires_is_ok(f, live_event_send(f->client, event, &f->error));
    assert_int_equal(count_of(f, "tls_big", 1), 1);
}

static void an_outbox_delivers_over_the_tls_of_the_tcp_input(void **state)
{
    live_outbox_options outbox_options = LIVE_OUTBOX_OPTIONS_INIT;
    live_outbox_stat stat = { 0 };
    live_outbox *outbox = NULL;
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = input_options(f);
    wires_client(f, &options);
    wires_is_ok(f, live_outbox_open(in_folder("outbox.db"), &outbox_options, &outbox, &f->error));
    wires_is_ok(f, live_outbox_attach(outbox, f->client, &f->error));
    for (int i = 0; i < 100; i++)
        wires_is_ok(f, live_outbox_put(outbox, live_event_new("tls_outbox", 0), &f->error));
    int64_t end_ms = live_time_monotonic_ms() + 20000;
    do {
        live_err err = live_loop_run(f->loop, 20, NULL);
        assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
        live_outbox_stats(outbox, &stat);
    } while (stat.queued > 0 && live_time_monotonic_ms() < end_ms);
    assert_int_equal(stat.queued, 0);
    live_outbox_free(outbox);
    assert_int_equal(count_of(f, "tls_outbox", 100), 100);
}

// What is truncated is thrown away by others, and the connection behind it reset.
static void the_end_of_the_tcp_input_is_announced(void **state)
{
    static const char *const announced = "TLS closed (SSL_read)";
    static const char *const versions[] = { "1.2", "1.3" };
    const daemon_peer *const peers[] = { &world.old_input, &world.input };
    fixture *f = *state;

    NEEDS_WORLD();
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        live_client_options options = input_options(f);
        options.tcp_port = peers[i]->port;
        options.tls_min_version = versions[i];
        wires_client(f, &options);
        wires_is_ok(f, live_event_send(f->client, live_event_new("tls_end", 0), &f->error));
        assert_int_equal(daemon_count(peers[i], announced), 0);
        live_client_free(f->client);
        f->client = NULL;
        assert_true(daemon_logged(peers[i], announced));
    }
}

static void the_tcp_input_is_verified_too(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = input_options(f);
    options.ca_file = in_folder("otherca.pem");
    wires_client(f, &options);
    live_err err = live_event_send(f->client, live_event_new("t", 0), &f->error);
    is_refused(f, err, "TCP input: tls://127.0.0.1:", "verify_ssl");
}

static void authorities_are_a_file_or_a_folder(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.web);
    options.ca_file = world.trusted;
    wires_is_ok(f, health(f, options));
    options.ca_file = world.base.folder; // nothing in it has the name that OpenSSL looks for
    is_refused(f, health(f, options), "unable to get local issuer", "verify_ssl");
    options.ca_file = in_folder("otherca.pem");
    is_refused(f, health(f, options), "unable to get local issuer", "verify_ssl");
    options.ca_file = in_folder("absent.pem");
    is_refused(f, health(f, options), "absent.pem", "verify_ssl");
}

static void P_24_each_fault_of_a_certificate_says_what_to_do(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    is_refused(f, health(f, options_to(f, &world.expired)), "certificate has expired",
               "needs a new one");
    is_refused(f, health(f, options_to(f, &world.early)), "not yet valid", "clock");
    is_refused(f, health(f, options_to(f, &world.elsewhere)), "subject name",
               "the name in the address");
    is_refused(f, health(f, options_to(f, &world.self)), "self-signed certificate", "verify_ssl");
}

static void without_verification_all_of_them_pass(void **state)
{
    const daemon_peer *const peers[] = { &world.expired, &world.early, &world.elsewhere,
                                         &world.self };
    fixture *f = *state;

    NEEDS_WORLD();
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        live_client_options options = options_to(f, peers[i]);
        options.tls_insecure = true;
        wires_is_ok(f, health(f, options));
    }
}

static void a_client_shows_its_certificate_where_it_is_asked_for(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.strict);
    options.tls_certificate = in_folder("client.pem");
    options.tls_key = in_folder("client.key");
    options.tls_key_password = PASSPHRASE;
    wires_is_ok(f, health(f, options));
    follow(f, &options);
}

// What the server said may be cut off by its hanging up.
static void is_unwelcome(const fixture *f, live_err err)
{
    if (err != LIVE_E_TLS || !strstr(f->error.text, "certificate: tls.certificate"))
        fail_msg("%s: %s", live_err_name(err), f->error.text);
}

static void a_client_without_the_right_certificate_is_told_so(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.strict);
    is_unwelcome(f, health(f, options));
    options.tls_certificate = in_folder("stranger.pem");
    options.tls_key = in_folder("stranger.key");
    is_unwelcome(f, health(f, options));
}

static void a_certificate_or_key_that_cannot_be_used_is_told(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.strict);
    options.tls_certificate = in_folder("client.pem");
    options.tls_key = in_folder("client.key");
    is_refused(f, health(f, options), "client.key",
               "tls.key_password"); // without its passphrase nobody is asked for one
    options.tls_key_password = "wr0ng";
    is_refused(f, health(f, options), "client.key", "tls.key_password");
    options.tls_key = in_folder("stranger.key"); // of another certificate
    is_refused(f, health(f, options), "", "tls.key");
    options.tls_certificate = in_folder("absent.pem");
    is_refused(f, health(f, options), "absent.pem", "tls.certificate");
}

static void only_the_pinned_key_is_taken(void **state)
{
    char two[160];
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.web);
    options.tls_pinned_key = world.server.pin;
    wires_is_ok(f, health(f, options));
    snprintf(two, sizeof two, "%s;%s", world.other.pin, world.server.pin);
    options.tls_pinned_key = two;
    wires_is_ok(f, health(f, options));
    options.tls_pinned_key = world.other.pin;
    is_refused(f, health(f, options), "public key", "tls.pinned_key");

    options.tls_insecure = true; // the pin counts all the same
    is_refused(f, health(f, options), "public key", "tls.pinned_key");
}

static void an_older_tls_than_the_least_is_refused(void **state)
{
    fixture *f = *state;

    NEEDS_WORLD();
    live_client_options options = options_to(f, &world.old);
    wires_is_ok(f, health(f, options));
    options.tls_min_version = "1.3";
    is_refused(f, health(f, options), "protocol version", "tls.min_version");
    options = options_to(f, &world.web);
    options.tls_min_version = "1.3";
    wires_is_ok(f, health(f, options));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, wires_set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(everything_works_over_tls),
        CASE(the_end_of_the_tcp_input_is_announced), // first: none is in the log yet
        CASE(the_tcp_input_speaks_tls),
        CASE(a_line_of_four_megabytes_passes_over_tls),
        CASE(an_outbox_delivers_over_the_tls_of_the_tcp_input),
        CASE(the_tcp_input_is_verified_too),
        CASE(authorities_are_a_file_or_a_folder),
        CASE(P_24_each_fault_of_a_certificate_says_what_to_do),
        CASE(without_verification_all_of_them_pass),
        CASE(a_client_shows_its_certificate_where_it_is_asked_for),
        CASE(a_client_without_the_right_certificate_is_told_so),
        CASE(a_certificate_or_key_that_cannot_be_used_is_told),
        CASE(only_the_pinned_key_is_taken),
        CASE(an_older_tls_than_the_least_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
