// SPDX-License-Identifier: Apache-2.0
// A simulated platform for tests of queries: a store on a clock of its own, and what a query says.
#include "query_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char text[65536];

void bench_open(query_bench *bench)
{
    live_error error = { 0 };

    *bench = (query_bench){ .messages = cJSON_CreateArray() };
    assert_int_equal(live_loop_new_simulated(BENCH_START_MS, &bench->loop, &error), LIVE_OK);
    assert_int_equal(sim_store_new(bench->loop, NULL, &bench->store, &error), LIVE_OK);
}

void bench_close(query_bench *bench)
{
    sim_query_free(bench->query);
    sim_store_free(bench->store);
    live_loop_free(bench->loop);
    cJSON_Delete(bench->messages);
}

static cJSON *parse(const char *json)
{
    char copy[4096];
    cJSON *event;
    live_error error = { 0 };

    snprintf(copy, sizeof copy, "%s", json);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    if (live_json_parse(copy, strlen(copy), &event, &error))
        fail_msg("%s: %s", json, error.text);
    return event;
}

void bench_load(query_bench *bench, int64_t offset_ms, const char *json)
{
    cJSON *event = parse(json);
    sim_reception kept = { .keep_timestamp = true };

    live_json_add_int(event, "timestamp", BENCH_START_MS + offset_ms);
    assert_int_equal(sim_store_put(bench->store, event, &kept, NULL), LIVE_OK);
}

void bench_send(query_bench *bench, const char *json)
{
    assert_int_equal(sim_store_put(bench->store, parse(json), NULL, NULL), LIVE_OK);
}

sim_world *bench_world(const char *json)
{
    char path[] = "/tmp/bench-world.XXXXXX";
    cJSON *document = parse(json);
    char *printed = cJSON_PrintUnformatted(document);
    int fd = mkstemp(path);
    sim_world *world = NULL;
    live_error error = { 0 };

    assert_true(fd >= 0 && write(fd, printed, strlen(printed)) == (ssize_t)strlen(printed));
    close(fd);
    if (sim_world_new(path, &world, &error))
        fail_msg("%s", error.text);
    unlink(path);
    cJSON_free(printed);
    cJSON_Delete(document);
    return world;
}

void bench_run(query_bench *bench, int64_t ms)
{
    live_error error = { 0 };
    live_err err = live_loop_run(bench->loop, ms, &error);

    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

static void take_message(cJSON *message, void *user)
{
    query_bench *bench = user;

    cJSON_AddItemToArray(bench->messages, message);
}

void bench_start(query_bench *bench, const sim_query_options *options)
{
    live_error error = { 0 };

    sim_query_free(bench->query);
    assert_int_equal(
        sim_query_start(bench->store, options, take_message, bench, &bench->query, &error),
        LIVE_OK);
    for (int i = 0; i < 50; i++)
        bench_run(bench, 0);
}

void bench_query(query_bench *bench, const char *expression, const char *span, bool follow)
{
    sim_query_options options = {
        .expression = expression, .span = span, .follow = follow, .preload = true
    };

    bench_start(bench, &options);
}

// Prints with single quotes, which read better in expectations.
static void add_json(const cJSON *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    size_t length = strlen(text);

    for (char *at = printed; *at && length < sizeof text - 1; at++)
        text[length++] = *at == '"' ? '\'' : *at;
    text[length] = '\0';
    cJSON_free(printed);
}

const char *bench_batches(query_bench *bench)
{
    const cJSON *message, *row;

    text[0] = '\0';
    cJSON_ArrayForEach (message, bench->messages) {
        if (strcmp(live_json_str(message, "type", ""), "event") != 0)
            continue;
        strcat(text, "[");
        cJSON_ArrayForEach (row, live_json_get(message, "content")) {
            cJSON *shown = cJSON_Duplicate(row, true);
            int64_t time_ms = live_json_int(shown, "timestamp", 0) - BENCH_START_MS;
            cJSON_ReplaceItemInObjectCaseSensitive(shown, "timestamp",
                                                   cJSON_CreateNumber((double)time_ms));
            add_json(shown);
            cJSON_Delete(shown);
        }
        strcat(text, "]");
    }
    return text;
}

const char *bench_rows(query_bench *bench, const char *expression)
{
    static char rows[65536];
    const cJSON *message, *row;

    bench_forget(bench);
    bench_query(bench, expression, "last hour", false);
    message = bench_message(bench, "stop");
    if (!message || strcmp(live_json_str(message, "reason", ""), "NoRealTime") != 0)
        fail_msg("%s: %s", expression, live_json_str(message, "message", "no stop"));
    text[0] = '\0';
    cJSON_ArrayForEach (message, bench->messages) {
        cJSON_ArrayForEach (row, live_json_get(message, "content")) {
            cJSON *shown = cJSON_Duplicate(row, true);
            cJSON_DeleteItemFromObjectCaseSensitive(shown, "timestamp");
            add_json(shown);
            cJSON_Delete(shown);
        }
    }
    snprintf(rows, sizeof rows, "%s", text);
    return rows;
}

const char *bench_types(query_bench *bench)
{
    const char *last = "";
    const cJSON *message;

    text[0] = '\0';
    cJSON_ArrayForEach (message, bench->messages) {
        const char *type = live_json_str(message, "type", "?");
        bool again = strcmp(type, last) == 0 &&
                     (strcmp(type, "event") == 0 || strcmp(type, "progress") == 0);
        if (!again)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "",
                     type);
        last = type;
    }
    return text;
}

const cJSON *bench_message(query_bench *bench, const char *type)
{
    const cJSON *message;

    cJSON_ArrayForEach (message, bench->messages) {
        if (strcmp(live_json_str(message, "type", ""), type) == 0)
            return message;
    }
    return NULL;
}

void bench_forget(query_bench *bench)
{
    cJSON_Delete(bench->messages);
    bench->messages = cJSON_CreateArray();
}
