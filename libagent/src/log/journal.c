// SPDX-License-Identifier: Apache-2.0
// The agent's log.
#include "log/journal.h"

#include <live/buf.h>
#include <live/json.h>
#include <live/time.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/journald.h"
#include "log/logfile.h"
#include "log/lost.h"

enum { PATIENCE_MS = 100 };

typedef struct line {
    struct line *next;
    size_t length;
    char text[];
} line;

struct ag_journal {
    live_level least;
    line *first, **last;
    size_t bytes;
    ag_logfile *file;    // NULL: standard error is what it was at the start
    ag_journald *native; // NULL: standard error is no journal of systemd's
    bool stalled;        // standard error took nothing the last time: nobody waits for it
    int64_t lost;        // lines that nobody took, not told yet
    ag_forward *forward; // NULL: the log goes nowhere else
    void (*listener)(const cJSON *line, void *user);
    void *user;
};

static void keep(ag_journal *journal, const char *text, size_t length)
{
    line *own = malloc(sizeof *own + length + 1);
    if (!own)
        return; // it is written all the same

    own->next = NULL;
    own->length = length;
    memcpy(own->text, text, length);
    own->text[length] = '\0';
    *journal->last = own;
    journal->last = &own->next;
    journal->bytes += length;
    while (journal->bytes > AG_JOURNAL_BYTES && journal->first != own) {
        line *oldest = journal->first;
        journal->first = oldest->next;
        journal->bytes -= oldest->length;
        free(oldest);
    }
}

static void spread(ag_journal *journal, const live_log_record *record, const char *text,
                   size_t length)
{
    cJSON *json = NULL;

    keep(journal, text, length);
    if (journal->file)
        ag_logfile_wrote(journal->file, length + 1);
    if (journal->forward)
        ag_forward_line(journal->forward, record, text);
    if (journal->listener && live_json_parse(text, length, &json, NULL) == LIVE_OK)
        journal->listener(json, journal->user);
    cJSON_Delete(json);
}

// Standard error may be full for good: a pipe that nobody reads, a journal that stands still. Who wrote on would stand still, too.
static bool has_room(ag_journal *journal)
{
    struct pollfd out = { .fd = STDERR_FILENO, .events = POLLOUT };
    bool room = poll(&out, 1, journal->stalled ? 0 : PATIENCE_MS) != 0;

    journal->stalled = !room;
    return room;
}

static bool write_one(ag_journal *journal, const live_log_record *record)
{
    if (journal->native && ag_journald_send(journal->native, record))
        return true;
    if (!has_room(journal))
        return false;
    live_log_write(record);
    return true;
}

// Lines that were lost are told before what follows them.
static bool tell_lost(ag_journal *journal)
{
    char room[AG_LOST_BYTES];
    const live_log_record record = ag_lost_record(journal->lost, "found nobody to take them", room);

    return write_one(journal, &record);
}

static void write_on(ag_journal *journal, const live_log_record *record)
{
    if (journal->lost > 0 && tell_lost(journal))
        journal->lost = 0;
    if (journal->lost > 0 || !write_one(journal, record))
        journal->lost++;
}

static void take(ag_journal *journal, const live_log_record *record)
{
    live_buf *text = live_buf_new();

    write_on(journal, record);
    live_buf_add_log(text, record);
    if (!live_buf_failed(text))
        spread(journal, record, live_buf_data(text), live_buf_length(text));
    live_buf_free(text);
}

static void on_own(const live_log_record *record, void *user)
{
    take(user, record);
}

ag_journal *ag_journal_new(live_level least)
{
    ag_journal *journal = calloc(1, sizeof *journal);

    if (!journal)
        return NULL;
    journal->last = &journal->first;
    ag_journal_set_level(journal, least);
    return journal;
}

void ag_journal_set_level(ag_journal *journal, live_level least)
{
    journal->least = least;
    live_log_to(least, on_own, journal);
}

void ag_journal_free(ag_journal *journal)
{
    if (!journal)
        return;
    live_log_to_fd(journal->least, STDERR_FILENO, "agent");
    ag_logfile_free(journal->file);
    ag_journald_free(journal->native);
    while (journal->first) {
        line *oldest = journal->first;
        journal->first = oldest->next;
        free(oldest);
    }
    free(journal);
}

live_err ag_journal_to_file(ag_journal *journal, const char *path, int64_t max_bytes, int64_t count,
                            live_error *error)
{
    ag_logfile *file = NULL;
    live_err err = ag_logfile_new(STDERR_FILENO, path, max_bytes, count, &file, error);

    if (err)
        return err;
    ag_logfile_free(journal->file);
    ag_journald_free(journal->native);
    journal->native = NULL;
    journal->file = file;
    live_log_to_fd(journal->least, STDERR_FILENO, "agent"); // which is no terminal any more
    ag_journal_set_level(journal, journal->least);
    return LIVE_OK;
}

live_err ag_journal_to_journald(ag_journal *journal, const char *path, const char *identifier,
                                live_error *error)
{
    return ag_journald_new(path, identifier, &journal->native, error);
}

void ag_journal_reopen(ag_journal *journal)
{
    live_error error = { 0 };

    if (journal->file && ag_logfile_reopen(journal->file, &error))
        live_log(LIVE_LOG_ERROR, "log.reopen", "%s", error.text);
}

void ag_journal_forward(ag_journal *journal, ag_forward *forward)
{
    journal->forward = forward;
}

// Lines of children

enum { TASK_DEPTH = 16 };

// What a record of ours says; false: it is none.
static bool read_record(const cJSON *json, live_log_record *record, int level[TASK_DEPTH])
{
    const cJSON *number;

    record->event = live_json_str(json, "event", NULL);
    if (!record->event || live_level_parse(live_json_str(json, "level", ""), &record->level, NULL))
        return false;
    record->time_ms = live_json_int(json, "time_ms", record->time_ms);
    record->text = live_json_str(json, "text", "");
    record->task_uuid = live_json_str(json, "task_uuid", NULL);
    record->action_status = live_json_str(json, "action_status", NULL);
    record->task_level = level;
    cJSON_ArrayForEach (number, live_json_get(json, "task_level"))
        if (record->task_depth < TASK_DEPTH)
            level[record->task_depth++] = number->valueint;
    return true;
}

// Any text, which may be no text at all.
static char *copy_text(const char *line, size_t length)
{
    char *copy = malloc(length + 1);

    for (size_t i = 0; copy && i < length; i++)
        copy[i] = line[i] ? line[i] : ' ';
    if (copy)
        copy[length] = '\0';
    return copy;
}

void ag_journal_add(ag_journal *journal, const char *process, const char *line, size_t length,
                    ag_said *ret_said)
{
    live_log_record record = { .time_ms = live_time_ms(), .process = process };
    int level[TASK_DEPTH];
    cJSON *json = NULL;
    char *copy = NULL;

    if (*line != '{' || live_json_parse(line, length, &json, NULL) ||
        !read_record(json, &record, level)) {
        record.level = LIVE_LOG_INFO;
        record.event = "process.output";
        record.text = copy = copy_text(line, length);
    }
    if (record.text)
        take(journal, &record);
    snprintf(ret_said->text, sizeof ret_said->text, "%s", record.text ? record.text : "");
    ret_said->grave = copy || record.level == LIVE_LOG_ERROR;
    free(copy);
    cJSON_Delete(json);
}

void ag_journal_listen(ag_journal *journal, void (*fn)(const cJSON *line, void *user), void *user)
{
    journal->listener = fn;
    journal->user = user;
}

ag_journal_filter ag_journal_filter_of(const cJSON *request)
{
    ag_journal_filter filter = { .processes = live_json_get(request, "processes"),
                                 .least = LIVE_LOG_DEBUG,
                                 .text = live_json_str(request, "text", NULL),
                                 .since_ms = live_json_int(request, "since_ms", 0) };

    if (live_level_parse(live_json_str(request, "level", "debug"), &filter.least, NULL))
        filter.least = LIVE_LOG_DEBUG;
    return filter;
}

bool ag_journal_fits(const ag_journal_filter *filter, const cJSON *line)
{
    const char *process = live_json_str(line, "process", "");
    live_level level = LIVE_LOG_INFO;
    const cJSON *name;

    if (live_level_parse(live_json_str(line, "level", ""), &level, NULL) || level > filter->least)
        return false;
    if (live_json_int(line, "time_ms", 0) < filter->since_ms ||
        (filter->text && !strcasestr(live_json_str(line, "text", ""), filter->text)))
        return false;
    if (!filter->processes)
        return true;
    cJSON_ArrayForEach (name, filter->processes)
        if (cJSON_IsString(name) && strcmp(name->valuestring, process) == 0)
            return true;
    return false;
}

cJSON *ag_journal_tail(const ag_journal *journal, const ag_journal_filter *filter, size_t count)
{
    cJSON *lines = cJSON_CreateArray(), *json;
    size_t found = 0;

    for (const line *own = journal->first; own; own = own->next) {
        if (live_json_parse(own->text, own->length, &json, NULL))
            continue;
        if (!ag_journal_fits(filter, json)) {
            cJSON_Delete(json);
            continue;
        }
        cJSON_AddItemToArray(lines, json);
        if (++found > count)
            cJSON_DeleteItemFromArray(lines, 0);
    }
    return lines;
}
