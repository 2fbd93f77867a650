// SPDX-License-Identifier: Apache-2.0
// The agent's log.
#include "core/journal.h"

#include <live/buf.h>
#include <live/json.h>
#include <live/time.h>
#include <stdlib.h>
#include <string.h>

typedef struct line {
    struct line *next;
    size_t length;
    char text[];
} line;

struct ag_journal {
    live_level least;
    line *first, **last;
    size_t bytes;
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

static cJSON *to_json(const live_log_record *record)
{
    cJSON *json = cJSON_CreateObject();

    live_json_add_int(json, "time_ms", record->time_ms);
    cJSON_AddStringToObject(json, "level", live_level_name(record->level));
    cJSON_AddStringToObject(json, "process", record->process);
    cJSON_AddStringToObject(json, "event", record->event);
    cJSON_AddStringToObject(json, "text", record->text);
    return json;
}

static void take(ag_journal *journal, const live_log_record *record)
{
    live_buf *text = live_buf_new();

    live_log_write(record);
    live_buf_add_log(text, record);
    if (!live_buf_failed(text))
        keep(journal, live_buf_data(text), live_buf_length(text));
    live_buf_free(text);
    if (journal->listener) {
        cJSON *json = to_json(record);
        journal->listener(json, journal->user);
        cJSON_Delete(json);
    }
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
    live_log_to_fd(journal->least, 2, "agent");
    while (journal->first) {
        line *oldest = journal->first;
        journal->first = oldest->next;
        free(oldest);
    }
    free(journal);
}

void ag_journal_add(ag_journal *journal, const char *process, const char *line, size_t length)
{
    live_log_record record = { .time_ms = live_time_ms(),
                               .level = LIVE_LOG_INFO,
                               .process = process,
                               .event = "process.output" };
    cJSON *json = NULL;
    char *copy = NULL;

    if (*line == '{' && live_json_parse(line, length, &json, NULL) == LIVE_OK &&
        live_json_str(json, "event", NULL) &&
        live_level_parse(live_json_str(json, "level", ""), &record.level, NULL) == LIVE_OK) {
        record.time_ms = live_json_int(json, "time_ms", record.time_ms);
        record.event = live_json_str(json, "event", "");
        record.text = live_json_str(json, "text", "");
    } else {
        record.text = copy = strndup(line, length);
    }
    if (record.text)
        take(journal, &record);
    free(copy);
    cJSON_Delete(json);
}

void ag_journal_listen(ag_journal *journal, void (*fn)(const cJSON *line, void *user), void *user)
{
    journal->listener = fn;
    journal->user = user;
}

bool ag_journal_fits(const ag_journal_filter *filter, const cJSON *line)
{
    const char *process = live_json_str(line, "process", "");
    live_level level = LIVE_LOG_INFO;
    const cJSON *name;

    if (live_level_parse(live_json_str(line, "level", ""), &level, NULL) || level > filter->least)
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
