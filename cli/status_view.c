// SPDX-License-Identifier: Apache-2.0
// The status of an agent, for people and for Prometheus.
#include "status_view.h"

#include <live/buf.h>
#include <live/json.h>
#include <live/outbox.h>
#include <string.h>

#include "figures.h"
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

static const cell_fn cells[AG_FIGURE_UNITS] = {
    [AG_FIGURE_COUNT] = cell_count, [AG_FIGURE_RATE] = cell_rate, [AG_FIGURE_SHARE] = cell_percent,
    [AG_FIGURE_BYTES] = cell_bytes, [AG_FIGURE_AGE] = cell_age,
};

// For people

static cJSON *make_row(const ag_moment *moment, const cJSON *process)
{
    cJSON *row = cJSON_CreateArray();
    char cell[CELL_BYTES];
    double value;

    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(process, "name", "")));
    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(process, "state", "")));
    for (size_t i = 0; i < ag_figures_count(); i++) {
        const ag_figure *figure = ag_figures_at(i);
        if (!figure->title)
            continue;
        snprintf(cell, sizeof cell, "-");
        if (ag_figure_get(figure, moment, process, &value))
            cells[figure->unit](value, cell);
        cJSON_AddItemToArray(row, cJSON_CreateString(cell));
    }
    cJSON_AddItemToArray(
        row,
        cJSON_CreateString(ag_figures_is_up(process) ? "" : live_json_str(process, "reason", "")));
    return row;
}

void status_print(FILE *out, const cJSON *status, const cJSON *before, int64_t before_ms,
                  int64_t now_ms)
{
    const ag_moment moment = { status, before, before_ms, now_ms };
    const char *titles[TABLE_COLUMNS + 1] = { "PROCESS", "STATE" };
    const char *verdict = live_json_str(status, "verdict", "");
    cJSON *rows = cJSON_CreateArray();
    const cJSON *outbox = live_json_get(status, "outbox"), *process;
    live_outbox_stat stat;
    int count = 2;

    for (size_t i = 0; i < ag_figures_count(); i++)
        if (ag_figures_at(i)->title)
            titles[count++] = ag_figures_at(i)->title;
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

void status_print_prometheus(FILE *out, const cJSON *status, int64_t now_ms)
{
    live_buf *text = live_buf_new();

    ag_figures_write(text, status, now_ms);
    fputs(live_buf_data(text), out);
    live_buf_free(text);
}
