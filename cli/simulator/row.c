// SPDX-License-Identifier: Apache-2.0
// A row: one event or one result with its time, shared by counting.
#include "row.h"

#include "memory.h"
#include <live/json.h>
#include <stdlib.h>

sim_row *sim_row_new(cJSON *json, int64_t time_ms)
{
    sim_row *row = sim_alloc(1, sizeof *row);

    row->refs = 1;
    row->time_ms = time_ms;
    row->json = json;
    return row;
}

sim_row *sim_row_ref(sim_row *row)
{
    row->refs++;
    return row;
}

void sim_row_unref(sim_row *row)
{
    if (!row || --row->refs > 0)
        return;
    cJSON_Delete(row->json);
    free(row);
}

const char *sim_row_type(const sim_row *row)
{
    return live_json_str(row->json, "__type", "");
}
