// SPDX-License-Identifier: Apache-2.0
// How many events a second the simulator takes with 50 running queries.
//     pipes_bench [events [queries]]
#include "query.h"

#include <inttypes.h>
#include <live/live.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const expressions[] = {
    "rig_01 mnemonic!:(SPP|RPM)",
    "rig_01 => mnemonic, value#, uom",
    "rig_01 => value#:avg() as m, count() by mnemonic every 5 seconds",
    "rig_01 mnemonic!:SPP => value#:max() as m every second over last 30 seconds",
    "* => count() by __type every second",
};

static uint64_t rows;

static void count_rows(cJSON *message, void *user)
{
    (void)user;
    rows += (uint64_t)cJSON_GetArraySize(live_json_get(message, "content"));
    cJSON_Delete(message);
}

static void put_event(sim_store *store, int number)
{
    static const char *const mnemonics[] = { "SPP", "RPM", "WOB", "HKLD", "ROP" };
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "__type", number % 4 ? "rig_01" : "rig_02");
    cJSON_AddStringToObject(event, "mnemonic", mnemonics[number % 5]);
    cJSON_AddNumberToObject(event, "value", number % 977);
    cJSON_AddStringToObject(event, "uom", "psi");
    if (sim_store_put(store, event, NULL, NULL))
        exit(EXIT_FAILURE);
}

// 1000 events for each second of the simulated clock.
static void send_all(live_loop *loop, sim_store *store, int events)
{
    for (int i = 0; i < events; i++) {
        put_event(store, i);
        live_err err = live_loop_run(loop, 1, NULL);
        if (err && err != LIVE_E_TIMEOUT)
            exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    int events = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 20000;
    int count = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 50;
    sim_query **queries = calloc((size_t)count + 1, sizeof *queries);
    sim_store_options options = { .max_events = 100000 };
    live_loop *loop;
    sim_store *store;

    if (!queries || live_loop_new_simulated(INT64_C(1700000000000), &loop, NULL) ||
        sim_store_new(loop, &options, &store, NULL))
        return EXIT_FAILURE;
    for (int i = 0; i < count; i++) {
        sim_query_options query = { .expression = expressions[i % 5], .follow = true };
        if (sim_query_start(store, &query, count_rows, NULL, &queries[i], NULL))
            return EXIT_FAILURE;
    }

    int64_t begin_ms = live_time_monotonic_ms();
    send_all(loop, store, events);
    int64_t took_ms = live_time_monotonic_ms() - begin_ms;
    printf("%d events, %d queries, %" PRIu64 " rows out: %.0f events/s\n", events, count, rows,
           events * 1000.0 / (double)(took_ms > 0 ? took_ms : 1));

    for (int i = 0; i < count; i++)
        sim_query_free(queries[i]);
    sim_store_free(store);
    live_loop_free(loop);
    free(queries);
    return EXIT_SUCCESS;
}
