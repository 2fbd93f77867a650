// SPDX-License-Identifier: Apache-2.0
// live-metrics: the process of an agent that Prometheus asks. It holds no credentials and knows nobody but the agent.
#include <live/json.h>
#include <live/log.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "endpoint.h"
#include "link/config.h"
#include "link/joining.h"
#include "link/passing.h"
#include "worker/worker.h"

typedef struct metrics {
    live_loop *loop;
    cJSON *config;
    ag_endpoint *endpoint;
    live_io *control;
    live_signal *on_term;
} metrics;

static void on_control(live_io *io, unsigned ready, void *user)
{
    metrics *metrics = user;
    char name[AG_NAME_BYTES];
    int fd = -1;
    live_err err;

    (void)ready;
    while ((err = ag_passing_receive(AG_FD_CONTROL, name, &fd, NULL)) == LIVE_OK) {
        if (fd < 0)
            ag_passing_obey(name);
        else
            close(fd);
    }
    if (err == LIVE_E_NOTFOUND)
        return;
    live_io_want(io, 0); // the supervisor is gone
    live_loop_stop(metrics->loop);
}

static void on_stop_signal(live_signal *signal, int number, void *user)
{
    (void)signal;
    (void)number;
    live_loop_stop(user);
}

static live_err listen_there(metrics *metrics, live_error *error)
{
    const cJSON *settings = live_json_get(metrics->config, "settings");
    const char *listen = live_json_str(settings, "listen", "");
    ag_address address;
    ag_endpoint_options options = { .address = &address,
                                    .hosts = live_json_get(settings, "hosts"),
                                    .folder = live_json_str(metrics->config, "run", "") };
    live_err err = ag_address_read(listen, &address, error);

    if (!err)
        err = ag_endpoint_new(metrics->loop, &options, &metrics->endpoint, error);
    if (!err)
        live_log(LIVE_LOG_INFO, "metrics.listening", "http://%s%s%s:%d/metrics",
                 *listen == '[' ? "[" : "", address.host, *listen == '[' ? "]" : "",
                 ag_endpoint_port(metrics->endpoint));
    return err;
}

static live_err set_up(metrics *metrics, live_error *error)
{
    live_level level = LIVE_LOG_INFO;
    live_err err = ag_config_read(AG_FD_CONFIG, &metrics->config, error);

    if (!err && !live_level_parse(live_json_str(metrics->config, "level", "info"), &level, NULL))
        live_log_set_level(level);
    if (!err) {
        ag_joining_enter(metrics->config);
        err = live_loop_new(&metrics->loop, error);
    }
    if (!err)
        err = live_signal_new(metrics->loop, SIGTERM, on_stop_signal, metrics->loop,
                              &metrics->on_term, error);
    if (!err)
        err = live_io_new(metrics->loop, AG_FD_CONTROL, LIVE_READABLE, on_control, metrics,
                          &metrics->control, error);
    return err ? err : listen_there(metrics, error);
}

static void tear_down(metrics *metrics)
{
    ag_endpoint_free(metrics->endpoint);
    live_io_free(metrics->control);
    live_signal_free(metrics->on_term);
    live_loop_free(metrics->loop);
    cJSON_Delete(metrics->config);
}

int main(void)
{
    metrics metrics = { 0 };
    live_error error = { 0 };

    signal(SIGPIPE, SIG_IGN);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "metrics");
    live_err err = set_up(&metrics, &error);
    if (!err) {
        ssize_t ignored = write(AG_FD_READY, "", 1); // the supervisor that does not read it is gone
        (void)ignored;
        close(AG_FD_READY);
        err = live_loop_run(metrics.loop, LIVE_FOREVER, &error);
    }
    if (err)
        live_log(LIVE_LOG_ERROR, "metrics.failed", "%s", error.text);
    tear_down(&metrics);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
