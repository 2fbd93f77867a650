// SPDX-License-Identifier: Apache-2.0
// Fuzzes the lenient reader of the platform's inputs: what it accepts prints as strict JSON.
#include "input.h"

#include <live/live.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cJSON *json;
    live_error error = { 0 };

    if (sim_input_parse(NULL, (const char *)data, size, &json, &error))
        return 0;
    char *text = cJSON_PrintUnformatted(json);
    if (!text || live_json_check(text, strlen(text), NULL))
        abort();
    cJSON_free(text);
    cJSON_Delete(json);
    return 0;
}
