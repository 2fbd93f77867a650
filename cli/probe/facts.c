// SPDX-License-Identifier: Apache-2.0
// Finding rows of the table of facts.
#include "probe/facts_table.h"

#include <string.h>

const fact *fact_at(fact_id id)
{
    if (id < FACT_QUERY_UNKNOWN_MEMBER)
        return &facts_of_platform[id];
    return id < FACT_SPAN_SECONDS ? &facts_of_queries[id - FACT_QUERY_UNKNOWN_MEMBER]
                                  : &facts_of_language[id - FACT_SPAN_SECONDS];
}

fact_id fact_find(const char *name)
{
    int id = 0;

    while (id < FACT_COUNT && strcmp(fact_at((fact_id)id)->id, name) != 0)
        id++;
    return (fact_id)id;
}

int fact_value(const fact *fact, const char *value)
{
    for (int i = 0; i < FACT_VALUES_MAX && fact->values[i]; i++)
        if (strcmp(fact->values[i], value) == 0)
            return i;
    return -1;
}
