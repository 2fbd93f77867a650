// SPDX-License-Identifier: Apache-2.0
// The log sink and the two shapes of a line: for people and for programs.
#include <live/log.h>

#include <live/buf.h>
#include <live/time.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/action.h"
#include "base/auto.h"
#include "base/utf8.h"

static const char *const names[] = { "error", "warn", "info", "debug" };
static const char *const colours[] = { "\033[31m", "\033[33m", "", "\033[2m" };

static struct {
    atomic_int least; // a live_level; the one thing here that may change while threads log
    live_log_fn sink;
    void *user;
} target;

static struct {
    int fd;
    const char *process;
    bool colour, plain, journal;
} writer;

const char *live_level_name(live_level level)
{
    return (size_t)level < sizeof names / sizeof *names ? names[level] : "debug";
}

live_err live_level_parse(const char *name, live_level *ret_level, live_error *error)
{
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            *ret_level = (live_level)i;
            return LIVE_OK;
        }
    }
    if (name && strcasecmp(name, "warning") == 0) {
        *ret_level = LIVE_LOG_WARN;
        return LIVE_OK;
    }
    return live_fail(error, LIVE_E_INVALID, "'%s' is no level: error, warn, info or debug",
                     name ? name : "");
}

void live_log_to(live_level least, live_log_fn sink, void *user)
{
    live_log_set_level(least);
    target.sink = sink;
    target.user = user;
}

void live_log_set_level(live_level least)
{
    atomic_store_explicit(&target.least, (int)least, memory_order_relaxed);
}

static bool is_wanted(live_level level)
{
    return target.sink && (int)level <= atomic_load_explicit(&target.least, memory_order_relaxed);
}

static void write_line(live_buf *line)
{
    live_buf_add_text(line, "\n");
    // A log that cannot be written has nowhere to be reported.
    ssize_t ignored = write(writer.fd, live_buf_data(line), live_buf_length(line));
    (void)ignored;
}

static void add_task(live_buf *buf, const live_log_record *record)
{
    if (!record->task_uuid)
        return;
    live_buf_add_text(buf, ",\"task_uuid\":");
    live_buf_add_json_string(buf, record->task_uuid);
    live_buf_add_text(buf, ",\"task_level\":[");
    for (size_t i = 0; i < record->task_depth; i++)
        live_buf_add_format(buf, "%s%d", i > 0 ? "," : "", record->task_level[i]);
    live_buf_add_text(buf, "]");
    if (record->action_status) {
        live_buf_add_text(buf, ",\"action_status\":");
        live_buf_add_json_string(buf, record->action_status);
    }
}

void live_buf_add_log(live_buf *buf, const live_log_record *record)
{
    live_buf_add_format(buf, "{\"time_ms\":%lld,\"level\":\"%s\",\"process\":",
                        (long long)record->time_ms, live_level_name(record->level));
    live_buf_add_json_string(buf, record->process);
    live_buf_add_text(buf, ",\"event\":");
    live_buf_add_json_string(buf, record->event);
    live_buf_add_text(buf, ",\"text\":");
    live_buf_add_json_string(buf, record->text);
    add_task(buf, record);
    live_buf_add_text(buf, "}");
}

// The service manager's journal takes the level from the beginning of a line.
static void add_priority(live_buf *line, live_level level)
{
    static const char priorities[] = { '3', '4', '6', '7' };

    if (writer.journal)
        live_buf_add_format(line, "<%c>", priorities[level]);
}

static void write_json(const live_log_record *record)
{
    LV_AUTO(live_buf_free) live_buf *line = live_buf_new();

    add_priority(line, record->level);
    live_buf_add_log(line, record);
    write_line(line);
}

void live_buf_add_visible(live_buf *buf, const char *text, size_t length)
{
    size_t taken;

    for (; length > 0; text += taken, length -= taken) {
        unsigned char c = (unsigned char)*text;
        taken = lv_utf8_length(text, length);
        bool shown = taken > 0 && (c >= 0x20 || c == '\t') && c != 0x7F &&
                     !(c == 0xC2 && (unsigned char)text[1] < 0xA0);
        taken = taken > 0 ? taken : 1;
        live_buf_add(buf, shown ? text : "?", shown ? taken : 1);
    }
}

static void write_plain(const live_log_record *record)
{
    LV_AUTO(live_buf_free) live_buf *line = live_buf_new();
    time_t seconds = (time_t)(record->time_ms / 1000);
    struct tm local;
    char clock[16] = "";

    if (localtime_r(&seconds, &local))
        strftime(clock, sizeof clock, "%H:%M:%S", &local);

    live_buf_add_format(line, "%s %s%-5s%s ", clock, writer.colour ? colours[record->level] : "",
                        live_level_name(record->level), writer.colour ? "\033[0m" : "");
    if (*record->process)
        live_buf_add_format(line, "%s: ", record->process);
    if (record->task_depth > 0) // a tree: what belongs to an action stands in
        live_buf_add_format(line, "%*s",
                            2 * (int)(record->task_depth - (record->action_status != NULL)), "");
    if (record->action_status)
        live_buf_add_format(line, "%s ", record->event);
    live_buf_add_visible(line, record->text, strlen(record->text));
    write_line(line);
}

void live_log_write(const live_log_record *record)
{
    (writer.plain ? write_plain : write_json)(record);
}

static void write_own(const live_log_record *record, void *user)
{
    (void)user;
    live_log_write(record);
}

// systemd says which file its journal is: "DEVICE:INODE".
bool live_log_is_journal(int fd)
{
    const char *given = getenv("JOURNAL_STREAM");
    char own[64];
    struct stat file;

    if (!given || fstat(fd, &file))
        return false;
    snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)file.st_dev,
             (unsigned long long)file.st_ino);
    return strcmp(given, own) == 0;
}

void live_log_to_fd(live_level least, int fd, const char *process)
{
    const char *no_colour = getenv("NO_COLOR");
    bool terminal = isatty(fd);

    writer.fd = fd;
    writer.process = process;
    writer.plain = terminal;
    writer.journal = live_log_is_journal(fd);
    writer.colour = terminal && !(no_colour && *no_colour);
    live_log_to(least, write_own, NULL);
}

void lv_log_put(live_log_record *record)
{
    if (!is_wanted(record->level))
        return;
    record->process = writer.process ? writer.process : "";
    lv_action_place(record);
    target.sink(record, target.user);
}

void live_log(live_level level, const char *event, const char *format, ...)
{
    if (!is_wanted(level))
        return;

    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    live_log_record record = {
        .time_ms = live_time_ms(), .level = level, .event = event, .text = text
    };
    lv_log_put(&record);
}
