// SPDX-License-Identifier: Apache-2.0
// Trials of the REST input: what it takes, and what becomes of it. Its events are of the scratch type.
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "probe/conversation.h"

enum { PAUSE_MS = 5 };

// The samples that queries are tried on; each is received at a time of its own.
static const char *const samples[] = {
    "{\"__type\":\"T\",\"sample\":\"yes\",\"tag\":\"a\",\"n\":1,\"group\":\"z\",\"code\":19,"
    "\"text\":\"Pump one\",\"list\":[\"x\",\"y\"],\"m\":{\"k\":\"deep\"},\"odd\":\"a:b\"}",
    "{\"__type\":\"T\",\"sample\":\"yes\",\"tag\":\"b\",\"n\":2,\"group\":\"z\",\"code\":\"19\","
    "\"text\":\"pump\"}",
    "{\"__type\":\"T\",\"sample\":\"yes\",\"tag\":\"c\",\"n\":3,\"group\":\"y\",\"alone\":\"x\"}",
    "{\"__type\":\"T\",\"sample\":\"yes\",\"tag\":\"d\",\"n\":4,\"group\":\"y\"}",
};

enum { SAMPLES = sizeof samples / sizeof *samples };

// What is no plain JSON, and what is found of it afterwards by its tag.
static const struct {
    fact_id id;
    const char *event, *tag;
} lenient[] = {
    { FACT_INPUT_BARE_WORDS, "{__type: T, tag: bare}", "bare" },
    { FACT_INPUT_SINGLE_QUOTES, "{'__type': 'T', 'tag': 'single'}", "single" },
    { FACT_INPUT_SEPARATORS, "{\"__type\"=\"T\"; \"tag\"=\"apart\"}", "apart" },
    { FACT_INPUT_COMMENTS, "{\"__type\": \"T\", /* why */ \"tag\": \"said\"}", "said" },
};

static void pause_for(probe *probe, int64_t ms)
{
    const bool never = false;

    probe_wait(probe, &never, ms);
}

static bool post(probe *probe, const char *event, probe_answer *ret_answer)
{
    char *filled = probe_fill(probe, event);
    bool taken = filled && probe_post(probe, filled, ret_answer);

    live_free(filled);
    return taken;
}

static bool post_plainly(probe *probe, const char *event)
{
    probe_answer answer = { 0 };
    bool taken = post(probe, event, &answer);

    probe_answer_clear(&answer);
    return taken;
}

static void try_answer(probe *probe, const probe_answer *answer)
{
    probe_saw_number(probe, FACT_INPUT_STATUS, answer->status);
    probe_saw(probe, FACT_INPUT_BODY,
              cJSON_IsObject(answer->json)    ? "object"
              : answer->text && *answer->text ? "text"
                                              : "empty");
}

static bool post_samples(probe *probe)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        probe_answer answer = { 0 };
        bool taken = post(probe, samples[i], &answer);
        if (taken && i == 0)
            try_answer(probe, &answer);
        probe_answer_clear(&answer);
        if (!taken)
            return false;
        pause_for(probe, PAUSE_MS);
    }
    return true;
}

static void find_samples(conversation *conversation)
{
    probe *probe = conversation->probe;
    cJSON *rows = conversation_rows(conversation, "T sample:yes => timestamp# as v, tag",
                                    ",\"span\":\"last 10 minutes\"", SAMPLES);

    if (cJSON_GetArraySize(rows) >= SAMPLES)
        for (int i = 0; i < 2; i++)
            probe->sample_ms[i] = live_json_int(cJSON_GetArrayItem(rows, i), "v", 0);
    cJSON_Delete(rows);
}

// What is sent besides the samples

static void post_others(probe *probe)
{
    static const char *const events[] = {
        "{\"__type\":\"T\",\"tag\":\"timed\",\"timestamp\":1000000000000}",
        "{\"__type\":\"T\",\"tag\":\"sourced\",\"__src\":\"live-probe\"}",
        "{\"__type\":\"T\",\"tag\":\"over\",\"key\":1,\"__overwrite\":\"key\"}",
        "{\"__type\":\"T\",\"tag\":\"over\",\"key\":\"1\",\"__overwrite\":\"key\"}",
    };
    probe_answer answer = { 0 };

    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        post_plainly(probe, events[i]);
    for (size_t i = 0; i < sizeof lenient / sizeof *lenient; i++)
        if (!post_plainly(probe, lenient[i].event))
            probe_saw(probe, lenient[i].id, "refused");
    post(probe, "{\"__type\":", &answer);
    if (answer.status)
        probe_saw_number(probe, FACT_INPUT_BAD_JSON, answer.status);
    probe_answer_clear(&answer);
}

static int count_tagged(const cJSON *rows, const char *tag)
{
    const cJSON *row;
    int count = 0;

    cJSON_ArrayForEach (row, rows)
        count += strcmp(live_json_str(row, "tag", ""), tag) == 0;
    return count;
}

static void look_at_source(probe *probe, const cJSON *row)
{
    const cJSON *source = live_json_get(row, "__src");

    if (row)
        probe_saw(probe, FACT_INPUT_SOURCE,
                  !source                                                      ? "removed"
                  : strcmp(live_json_str(row, "__src", ""), "live-probe") == 0 ? "kept"
                                                                               : "replaced");
}

static void look_at_others(probe *probe, const cJSON *recent, const cJSON *old)
{
    const cJSON *over = conversation_tagged(recent, "over");

    look_at_source(probe, conversation_tagged(recent, "sourced"));
    if (over) {
        probe_saw(probe, FACT_INPUT_MODIFIERS,
                  live_json_get(over, "__overwrite") ? "left" : "removed");
        probe_saw(probe, FACT_INPUT_OVERWRITE,
                  count_tagged(recent, "over") == 2 ? "by-type" : "alike");
    }
    if (conversation_tagged(recent, "timed") || conversation_tagged(old, "timed"))
        probe_saw(probe, FACT_INPUT_TIMESTAMP,
                  conversation_tagged(recent, "timed") ? "replaced" : "kept");
    for (size_t i = 0; i < sizeof lenient / sizeof *lenient; i++)
        if (conversation_tagged(recent, lenient[i].tag))
            probe_saw(probe, lenient[i].id, "taken");
}

static void try_probe(probe *probe)
{
    probe_answer answer;

    probe_ask(probe, probe->client, probe->input, NULL, &answer);
    if (answer.status)
        probe_saw_number(probe, FACT_INPUT_PROBE, answer.status);
    probe_answer_clear(&answer);
}

// All whose events are read back: what is said of them where there are none.
static void miss_all(probe *probe, const char *reason)
{
    for (int id = FACT_INPUT_PROBE; id <= FACT_INPUT_OVERWRITE; id++)
        if (id != FACT_INPUT_UNKNOWN)
            probe_missed(probe, (fact_id)id, reason);
}

void probe_try_inputs(probe *probe)
{
    static const char others[] =
        "T (tag:timed|tag:sourced|tag:over|tag:bare|tag:single|tag:apart|tag:said)";
    conversation conversation;

    if (!probe->input) {
        miss_all(probe, "no REST input is set");
        return;
    }
    try_probe(probe);
    if (!post_samples(probe)) {
        miss_all(probe, "the REST input takes no events");
        return;
    }
    post_others(probe);
    if (conversation_open(&conversation, probe, probe->client)) {
        find_samples(&conversation);
        cJSON *recent =
            conversation_rows(&conversation, others, ",\"span\":\"last 10 minutes\"", 3);
        cJSON *old = conversation_rows(&conversation, "T tag:timed",
                                       ",\"span\":\"ts 999999999000 to ts 1000000001000\"", 0);
        look_at_others(probe, recent, old);
        cJSON_Delete(recent);
        cJSON_Delete(old);
    }
    conversation_close(&conversation);
    miss_all(probe, "the event was not found again");
}
