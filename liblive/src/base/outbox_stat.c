// SPDX-License-Identifier: Apache-2.0
// The counters as JSON and as metrics, and back from JSON: from one table, in which each is named once.
#include <live/json.h>
#include <live/outbox.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 64 };

typedef enum kind { GAUGE, TOTAL } kind;

static const struct row {
    const char *name, *help;
    kind kind;
    size_t offset;
} rows[] = {
#define ROW(member, kind, help)                                                                    \
    {                                                                                              \
#member, help, kind, offsetof(live_outbox_stat, member)                                    \
    }
    ROW(queued, GAUGE, "Events that wait."),
    ROW(bytes, GAUGE, "Text of the events that wait."),
    ROW(disk_bytes, GAUGE, "Size of the store."),
    ROW(max_disk_bytes, GAUGE, "Bound of the store's size."),
    ROW(oldest_age_ms, GAUGE, "Age of the oldest event that waits."),
    ROW(accepted, TOTAL, "Events accepted."),
    ROW(sent, TOTAL, "Events that the platform took."),
    ROW(retried, TOTAL, "Attempts to send that failed."),
    ROW(dropped, TOTAL, "Events dropped for want of room or for age."),
    ROW(dead, GAUGE, "Events that the platform refused for good."),
    ROW(damaged, TOTAL, "Events that the disk gave back wrong, or not at all."),
    ROW(backoff_ms, GAUGE, "Wait before the next attempt to send."),
#undef ROW
};

enum { ROWS = sizeof rows / sizeof *rows };

// JSON

static int64_t *field(live_outbox_stat *stat, const struct row *row)
{
    return (int64_t *)(void *)((char *)stat + row->offset);
}

static int64_t value_of(const live_outbox_stat *stat, const struct row *row)
{
    return *(const int64_t *)(const void *)((const char *)stat + row->offset);
}

static void add_text(live_buf *buf, const char *name, const char *text)
{
    live_buf_add_format(buf, ",\"%s\":", name);
    live_buf_add_json_string(buf, text);
}

void live_buf_add_outbox_json(live_buf *buf, const live_outbox_stat *stat)
{
    live_buf_add_text(buf, "{");
    for (int i = 0; i < ROWS; i++)
        live_buf_add_format(buf, "\"%s\":%lld,", rows[i].name, (long long)value_of(stat, &rows[i]));
    if (stat->days_left >= 0)
        live_buf_add_format(buf, "\"days_left\":%.1f,", stat->days_left);
    else
        live_buf_add_text(buf, "\"days_left\":null,");
    live_buf_add_format(buf, "\"delivering\":%s", stat->delivering ? "true" : "false");
    add_text(buf, "condition", stat->condition);
    add_text(buf, "trouble", stat->trouble);
    live_buf_add_text(buf, "}");
}

void live_outbox_stat_read(const cJSON *json, live_outbox_stat *ret_stat)
{
    live_outbox_stat stat = { .days_left = live_json_real(json, "days_left", -1),
                              .delivering = live_json_bool(json, "delivering", false) };

    for (int i = 0; i < ROWS; i++)
        *field(&stat, &rows[i]) = live_json_int(json, rows[i].name, 0);
    snprintf(stat.condition, sizeof stat.condition, "%s", live_json_str(json, "condition", ""));
    snprintf(stat.trouble, sizeof stat.trouble, "%s", live_json_str(json, "trouble", ""));
    *ret_stat = stat;
}

// Metrics

static void add_metric(live_buf *buf, const char *name, kind kind, const char *help, double value)
{
    live_buf_add_format(buf, "# HELP live_outbox_%s %s\n# TYPE live_outbox_%s %s\n", name, help,
                        name, kind == TOTAL ? "counter" : "gauge");
    live_buf_add_format(buf, "live_outbox_%s %.15g\n", name, value);
}

// What is named in ms is in seconds there, and what only grows says so.
static void add_row(live_buf *buf, const struct row *row, double value)
{
    size_t length = strlen(row->name);
    const bool ms = length > 3 && strcmp(row->name + length - 3, "_ms") == 0;
    char name[NAME_BYTES];

    length -= ms ? 3 : 0;
    snprintf(name, sizeof name, "%.*s%s%s", (int)length, row->name, ms ? "_seconds" : "",
             row->kind == TOTAL ? "_total" : "");
    add_metric(buf, name, row->kind, row->help, ms ? value / 1000 : value);
}

void live_buf_add_outbox_metrics(live_buf *buf, const live_outbox_stat *stat)
{
    for (int i = 0; i < ROWS; i++)
        add_row(buf, &rows[i], (double)value_of(stat, &rows[i]));
    if (stat->days_left >= 0)
        add_metric(buf, "days_left", GAUGE, "Until the store is full when nothing leaves.",
                   stat->days_left);
    add_metric(buf, "delivering", GAUGE, "1 when the last attempt to send succeeded.",
               stat->delivering ? 1 : 0);
    add_metric(buf, "accepting", GAUGE, "0 when new events cannot be written, or have no room.",
               *stat->trouble ? 0 : 1);
}
