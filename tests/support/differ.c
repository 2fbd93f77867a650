// SPDX-License-Identifier: Apache-2.0
// Prints a report of a platform that differs in every fact that the simulator can imitate.
//
//   differ N      the Nth of what each fact may be otherwise, from 1; after the last one comes the first again
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/facts.h"

static const struct {
    fact_id id; // FACT_COUNT: all others
    const char *numbers[4];
} numbers[] = {
    { FACT_INPUT_STATUS, { "201", "202", "203", "299" } },
    { FACT_COMETD_TIMEOUT, { "20000", "5000", "3000", "60000" } },
    { FACT_COMETD_INTERVAL, { "20", "50", "1", "100" } },
    { FACT_COUNT, { "403", "302", "599", "418" } },
};

static const char *number_of(fact_id id, int turn)
{
    size_t row = 0;

    while (numbers[row].id != id && numbers[row].id != FACT_COUNT)
        row++;
    return numbers[row].numbers[turn % 4];
}

static const char *otherwise(fact_id id, int turn)
{
    const fact *fact = fact_at(id);
    int count = 0;

    if (fact->number)
        return number_of(id, turn);
    while (count < FACT_VALUES_MAX && fact->values[count])
        count++;
    return fact->values[1 + turn % (count - 1)];
}

// What is refused at once has no message in which a position could stand; and the user of the trials may read everything.
static bool is_hidden(fact_id id, int turn)
{
    const bool no_message = strcmp(otherwise(FACT_QUERY_MISTAKE, turn), "refused") == 0 &&
                            strcmp(otherwise(FACT_QUERY_MISTAKE_FOLLOWING, turn), "refused") == 0;

    return (id == FACT_QUERY_POSITION && no_message) || id == FACT_REST_FORBIDDEN;
}

int main(int argc, char **argv)
{
    int turn = argc > 1 ? (int)strtol(argv[1], NULL, 10) - 1 : 0;
    const char *between = "";

    printf("{\"schema\":\"%s\",\"facts\":[", FACT_REPORT_SCHEMA);
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        if (fact->unlike || is_hidden((fact_id)id, turn))
            continue;
        printf("%s\n{\"id\":\"%s\",\"result\":\"differs\",\"believed\":\"%s\",\"seen\":\"%s\"}",
               between, fact->id, fact->values[0], otherwise((fact_id)id, turn));
        between = ",";
    }
    puts("]}");
    return 0;
}
