// SPDX-License-Identifier: Apache-2.0
// Fuzzes a message's way to the bot: any row is survived, and what is said to it is answered with one message.
#include <agent/testing.h>
#include <live/log.h>
#include <live/message.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const agent_module agent_module_v1;

static agent_bench *start_bot(void)
{
    agent_bench *bench = agent_bench_new(
        &agent_module_v1, "chatterbot",
        "{\"alias\": \"Oliver\", \"output\": {\"author\": {\"id\": 7, \"name\": \"Oliver\"}}}");

    agent_bench_resource(bench, "/services/plugin-liverig/assets/rig",
                         "[{\"id\": 1, \"name\": \"RIG-1\"}, {\"id\": 2, \"name\": \"A\"}]");
    agent_bench_resource(bench, "/services/plugin-liverig/assets/rig/1/normalizer",
                         "{\"event_type\": \"rig_1\", \"filter\": \"raw\", \"curves\": {"
                         "\"SPP\": {\"options\": [{\"mnemonic\": \"SPPA\"}]}}}");
    agent_bench_rows(bench, "SPP", "[{\"timestamp\": 1, \"value\": 2, \"uom\": \"psi\"}]");
    return bench;
}

static void tell(agent_bench *bench, const cJSON *event)
{
    char *row = cJSON_PrintUnformatted(event);

    if (!row)
        abort();
    agent_bench_row(bench, row);
    agent_bench_clear_error(bench); // the bench takes no row that is no JSON
    cJSON_free(row);
    agent_bench_pass(bench, 0);
}

static size_t said(const agent_bench *bench)
{
    size_t count = 0;

    while (agent_bench_said(bench, count))
        count++;
    return count;
}

// Data that is JSON is a row as it stands; any is the text of a message that the bot is meant by.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    agent_bench *bench = start_bot();
    char *text = calloc(1, size + sizeof "Oliver, ");
    const live_author ada = { .id = 1, .name = "Ada" };
    cJSON *row = NULL;

    if (!text || agent_bench_error(bench))
        abort();
    if (!live_json_parse((const char *)data, size, &row, NULL))
        tell(bench, row);
    size_t before = said(bench);

    memcpy(text, "Oliver, ", strlen("Oliver, "));
    memcpy(text + strlen("Oliver, "), data, size);
    cJSON *event = live_message_new("room", &ada, text);
    tell(bench, event);
    if (live_event_check(event, NULL) == LIVE_OK && said(bench) != before + 1)
        abort();
    cJSON_Delete(event);
    cJSON_Delete(row);
    free(text);
    agent_bench_free(bench);
    return 0;
}
