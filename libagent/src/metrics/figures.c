// SPDX-License-Identifier: Apache-2.0
// The figures of an agent's status.
#include "figures.h"

#include <live/json.h>
#include <live/outbox.h>
#include <string.h>

#define WHOLE_MOST 9007199254740992.0 // beyond it a double is no count

// Where a figure comes from

bool ag_figures_is_up(const cJSON *process)
{
    return strcmp(live_json_str(process, "state", ""), "up") == 0;
}

static const cJSON *earlier(const ag_moment *moment, const cJSON *process)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, live_json_get(moment->before, "processes"))
        if (strcmp(live_json_str(one, "name", ""), live_json_str(process, "name", "")) == 0 &&
            live_json_int(one, "pid", -1) == live_json_int(process, "pid", -2))
            return one;
    return NULL;
}

static bool get_up(const ag_moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = ag_figures_is_up(process);
    return true;
}

static bool get_age(const ag_moment *moment, const cJSON *process, double *ret_value)
{
    int64_t last_ms = live_json_int(process, "last_event_ms", 0);

    *ret_value = (double)(moment->now_ms - last_ms) / 1000;
    *ret_value = *ret_value < 0 ? 0 : *ret_value;
    return last_ms > 0;
}

// Of those that the gateway knows: it alone knows what runs on the platform.
static bool get_query_lost(const ag_moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = live_json_get(process, "no_rows") != NULL;
    return live_json_get(process, "events") != NULL;
}

// A share of one core, since the look before or since the process started.
static bool get_cpu(const ag_moment *moment, const cJSON *process, double *ret_value)
{
    const cJSON *before = earlier(moment, process);
    int64_t cpu_ms = live_json_int(process, "cpu_ms", 0);
    int64_t span_ms = before ? moment->before_ms : live_json_int(process, "up_ms", 0);

    cpu_ms -= before ? live_json_int(before, "cpu_ms", 0) : 0;
    *ret_value = span_ms > 0 ? (double)cpu_ms / (double)span_ms : 0;
    return live_json_get(process, "cpu_ms") != NULL;
}

static bool get_cpu_seconds(const ag_moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = live_json_real(process, "cpu_ms", 0) / 1000;
    return live_json_get(process, "cpu_ms") != NULL;
}

static const ag_figure figures[] = {
    { .get = get_up,
      .metric = "live_process_up",
      .type = "gauge",
      .help = "Whether the process runs and is ready." },
    { .title = "EVENTS/S", .unit = AG_FIGURE_RATE, .key = "events_per_s" },
    { .key = "events",
      .metric = "live_process_events_total",
      .type = "counter",
      .help = "Events of the process since the gateway started." },
    { .title = "LAST EVENT",
      .unit = AG_FIGURE_AGE,
      .get = get_age,
      .metric = "live_process_last_event_age_seconds",
      .type = "gauge",
      .help = "Age of the last event of the process." },
    { .get = get_query_lost,
      .metric = "live_process_query_lost",
      .type = "gauge",
      .help = "Whether a query of the process does not run at present." },
    { .title = "RESTARTS",
      .unit = AG_FIGURE_COUNT,
      .key = "restarts",
      .metric = "live_process_restarts_total",
      .type = "counter",
      .help = "Restarts of the process since the agent started." },
    { .title = "CPU", .unit = AG_FIGURE_SHARE, .get = get_cpu },
    { .get = get_cpu_seconds,
      .metric = "live_process_cpu_seconds_total",
      .type = "counter",
      .help = "Processor time of the process." },
    { .title = "MEMORY",
      .unit = AG_FIGURE_BYTES,
      .key = "memory_bytes",
      .metric = "live_process_memory_bytes",
      .type = "gauge",
      .help = "Resident memory of the process." },
};

size_t ag_figures_count(void)
{
    return sizeof figures / sizeof *figures;
}

const ag_figure *ag_figures_at(size_t index)
{
    return &figures[index];
}

bool ag_figure_get(const ag_figure *figure, const ag_moment *moment, const cJSON *process,
                   double *ret_value)
{
    if (figure->get)
        return figure->get(moment, process, ret_value);
    *ret_value = live_json_real(process, figure->key, 0);
    return live_json_get(process, figure->key) != NULL;
}

// For Prometheus

static void add_label(live_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            live_buf_add_format(out, "\\%c", *text);
        else if (*text == '\n')
            live_buf_add_text(out, "\\n");
        else
            live_buf_add(out, text, 1);
    }
}

// A count keeps all its digits.
static void add_value(live_buf *out, double value)
{
    bool whole = value > -WHOLE_MOST && value < WHOLE_MOST && value == (double)(int64_t)value;

    live_buf_add_format(out, whole ? " %.0f\n" : " %.15g\n", value);
}

static void add_head(live_buf *out, const char *metric, const char *type, const char *help)
{
    live_buf_add_format(out, "# HELP %s %s\n# TYPE %s %s\n", metric, help, metric, type);
}

static void add_gauge(live_buf *out, const char *metric, const char *help, double value)
{
    add_head(out, metric, "gauge", help);
    live_buf_add_text(out, metric);
    add_value(out, value);
}

static void add_figure(live_buf *out, const ag_figure *figure, const ag_moment *moment)
{
    const cJSON *process;
    double value;

    add_head(out, figure->metric, figure->type, figure->help);
    cJSON_ArrayForEach (process, live_json_get(moment->status, "processes")) {
        if (!ag_figure_get(figure, moment, process, &value))
            continue;
        live_buf_add_format(out, "%s{process=\"", figure->metric);
        add_label(out, live_json_str(process, "name", ""));
        live_buf_add_text(out, "\"}");
        add_value(out, value);
    }
}

static void add_agent(live_buf *out, const cJSON *status)
{
    const cJSON *platform = live_json_get(status, "platform");
    const cJSON *reachable = live_json_get(platform, "reachable");
    const cJSON *outbox = live_json_get(status, "outbox");
    live_outbox_stat stat;

    add_gauge(out, "live_agent_healthy", "Whether 'live status' says that it is healthy.",
              strcmp(live_json_str(status, "verdict", ""), "healthy") == 0);
    add_gauge(out, "live_agent_reload_refused",
              "Whether the settings file was refused when it was last read.",
              live_json_bool(live_json_get(status, "reload"), "refused", false));
    if (cJSON_IsBool(reachable))
        add_gauge(out, "live_platform_reachable",
                  "Whether the platform took or answered the last events.",
                  cJSON_IsTrue(reachable));
    if (!live_json_get(outbox, "queued"))
        return;
    live_outbox_stat_read(outbox, &stat);
    live_buf_add_outbox_metrics(out, &stat);
}

void ag_figures_write(live_buf *out, const cJSON *status, int64_t now_ms)
{
    const ag_moment moment = { .status = status, .now_ms = now_ms };

    add_gauge(out, "live_agent_up", "Whether the agent runs.", status != NULL);
    if (!status)
        return;
    add_agent(out, status);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (figures[i].metric)
            add_figure(out, &figures[i], &moment);
}
