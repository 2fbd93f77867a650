// SPDX-License-Identifier: Apache-2.0
// live-gateway: the one process of an agent that holds the platform's credentials and sessions.
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <live/loop.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/config.h"
#include "core/passing.h"
#include "core/worker.h"
#include "gateway/peer.h"

enum { LAST_SEND_MS = 5000, LOOK_MS = 20 };

typedef struct gateway {
    live_loop *loop;
    cJSON *config;
    live_client *client; // NULL: not configured
    ag_store *store;
    ag_sender *sender;
    ag_peers *peers;
    live_io *control;
    live_signal *on_term;
} gateway;

static void on_control(live_io *io, unsigned ready, void *user)
{
    gateway *gateway = user;
    char name[AG_NAME_BYTES];
    int fd = -1;
    live_err err;

    (void)ready;
    while ((err = ag_passing_receive(AG_FD_CONTROL, name, &fd, NULL)) == LIVE_OK)
        ag_peers_add(gateway->peers, name, fd);
    if (err != LIVE_E_NOTFOUND) { // the supervisor is gone
        live_io_want(io, 0);
        live_loop_stop(gateway->loop);
    }
}

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

static void on_room(void *user)
{
    ag_peers_resume(((gateway *)user)->peers);
}

// Without a platform that can be named the gateway stays up all the same: events wait.
static void make_client(gateway *gateway)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    const cJSON *live = live_json_get(gateway->config, "live");
    live_error error = { 0 };
    char *secret = NULL;

    if (!live) {
        live_log(LIVE_LOG_WARN, "gateway.unconfigured",
                 "not configured: the settings name no platform");
        return;
    }
    live_err err = live_client_options_read(live, &options, &secret, &error);
    if (!err)
        err = live_client_new(gateway->loop, &options, &gateway->client, &error);
    if (err)
        live_log(LIVE_LOG_ERROR, "gateway.unconfigured", "not configured: live: %s", error.text);
    else if (options.tls_insecure)
        live_log(LIVE_LOG_WARN, "gateway.insecure",
                 "the platform's certificate is not verified (verify_ssl: false)");
    if (secret)
        explicit_bzero(secret, strlen(secret));
    live_free(secret);
}

static live_err set_up(gateway *gateway, live_error *error)
{
    live_level level = LIVE_LOG_INFO;
    live_err err = ag_config_read(AG_FD_CONFIG, &gateway->config, error);

    if (err)
        return err;
    if (!live_level_parse(live_json_str(gateway->config, "level", "info"), &level, NULL))
        live_log_to_fd(level, STDERR_FILENO, "gateway");
    err = live_loop_new(&gateway->loop, error);
    if (err)
        return err;
    make_client(gateway);
    gateway->store = ag_store_new();
    if (!gateway->store)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    err = ag_peers_new(gateway->loop, gateway->client, gateway->store, &gateway->peers, error);
    if (!err)
        err = ag_sender_new(gateway->loop, gateway->client, gateway->store, on_room, gateway,
                            &gateway->sender, error);
    if (!err) {
        ag_peers_attach_sender(gateway->peers, gateway->sender);
        err = live_signal_new(gateway->loop, SIGTERM, on_stop_signal, gateway->loop,
                              &gateway->on_term, error);
    }
    return err ? err
               : live_io_new(gateway->loop, AG_FD_CONTROL, LIVE_READABLE, on_control, gateway,
                             &gateway->control, error);
}

// The last events get their chance, for a bounded time.
static void send_the_rest(gateway *gateway)
{
    int64_t deadline = live_loop_monotonic_ms(gateway->loop) + LAST_SEND_MS;

    while (gateway->client && ag_store_count(gateway->store) > 0 &&
           live_loop_monotonic_ms(gateway->loop) < deadline) {
        live_err err = live_loop_run(gateway->loop, LOOK_MS, NULL);
        if (err && err != LIVE_E_TIMEOUT)
            break;
    }
    if (ag_store_count(gateway->store) > 0)
        live_log(LIVE_LOG_WARN, "gateway.lost",
                 "%zu events that the platform did not take are lost with this process",
                 ag_store_count(gateway->store));
}

static void tear_down(gateway *gateway)
{
    ag_peers_free(gateway->peers);
    ag_sender_free(gateway->sender);
    live_client_free(gateway->client);
    ag_store_free(gateway->store);
    live_io_free(gateway->control);
    live_signal_free(gateway->on_term);
    live_loop_free(gateway->loop);
    cJSON_Delete(gateway->config);
}

int main(void)
{
    gateway gateway = { 0 };
    live_error error = { 0 };

    prctl(PR_SET_DUMPABLE, 0); // it holds the password
    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "gateway");
    live_err err = set_up(&gateway, &error);
    if (!err) {
        live_log(
            LIVE_LOG_INFO, "gateway.store",
            "unsent events are kept in memory, %d MiB of them: a restart of the gateway loses them",
            AG_STORE_MAX_BYTES / 1024 / 1024);
        if (write(AG_FD_READY, "", 1) < 0)
            live_log(LIVE_LOG_DEBUG, "gateway.ready", "nobody waits for this gateway");
        close(AG_FD_READY);
        err = live_loop_run(gateway.loop, LIVE_FOREVER, &error);
        send_the_rest(&gateway);
    }
    if (err)
        live_log(LIVE_LOG_ERROR, "gateway.failed", "%s", error.text);
    tear_down(&gateway);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
