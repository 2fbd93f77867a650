// SPDX-License-Identifier: Apache-2.0
// The status of an agent, for people and for Prometheus.
#include "status_view.h"

#include <live/buf.h>
#include <live/json.h>
#include <live/outbox.h>
#include <stdbool.h>
#include <string.h>

#include "outbox_view.h"
#include "table.h"
#include "terminal.h"

enum { CELL_BYTES = 64 };

// Cells

typedef void (*cell_fn)(double value, char out[CELL_BYTES]);

static void cell_count(double value, char out[CELL_BYTES])
{
    snprintf(out, CELL_BYTES, "%.0f", value);
}

static void cell_rate(double value, char out[CELL_BYTES])
{
    snprintf(out, CELL_BYTES, value >= 100 ? "%.0f" : "%.1f", value);
}

static void cell_percent(double value, char out[CELL_BYTES])
{
    snprintf(out, CELL_BYTES, "%.1f%%", value * 100);
}

static void cell_bytes(double value, char out[CELL_BYTES])
{
    snprintf(out, CELL_BYTES, "%.1f MB", value / 1e6);
}

static void cell_age(double value, char out[CELL_BYTES])
{
    if (value < 120)
        snprintf(out, CELL_BYTES, "%.0f s", value);
    else if (value < 7200)
        snprintf(out, CELL_BYTES, "%.0f min", value / 60);
    else if (value < 172800)
        snprintf(out, CELL_BYTES, "%.0f h", value / 3600);
    else
        snprintf(out, CELL_BYTES, "%.0f d", value / 86400);
}

// Where a figure comes from

typedef struct moment {
    const cJSON *status, *before; // before: NULL: none
    int64_t before_ms, now_ms;
} moment;

static bool is_up(const cJSON *process)
{
    return strcmp(live_json_str(process, "state", ""), "up") == 0;
}

static const cJSON *earlier(const moment *moment, const cJSON *process)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, live_json_get(moment->before, "processes"))
        if (strcmp(live_json_str(one, "name", ""), live_json_str(process, "name", "")) == 0 &&
            live_json_int(one, "pid", -1) == live_json_int(process, "pid", -2))
            return one;
    return NULL;
}

static bool get_up(const moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = is_up(process);
    return true;
}

static bool get_age(const moment *moment, const cJSON *process, double *ret_value)
{
    int64_t last_ms = live_json_int(process, "last_event_ms", 0);

    *ret_value = (double)(moment->now_ms - last_ms) / 1000;
    *ret_value = *ret_value < 0 ? 0 : *ret_value;
    return last_ms > 0;
}

// Of those that the gateway knows: it alone knows what runs on the platform.
static bool get_query_lost(const moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = live_json_get(process, "no_rows") != NULL;
    return live_json_get(process, "events") != NULL;
}

// A share of one core, since the look before or since the process started.
static bool get_cpu(const moment *moment, const cJSON *process, double *ret_value)
{
    const cJSON *before = earlier(moment, process);
    int64_t cpu_ms = live_json_int(process, "cpu_ms", 0);
    int64_t span_ms = before ? moment->before_ms : live_json_int(process, "up_ms", 0);

    cpu_ms -= before ? live_json_int(before, "cpu_ms", 0) : 0;
    *ret_value = span_ms > 0 ? (double)cpu_ms / (double)span_ms : 0;
    return live_json_get(process, "cpu_ms") != NULL;
}

static bool get_cpu_seconds(const moment *moment, const cJSON *process, double *ret_value)
{
    (void)moment;
    *ret_value = live_json_real(process, "cpu_ms", 0) / 1000;
    return live_json_get(process, "cpu_ms") != NULL;
}

// One definition of each figure: of a process where it has a title or `metric`, found by `get` or as the member `key`.
typedef struct figure {
    const char *title; // NULL: not in the table for people
    cell_fn cell;
    const char *key;
    bool (*get)(const moment *moment, const cJSON *process, double *ret_value);
    const char *metric, *type, *help; // NULL: not for Prometheus
} figure;

static const figure of_process[] = {
    { NULL, NULL, NULL, get_up, "live_process_up", "gauge",
      "Whether the process runs and is ready." },
    { "EVENTS/S", cell_rate, "events_per_s", NULL, NULL, NULL, NULL },
    { NULL, NULL, "events", NULL, "live_process_events_total", "counter",
      "Events of the process since the gateway started." },
    { "LAST EVENT", cell_age, NULL, get_age, "live_process_last_event_age_seconds", "gauge",
      "Age of the last event of the process." },
    { NULL, NULL, NULL, get_query_lost, "live_process_query_lost", "gauge",
      "Whether a query of the process does not run at present." },
    { "RESTARTS", cell_count, "restarts", NULL, "live_process_restarts_total", "counter",
      "Restarts of the process since the agent started." },
    { "CPU", cell_percent, NULL, get_cpu, NULL, NULL, NULL },
    { NULL, NULL, NULL, get_cpu_seconds, "live_process_cpu_seconds_total", "counter",
      "Processor time of the process." },
    { "MEMORY", cell_bytes, "memory_bytes", NULL, "live_process_memory_bytes", "gauge",
      "Resident memory of the process." },
};

static bool get(const figure *figure, const moment *moment, const cJSON *process, double *ret_value)
{
    if (figure->get)
        return figure->get(moment, process, ret_value);
    *ret_value = live_json_real(process, figure->key, 0);
    return live_json_get(process, figure->key) != NULL;
}

enum { FIGURES = sizeof of_process / sizeof *of_process };

// For people

static cJSON *make_row(const moment *moment, const cJSON *process)
{
    cJSON *row = cJSON_CreateArray();
    char cell[CELL_BYTES];
    double value;

    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(process, "name", "")));
    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(process, "state", "")));
    for (int i = 0; i < FIGURES; i++) {
        if (!of_process[i].title)
            continue;
        snprintf(cell, sizeof cell, "-");
        if (get(&of_process[i], moment, process, &value))
            of_process[i].cell(value, cell);
        cJSON_AddItemToArray(row, cJSON_CreateString(cell));
    }
    cJSON_AddItemToArray(
        row, cJSON_CreateString(is_up(process) ? "" : live_json_str(process, "reason", "")));
    return row;
}

void status_print(FILE *out, const cJSON *status, const cJSON *before, int64_t before_ms,
                  int64_t now_ms)
{
    const moment moment = { status, before, before_ms, now_ms };
    const char *titles[TABLE_COLUMNS + 1] = { "PROCESS", "STATE" };
    const char *verdict = live_json_str(status, "verdict", "");
    cJSON *rows = cJSON_CreateArray();
    const cJSON *outbox = live_json_get(status, "outbox"), *process;
    live_outbox_stat stat;
    int count = 2;

    for (int i = 0; i < FIGURES; i++)
        if (of_process[i].title)
            titles[count++] = of_process[i].title;
    titles[count] = "REASON";
    terminal_write_styled(out, verdict,
                          strcmp(verdict, "healthy") == 0 ? TERMINAL_GOOD : TERMINAL_BAD);
    fputs(": ", out);
    terminal_write(out, live_json_str(status, "reason", ""));
    fputc('\n', out);
    cJSON_ArrayForEach (process, live_json_get(status, "processes"))
        cJSON_AddItemToArray(rows, make_row(&moment, process));
    if (rows->child)
        table_print(out, titles, rows);
    cJSON_Delete(rows);
    if (!live_json_get(outbox, "queued"))
        return;
    live_outbox_stat_read(outbox, &stat);
    outbox_print_line(out, &stat);
}

// For Prometheus

static void write_label(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            fprintf(out, "\\%c", *text);
        else if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
}

static void write_head(FILE *out, const char *metric, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric, help, metric, type);
}

static void write_one(FILE *out, const char *metric, const char *type, const char *help,
                      double value)
{
    write_head(out, metric, type, help);
    fprintf(out, "%s %.15g\n", metric, value);
}

static void write_of_process(FILE *out, const figure *figure, const moment *moment)
{
    const cJSON *process;
    double value;

    write_head(out, figure->metric, figure->type, figure->help);
    cJSON_ArrayForEach (process, live_json_get(moment->status, "processes")) {
        if (!get(figure, moment, process, &value))
            continue;
        fprintf(out, "%s{process=\"", figure->metric);
        write_label(out, live_json_str(process, "name", ""));
        fprintf(out, "\"} %.15g\n", value);
    }
}

static void write_of_agent(FILE *out, const cJSON *status)
{
    const cJSON *platform = live_json_get(status, "platform");
    const cJSON *reachable = live_json_get(platform, "reachable");
    const cJSON *outbox = live_json_get(status, "outbox");
    live_outbox_stat stat;
    live_buf *text;

    write_one(out, "live_agent_healthy", "gauge", "Whether 'live status' says that it is healthy.",
              strcmp(live_json_str(status, "verdict", ""), "healthy") == 0);
    write_one(out, "live_agent_reload_refused", "gauge",
              "Whether the settings file was refused when it was last read.",
              live_json_bool(live_json_get(status, "reload"), "refused", false));
    if (cJSON_IsBool(reachable))
        write_one(out, "live_platform_reachable", "gauge",
                  "Whether the platform took or answered the last events.",
                  cJSON_IsTrue(reachable));
    if (!live_json_get(outbox, "queued"))
        return;
    live_outbox_stat_read(outbox, &stat);
    text = live_buf_new();
    live_buf_add_outbox_metrics(text, &stat);
    fputs(live_buf_data(text), out);
    live_buf_free(text);
}

void status_print_prometheus(FILE *out, const cJSON *status, int64_t now_ms)
{
    const moment moment = { status, NULL, 0, now_ms };

    write_one(out, "live_agent_up", "gauge", "Whether the agent runs.", status != NULL);
    if (!status)
        return;
    write_of_agent(out, status);
    for (int i = 0; i < FIGURES; i++)
        if (of_process[i].metric)
            write_of_process(out, &of_process[i], &moment);
}
