// SPDX-License-Identifier: Apache-2.0
// live-metrics: the process of an agent that Prometheus asks. It holds no credentials and knows nobody but the agent.
#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <unistd.h>

#include "endpoint.h"
#include "link/duty.h"

typedef struct metrics {
    live_loop *loop;
    ag_duty duty;
    cJSON *config;
    ag_endpoint *endpoint;
} metrics;

// Nothing is passed to it.
static void on_passed(const char *name, int fd, void *user)
{
    (void)name;
    (void)user;
    close(fd);
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
    live_err err = ag_duty_enter("metrics", &metrics->config, error);

    if (!err)
        err = live_loop_new(&metrics->loop, error);
    if (!err)
        err = ag_duty_begin(&metrics->duty, metrics->loop, on_passed, metrics, error);
    return err ? err : listen_there(metrics, error);
}

static void tear_down(metrics *metrics)
{
    ag_endpoint_free(metrics->endpoint);
    ag_duty_end(&metrics->duty);
    live_loop_free(metrics->loop);
    cJSON_Delete(metrics->config);
}

int main(void)
{
    metrics metrics = { 0 };
    live_error error = { 0 };
    live_err err = set_up(&metrics, &error);

    if (!err) {
        ag_duty_ready();
        err = live_loop_run(metrics.loop, LIVE_FOREVER, &error);
    }
    if (err)
        live_log(LIVE_LOG_ERROR, "metrics.failed", "%s", error.text);
    tear_down(&metrics);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
