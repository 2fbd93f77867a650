// SPDX-License-Identifier: Apache-2.0
// The log sink and the two shapes of a line: for people and for programs.
#include <live/log.h>

#include <live/buf.h>
#include <live/time.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"

static const char *const names[] = { "error", "warn", "info", "debug" };
static const char *const colours[] = { "\033[31m", "\033[33m", "", "\033[2m" };

static struct {
    live_level least;
    live_log_fn sink;
    void *user;
} target;

static struct {
    int fd;
    const char *process;
    bool colour, plain;
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
    target.least = least;
    target.sink = sink;
    target.user = user;
}

static void write_line(live_buf *line)
{
    live_buf_add_text(line, "\n");
    // A log that cannot be written has nowhere to be reported.
    ssize_t ignored = write(writer.fd, live_buf_data(line), live_buf_length(line));
    (void)ignored;
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
    live_buf_add_text(buf, "}");
}

static void write_json(const live_log_record *record)
{
    LV_AUTO(live_buf_free) live_buf *line = live_buf_new();

    live_buf_add_log(line, record);
    write_line(line);
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
    live_buf_add_text(line, record->text);
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

void live_log_to_fd(live_level least, int fd, const char *process)
{
    const char *no_colour = getenv("NO_COLOR");
    bool terminal = isatty(fd);

    writer.fd = fd;
    writer.process = process;
    writer.plain = terminal;
    writer.colour = terminal && !(no_colour && *no_colour);
    live_log_to(least, write_own, NULL);
}

void live_log(live_level level, const char *event, const char *format, ...)
{
    if (!target.sink || level > target.least)
        return;

    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    live_log_record record = { .time_ms = live_time_ms(),
                               .level = level,
                               .event = event,
                               .text = text,
                               .process = writer.process ? writer.process : "" };
    target.sink(&record, target.user);
}
