// SPDX-License-Identifier: Apache-2.0
// Sources of data that the simulated platform brings itself: slow waves, the same in every run.
#include "sources.h"

#include <live/json.h>
#include <math.h>
#include <stdlib.h>

#include "memory.h"

enum { PAST_MS = 600000, EVERY_MS = 1000, EVERY_MS_MIN = 100, PERIOD_MS = 90000 };

typedef struct source {
    struct source *next;
    sim_store *store;
    cJSON *description;
    live_timer *timer;
} source;

struct sim_sources {
    source *first;
};

// A wave around the mean with a faster one upon it, two decimals.
static double value_at(const cJSON *curve, int64_t time_ms)
{
    const double turn = 2 * 3.14159265358979323846;
    double period_ms = live_json_real(curve, "period_ms", PERIOD_MS);
    double swing = live_json_real(curve, "swing", 0);
    double phase = fmod((double)time_ms, 1e9) / (period_ms > 0 ? period_ms : PERIOD_MS);
    double value = live_json_real(curve, "mean", 0) + swing * 0.9 * sin(turn * phase) +
                   swing * 0.1 * sin(turn * 7.3 * phase);

    return round(value * 100) / 100;
}

static cJSON *event_at(const cJSON *description, int64_t time_ms)
{
    cJSON *event = cJSON_CreateObject();
    const cJSON *curve;

    cJSON_AddStringToObject(event, "__type", live_json_str(description, "event_type", ""));
    cJSON_AddStringToObject(event, "__src", "simulator");
    live_json_add_int(event, "timestamp", time_ms);
    live_json_add_int(event, "liverig__index__timestamp", time_ms);
    cJSON_ArrayForEach (curve, live_json_get(description, "curves")) {
        cJSON *measured = cJSON_AddObjectToObject(event, curve->string ? curve->string : "");
        cJSON_AddNumberToObject(measured, "value", value_at(curve, time_ms));
        cJSON_AddStringToObject(measured, "uom", live_json_str(curve, "uom", ""));
    }
    return event;
}

static void send_at(const source *source, int64_t time_ms)
{
    static const sim_reception reception = { .keep_timestamp = true };

    // What is lost to memory comes again with the next one.
    if (sim_store_put(source->store, event_at(source->description, time_ms), &reception, NULL))
        return;
}

static void on_time(live_timer *timer, void *user)
{
    const source *source = user;

    (void)timer;
    send_at(source, live_loop_time_ms(sim_store_loop(source->store)));
}

static live_err add_source(sim_sources *sources, sim_store *store, const cJSON *description,
                           live_error *error)
{
    source *made = sim_alloc(1, sizeof *made);
    int64_t every_ms = live_json_int(description, "every_ms", EVERY_MS);
    int64_t now_ms = live_loop_time_ms(sim_store_loop(store));

    *made = (source){ .next = sources->first,
                      .store = store,
                      .description = cJSON_Duplicate(description, true) };
    sources->first = made;
    if (every_ms < EVERY_MS_MIN)
        every_ms = EVERY_MS_MIN;
    for (int64_t time_ms = now_ms - PAST_MS; time_ms < now_ms; time_ms += every_ms)
        send_at(made, time_ms);
    return live_timer_new(sim_store_loop(store), 0, every_ms, on_time, made, &made->timer, error);
}

live_err sim_sources_new(sim_store *store, sim_world *world, sim_sources **ret_sources,
                         live_error *error)
{
    sim_sources *sources = sim_alloc(1, sizeof *sources);
    const cJSON *description;
    live_err err = LIVE_OK;

    cJSON_ArrayForEach (description, sim_world_get(world, "sources")) {
        if (!err && *live_json_str(description, "event_type", ""))
            err = add_source(sources, store, description, error);
    }
    if (err) {
        sim_sources_free(sources);
        return err;
    }
    *ret_sources = sources;
    return LIVE_OK;
}

void sim_sources_free(sim_sources *sources)
{
    if (!sources)
        return;
    while (sources->first) {
        source *source = sources->first;
        sources->first = source->next;
        live_timer_free(source->timer);
        cJSON_Delete(source->description);
        free(source);
    }
    free(sources);
}
