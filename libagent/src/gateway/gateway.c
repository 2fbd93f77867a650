// SPDX-License-Identifier: Apache-2.0
// live-gateway: the one process of an agent that holds the platform's credentials and sessions.
#include <limits.h>
#include <live/action.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <live/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "gateway/letters.h"
#include "gateway/options.h"
#include "gateway/peer.h"
#include "gateway/report.h"
#include "link/duty.h"
#include "supervise/inquiry.h"

enum { LAST_SEND_MS = 2000, LOOK_MS = 20, OPEN_AGAIN_MS = 1000 };

typedef struct gateway {
    live_loop *loop;
    ag_duty duty;
    live_action action; // its start
    bool starting;
    cJSON *config;
    live_client *client; // NULL: not configured
    live_outbox *outbox; // NULL: it could not be opened yet
    live_timer *reopen;
    ag_peers *peers;
    ag_reach reach;
    char closed[240]; // … and why
} gateway;

static void add_report(const gateway *gateway, live_buf *text)
{
    cJSON *report =
        ag_report_make(&gateway->reach, gateway->outbox, gateway->closed, gateway->peers);

    live_buf_add_json(text, report);
    cJSON_Delete(report);
}

// Somebody wants to know. What it is asked on takes the whole answer, or nobody reads it any more.
static void answer(const gateway *gateway, const char *name, int fd)
{
    const size_t word = strlen(AG_PASS_OUTBOX);
    live_buf *text = live_buf_new();

    if (strcmp(name, AG_PASS_REPORT) == 0)
        add_report(gateway, text);
    else if (strncmp(name, AG_PASS_OUTBOX, word) == 0)
        ag_letters_answer(gateway->outbox, name + word, text);
    if (!live_buf_failed(text))
        live_log(LIVE_LOG_DEBUG, "gateway.report", "reported: %zd bytes",
                 write(fd, live_buf_data(text), live_buf_length(text)));
    live_buf_free(text);
    close(fd);
}

static void on_passed(const char *name, int fd, void *user)
{
    gateway *gateway = user;
    const size_t word = strlen(AG_PASS_LINK);

    if (strncmp(name, AG_PASS_LINK, word) == 0)
        ag_peers_add(gateway->peers, name + word, fd);
    else
        answer(gateway, name, fd);
}

static void on_note(live_outbox_note note, const char *text, void *user)
{
    gateway *gateway = user;

    ag_reach_note(&gateway->reach, note == LIVE_OUTBOX_RETRYING, live_loop_time_ms(gateway->loop));
    if (note == LIVE_OUTBOX_DELIVERING)
        live_log(LIVE_LOG_INFO, "gateway.delivering", "the platform takes events");
    else if (note == LIVE_OUTBOX_RETRYING)
        live_log(LIVE_LOG_WARN, "gateway.retrying", "events wait: %s", text);
    else if (note == LIVE_OUTBOX_UNTOLD)
        live_log(LIVE_LOG_WARN, "gateway.untold",
                 "the platform refused the report of what was dropped, which is made again: %s",
                 text);
    else
        live_log(LIVE_LOG_WARN, "gateway.refused",
                 "the platform refused an event, which is a dead letter now: %s", text);
}

static live_err open_outbox(gateway *gateway, live_error *error)
{
    const char *folder = live_json_str(gateway->config, "outbox", "");
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    char path[PATH_MAX];

    ag_options_read(live_json_get(gateway->config, "bounds"), &options);
    options.on_note = on_note;
    options.note_user = gateway;
    snprintf(path, sizeof path, "%s/outbox.db", folder);
    live_err err = live_outbox_open(path, &options, &gateway->outbox, error);
    if (!err && gateway->client)
        err = live_outbox_attach(gateway->outbox, gateway->client, error);
    return err;
}

// Without its outbox the gateway stays up all the same: events wait in the workers until the disk is mended.
static void use_outbox(live_timer *timer, void *user)
{
    gateway *gateway = user;
    live_error error = { 0 };
    live_outbox_stat stat;

    if (open_outbox(gateway, &error)) {
        live_outbox_free(gateway->outbox);
        gateway->outbox = NULL;
        if (strcmp(gateway->closed, error.text) != 0)
            live_log(LIVE_LOG_ERROR, "gateway.outbox", "events wait in the processes: %s",
                     error.text);
        snprintf(gateway->closed, sizeof gateway->closed, "%s", error.text);
        live_timer_set(timer, OPEN_AGAIN_MS, 0);
        return;
    }
    live_outbox_stats(gateway->outbox, &stat);
    live_log(LIVE_LOG_INFO, "gateway.outbox", "%lld events wait to be sent",
             (long long)stat.queued);
    ag_peers_use(gateway->peers, gateway->outbox);
}

// Without a platform that can be named the gateway stays up all the same: events wait.
static void make_client(gateway *gateway)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    const cJSON *live = live_json_get(gateway->config, "live");
    live_error error = { 0 };
    live_client_secrets secrets = { 0 };

    gateway->reach.configured = live != NULL;
    if (!live) {
        live_log(LIVE_LOG_WARN, "gateway.unconfigured",
                 "not configured: the settings name no platform");
        return;
    }
    live_err err = live_client_options_read(live, &options, &secrets, &error);
    if (!err)
        err = live_client_new(gateway->loop, &options, &gateway->client, &error);
    if (err) {
        live_log(LIVE_LOG_ERROR, "gateway.unconfigured", "not configured: live: %s", error.text);
        ag_reach_block(&gateway->reach, error.text, live_loop_time_ms(gateway->loop));
    } else if (options.tls_insecure) {
        live_log(LIVE_LOG_WARN, "gateway.insecure",
                 "the platform's certificate is not verified (verify_ssl: false)");
    }
    live_client_secrets_clear(&secrets);
}

static void begin_start(gateway *gateway)
{
    live_action_begin_at(&gateway->action, live_json_str(gateway->config, "action", NULL),
                         "gateway.start", NULL);
    gateway->starting = true;
}

static live_err set_up(gateway *gateway, live_error *error)
{
    live_err err = ag_duty_enter("gateway", &gateway->config, error);

    if (err)
        return err;
    begin_start(gateway);
    err = live_loop_new(&gateway->loop, error);
    if (err)
        return err;
    make_client(gateway);
    err = ag_peers_new(gateway->loop, gateway->client, &gateway->peers, error);
    if (!err)
        err = live_timer_new(gateway->loop, -1, 0, use_outbox, gateway, &gateway->reopen, error);
    if (!err)
        err = ag_duty_begin(&gateway->duty, gateway->loop, on_passed, gateway, error);
    if (!err)
        use_outbox(gateway->reopen, gateway);
    return err;
}

static bool has_hope(const gateway *gateway)
{
    live_outbox_stat stat;

    if (!gateway->outbox)
        return false;
    live_outbox_stats(gateway->outbox, &stat);
    return stat.delivering && stat.queued > 0;
}

// The last events get their chance, for a bounded time; what is not sent then is sent after the next start.
static void send_the_rest(const gateway *gateway)
{
    int64_t deadline = live_loop_monotonic_ms(gateway->loop) + LAST_SEND_MS;

    while (has_hope(gateway) && live_loop_monotonic_ms(gateway->loop) < deadline) {
        live_err err = live_loop_run(gateway->loop, LOOK_MS, NULL);
        if (err && err != LIVE_E_TIMEOUT)
            break;
    }
}

static void tear_down(gateway *gateway)
{
    ag_peers_free(gateway->peers);
    live_outbox_free(gateway->outbox);
    live_client_free(gateway->client);
    live_timer_free(gateway->reopen);
    ag_duty_end(&gateway->duty);
    live_loop_free(gateway->loop);
    cJSON_Delete(gateway->config);
}

int main(void)
{
    gateway gateway = { 0 };
    live_error error = { 0 };

    prctl(PR_SET_DUMPABLE, 0); // it holds the password
    live_err err = set_up(&gateway, &error);
    if (gateway.starting)
        live_action_end(&gateway.action, err ? &error : NULL);
    if (!err) {
        ag_duty_ready();
        err = live_loop_run(gateway.loop, LIVE_FOREVER, &error);
        send_the_rest(&gateway);
    }
    if (err)
        live_log(LIVE_LOG_ERROR, "gateway.failed", "%s", error.text);
    tear_down(&gateway);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
