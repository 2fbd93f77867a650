// SPDX-License-Identifier: Apache-2.0
// What tests of modules look at most often.
#include "module_bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const cJSON *bench_event(const agent_bench *bench)
{
    size_t count = agent_bench_event_count(bench);
    return count ? agent_bench_event(bench, count - 1) : NULL;
}

double bench_figure(const agent_bench *bench, const char *path)
{
    const cJSON *value = bench_event(bench);
    char word[64];

    while (value && *path) {
        size_t length = strcspn(path, "/");
        assert_true(length < sizeof word);
        memcpy(word, path, length);
        word[length] = '\0';
        value = live_json_get(value, word);
        path += length + (path[length] == '/');
    }
    return cJSON_IsNumber(value) ? value->valuedouble : (double)NAN;
}
