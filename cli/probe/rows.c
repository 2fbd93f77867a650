// SPDX-License-Identifier: Apache-2.0
// Trials of the query language: a query over the samples for each fact, read as a text.
#include <live/buf.h>
#include <live/json.h>
#include <live/loop.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

#include "probe/conversation.h"

enum { SECOND_MS = 1000, AFTER_MS = 3000 };

static int64_t second_before(const probe *probe)
{
    return probe->sample_ms[0] / SECOND_MS * SECOND_MS;
}

// The span, with its times filled in, as a member of a query.
static char *fill_span(const probe *probe, const char *span)
{
    const struct {
        char name;
        int64_t ms;
    } times[] = { { 'A', probe->sample_ms[0] },
                  { 'B', probe->sample_ms[1] },
                  { 'S', second_before(probe) },
                  { 'E', second_before(probe) + AFTER_MS } };
    live_buf *text = live_buf_new(), *member = live_buf_new();
    char *made = NULL;

    for (const char *at = span; *at; at++) {
        int64_t ms = -1;
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            if (at > span + 2 && strncmp(at - 3, "ts ", 3) == 0 && *at == times[i].name)
                ms = times[i].ms;
        if (ms >= 0)
            live_buf_add_format(text, "%lld", (long long)ms);
        else
            live_buf_add(text, at, 1);
    }
    live_buf_add_text(member, ",\"span\":");
    live_buf_add_json_string(member, live_buf_data(text));
    live_buf_free(text);
    return live_buf_take(member, &made, NULL, NULL) ? NULL : made;
}

// Reading

static void add_value(live_buf *text, const cJSON *value)
{
    if (live_buf_length(text))
        live_buf_add_text(text, " ");
    if (cJSON_IsString(value))
        live_buf_add_text(text, value->valuestring);
    else if (cJSON_IsNumber(value))
        live_buf_add_format(text, "%.12g", value->valuedouble);
    else
        live_buf_add_text(text, "-");
}

static void add_names(live_buf *text, const cJSON *row)
{
    const cJSON *member;

    cJSON_ArrayForEach (member, row) {
        if (strcmp(member->string, "timestamp") != 0 && strcmp(member->string, "tag") != 0)
            live_buf_add_format(text, "%s%s", live_buf_length(text) ? " " : "", member->string);
    }
}

// A window's time, since the second before the samples; also where it is written as a date.
static void add_time(const probe *probe, live_buf *text, const cJSON *row)
{
    const char *date = live_json_str(row, "timestamp", NULL);
    int64_t since_ms = second_before(probe);

    if (!row)
        return;
    if (!date)
        live_buf_add_format(text, "%lld",
                            (long long)(live_json_int(row, "timestamp", -1) - since_ms));
    for (int64_t ms = 0; date && ms <= AFTER_MS; ms += SECOND_MS) {
        char known[LIVE_TIME_TEXT_BYTES];
        live_time_format(since_ms + ms, known);
        if (strncmp(date, known, strlen("2026-01-01T00:00:00")) == 0)
            live_buf_add_format(text, "%lld", (long long)ms);
    }
}

static void read_rows(const probe *probe, const fact *fact, const cJSON *rows, live_buf *text)
{
    const cJSON *row;

    switch (fact->reads) {
    case FACT_READS_TAGS:
        cJSON_ArrayForEach (row, rows)
            add_value(text, live_json_get(row, "tag"));
        return;
    case FACT_READS_VALUES:
        cJSON_ArrayForEach (row, rows)
            add_value(text, live_json_get(row, "v"));
        return;
    case FACT_READS_NAMES: add_names(text, rows->child); return;
    case FACT_READS_TIMES: add_time(probe, text, rows->child); return;
    case FACT_READS_COUNT:
        live_buf_add_text(text, !rows->child ? "none" : !rows->child->next ? "one" : "several");
        return;
    case FACT_READS_NOTHING: return;
    }
}

static const char *value_of(const fact *fact, const char *read)
{
    for (size_t i = 0; i < FACT_VALUES_MAX && fact->answers[i]; i++)
        if (strcmp(fact->answers[i], read) == 0)
            return fact->values[i];
    return "other";
}

static bool was_mistaken(const probe_query *query)
{
    const cJSON *stop = probe_query_message(query, "stop");

    return strcmp(live_json_str(stop, "reason", ""), "Error") == 0 || !*query->channel;
}

static void look_for_empty(probe *probe, const probe_query *query)
{
    const cJSON *message;

    cJSON_ArrayForEach (message, query->messages) {
        const cJSON *content = live_json_get(message, "content");
        content = content ? content : live_json_get(message, "events");
        if (cJSON_IsArray(content))
            probe_saw(probe, FACT_QUERY_EMPTY_BATCH,
                      content->child &&
                              strcmp(probe->findings[FACT_QUERY_EMPTY_BATCH].value, "seen") != 0
                          ? "never"
                          : "seen");
    }
}

static void try_fact(conversation *conversation, fact_id id)
{
    const fact *fact = fact_at(id);
    probe *probe = conversation->probe;
    char *span = fill_span(probe, fact->span);
    live_buf *text = live_buf_new();
    probe_query query;

    bool ended = span && probe_query_run(conversation, &query, fact->query, span);
    cJSON *rows = span ? probe_query_rows(&query) : NULL;
    bool mistaken = span && query.status && was_mistaken(&query);
    if (mistaken)
        live_buf_add_text(text, "error");
    else if (rows)
        read_rows(probe, fact, rows, text);
    if (mistaken || ended)
        probe_saw(probe, id, value_of(fact, live_buf_data(text)));
    if (span) {
        look_for_empty(probe, &query);
        probe_query_clear(conversation, &query);
    }
    cJSON_Delete(rows);
    live_buf_free(text);
    live_free(span);
}

// The windows of the samples are over, by this machine's clock.
static void wait_for_windows(probe *probe)
{
    const bool never = false;
    int64_t left_ms = second_before(probe) + AFTER_MS + SECOND_MS - live_time_ms();

    if (left_ms > 0 && left_ms < 10000)
        probe_wait(probe, &never, left_ms);
}

void probe_try_rows(probe *probe)
{
    conversation conversation;

    if (probe->sample_ms[1] && conversation_open(&conversation, probe, probe->client)) {
        wait_for_windows(probe);
        for (size_t i = 0; i < FACT_COUNT && !probe->interrupted; i++)
            if (fact_at((fact_id)i)->query)
                try_fact(&conversation, (fact_id)i);
        conversation_close(&conversation);
    }
}
