// SPDX-License-Identifier: Apache-2.0
// Fuzzes what the platform makes of events: normalised curves, users of rooms, messages and marks of the page. The
// input is lines, an event each.
#include <live/json.h>
#include <live/loop.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "platform/chat.h"
#include "platform/normalizer.h"

enum { LINES_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_event(sim_row *row, void *user)
{
    sim_world_apply(user, row->json);
}

static void put(sim_store *store, const char *line, size_t length)
{
    cJSON *event = NULL;

    if (sim_input_parse(NULL, line, length, &event, NULL))
        return;
    live_error error = { 0 }; // an event may be a normalizer, too
    if (sim_normalizer_check(event, &error) && !*error.text)
        abort();
    if (sim_store_put(store, event, NULL, &error) && !*error.text)
        abort();
}

static void put_lines(sim_store *store, const char *text, size_t size)
{
    for (int lines = 0; size > 0 && lines < LINES_MAX; lines++) {
        const char *end = memchr(text, '\n', size);
        size_t length = end ? (size_t)(end - text) : size;
        put(store, text, length);
        text += end ? length + 1 : length;
        size -= end ? length + 1 : length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    live_loop *loop = NULL;
    sim_store *store = NULL;
    sim_world *world = NULL;

    if (live_loop_new_simulated(1000, &loop, NULL) || sim_store_new(loop, NULL, &store, NULL) ||
        sim_world_new(LIVE_SHARE "/world.json", &world, NULL))
        abort();
    sim_normalizer *normalizer = sim_normalizer_new(store, world);
    sim_listener *listener = sim_store_listen(store, on_event, world);
    put_lines(store, (const char *)data, size);
    if (live_loop_run(loop, 1, NULL) == LIVE_E_SYSTEM)
        abort();
    cJSON_Delete(sim_chat_messages(store, "k3v9a1m2q0c7d5e8f6g4h2j1n0"));
    cJSON_Delete(sim_chat_marks(store));
    sim_listener_free(listener);
    sim_normalizer_free(normalizer);
    sim_store_free(store);
    sim_world_free(world);
    live_loop_free(loop);
    return 0;
}
