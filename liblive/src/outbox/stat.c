// SPDX-License-Identifier: Apache-2.0
// The counters as JSON and as metrics, from one table.
#include <live/outbox.h>
#include <stddef.h>

static const struct row {
    const char *json, *metric, *type, *help;
    size_t offset;
    double unit; // a metric is in seconds where JSON has milliseconds
} rows[] = {
    { "queued", "events", "gauge", "Events that wait.", offsetof(live_outbox_stat, queued), 1 },
    { "bytes", "bytes", "gauge", "Text of the events that wait.", offsetof(live_outbox_stat, bytes),
      1 },
    { "disk_bytes", "disk_bytes", "gauge", "Size of the store.",
      offsetof(live_outbox_stat, disk_bytes), 1 },
    { "max_disk_bytes", "disk_limit_bytes", "gauge", "Bound of the store's size.",
      offsetof(live_outbox_stat, max_disk_bytes), 1 },
    { "oldest_age_ms", "oldest_age_seconds", "gauge", "Age of the oldest event that waits.",
      offsetof(live_outbox_stat, oldest_age_ms), 0.001 },
    { "accepted", "accepted_total", "counter", "Events accepted.",
      offsetof(live_outbox_stat, accepted), 1 },
    { "sent", "sent_total", "counter", "Events that the platform took.",
      offsetof(live_outbox_stat, sent), 1 },
    { "retried", "retried_total", "counter", "Attempts to send that failed.",
      offsetof(live_outbox_stat, retried), 1 },
    { "dropped", "dropped_total", "counter", "Events dropped for want of room or for age.",
      offsetof(live_outbox_stat, dropped), 1 },
    { "dead", "dead", "gauge", "Events that the platform refused for good.",
      offsetof(live_outbox_stat, dead), 1 },
    { "damaged", "damaged_total", "counter", "Events that the disk gave back wrong, or not at all.",
      offsetof(live_outbox_stat, damaged), 1 },
    { "backoff_ms", "backoff_seconds", "gauge", "Wait before the next attempt to send.",
      offsetof(live_outbox_stat, backoff_ms), 0.001 },
};

static int64_t value_of(const live_outbox_stat *stat, const struct row *row)
{
    return *(const int64_t *)(const void *)((const char *)stat + row->offset);
}

void live_buf_add_outbox_json(live_buf *buf, const live_outbox_stat *stat)
{
    live_buf_add_text(buf, "{");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        live_buf_add_format(buf, "\"%s\":%lld,", rows[i].json, (long long)value_of(stat, &rows[i]));
    if (stat->days_left >= 0)
        live_buf_add_format(buf, "\"days_left\":%.1f,", stat->days_left);
    else
        live_buf_add_text(buf, "\"days_left\":null,");
    live_buf_add_format(buf,
                        "\"delivering\":%s,\"condition\":", stat->delivering ? "true" : "false");
    live_buf_add_json_string(buf, stat->condition);
    live_buf_add_text(buf, "}");
}

static void add_metric(live_buf *buf, const char *name, const char *type, const char *help,
                       double value)
{
    live_buf_add_format(buf, "# HELP live_outbox_%s %s\n# TYPE live_outbox_%s %s\n", name, help,
                        name, type);
    live_buf_add_format(buf, "live_outbox_%s %.15g\n", name, value);
}

void live_buf_add_outbox_metrics(live_buf *buf, const live_outbox_stat *stat)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_metric(buf, rows[i].metric, rows[i].type, rows[i].help,
                   (double)value_of(stat, &rows[i]) * rows[i].unit);
    if (stat->days_left >= 0)
        add_metric(buf, "days_left", "gauge", "Until the store is full when nothing leaves.",
                   stat->days_left);
    add_metric(buf, "delivering", "gauge", "1 when the last attempt to send succeeded.",
               stat->delivering ? 1 : 0);
}
