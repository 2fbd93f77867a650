// SPDX-License-Identifier: Apache-2.0
// The counters of an outbox, for people.
#include "outbox_view.h"

#include <inttypes.h>

#include "terminal.h"

static void print_queue(FILE *out, const live_outbox_stat *stat)
{
    fprintf(out, "%" PRId64 " event%s wait%s, %.1f MB", stat->queued, stat->queued == 1 ? "" : "s",
            stat->queued == 1 ? "s" : "", (double)stat->bytes / 1e6);
    if (stat->queued > 0)
        fprintf(out, ", the oldest for %" PRId64 " s", stat->oldest_age_ms / 1000);
}

static void print_disk(FILE *out, const live_outbox_stat *stat)
{
    fprintf(out, "%.1f MB of at most %.1f MB", (double)stat->disk_bytes / 1e6,
            (double)stat->max_disk_bytes / 1e6);
    if (stat->days_left >= 0)
        fprintf(out, ", without the link full in %.*f days", stat->days_left < 100 ? 1 : 0,
                stat->days_left);
}

static void print_text(FILE *out, const char *name, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "%-14s", name);
    terminal_write(out, text);
    fputc('\n', out);
}

void outbox_print_line(FILE *out, const live_outbox_stat *stat)
{
    fputs("outbox: ", out);
    print_queue(out, stat);
    fputs("; store ", out);
    print_disk(out, stat);
    fprintf(out, "; %" PRId64 " dropped, %" PRId64 " dead letter%s\n", stat->dropped, stat->dead,
            stat->dead == 1 ? "" : "s");
}

void outbox_print(FILE *out, const live_outbox_stat *stat)
{
    const struct {
        const char *name;
        int64_t value;
    } counters[] = {
        { "accepted", stat->accepted }, { "sent", stat->sent },
        { "retried", stat->retried },   { "dropped", stat->dropped },
        { "dead letters", stat->dead }, { "damaged", stat->damaged },
    };

    fprintf(out, "%-14s", "waiting");
    print_queue(out, stat);
    fprintf(out, "\n%-14s", "store");
    print_disk(out, stat);
    fputc('\n', out);
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        fprintf(out, "%-14s%" PRId64 "\n", counters[i].name, counters[i].value);
    print_text(out, "condition", stat->condition);
    print_text(out, "trouble", stat->trouble);
}
