// SPDX-License-Identifier: Apache-2.0
// Fuzzes time spans: what reads has its begin and end, and moves.
#include "span.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t now_ms = 1711882800500;
    char *text = malloc(size + 1);
    sim_span span;

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (!sim_span_parse(text, now_ms, SIM_ZONE_LOCAL, &span, NULL)) {
        sim_span_move(&span, now_ms + 60000, SIM_ZONE_LOCAL);
        if (span.open && span.end_ms < now_ms)
            abort();
    }
    free(text);
    return 0;
}
