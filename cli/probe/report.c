// SPDX-License-Identifier: Apache-2.0
// What was found, for programs and for people.
#include "probe/report.h"

#include <live/api.h>
#include <live/json.h>
#include <live/live.h>
#include <string.h>

#include "table.h"

static const char *result_of(const fact *fact, const probe_finding *finding)
{
    if (!*finding->value)
        return "not tried";
    return strcmp(finding->value, fact->values[0]) == 0 ? "agrees" : "differs";
}

static cJSON *make_entry(const fact *fact, const probe_finding *finding)
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "id", fact->id);
    cJSON_AddStringToObject(entry, "result", result_of(fact, finding));
    if (fact->values[0])
        cJSON_AddStringToObject(entry, "believed", fact->values[0]);
    if (*finding->value)
        cJSON_AddStringToObject(entry, "seen", finding->value);
    else
        cJSON_AddStringToObject(entry, "why", finding->reason);
    if (finding->members)
        cJSON_AddItemToObject(entry, "members", cJSON_Duplicate(finding->members, true));
    return entry;
}

cJSON *report_make(const probe *probe)
{
    static const char *const results[] = { "agrees", "differs", "not tried" };
    int counts[3] = { 0 };
    cJSON *report = cJSON_CreateObject();

    cJSON_AddStringToObject(report, "schema", FACT_REPORT_SCHEMA);
    cJSON_AddStringToObject(report, "live", live_version());
    cJSON_AddItemToObject(report, "plugins",
                          probe->plugins ? cJSON_Duplicate(probe->plugins, true)
                                         : cJSON_CreateObject());
    cJSON *list = cJSON_AddArrayToObject(report, "facts");
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const fact *fact = fact_at((fact_id)i);
        const probe_finding *finding = &probe->findings[i];
        cJSON_AddItemToArray(list, make_entry(fact, finding));
        for (size_t j = 0; j < 3; j++)
            counts[j] += strcmp(result_of(fact, finding), results[j]) == 0;
    }
    cJSON *summary = cJSON_AddObjectToObject(report, "summary");
    for (size_t j = 0; j < 3; j++)
        cJSON_AddNumberToObject(summary, results[j], counts[j]);
    return report;
}

// What is to be said of a fact beyond its value: what was believed, or why there is no value.
static const char *remark_of(const cJSON *entry)
{
    fact_id id = fact_find(live_json_str(entry, "id", ""));
    bool differs = strcmp(live_json_str(entry, "result", ""), "differs") == 0;

    return differs ? fact_at(id)->says : live_json_str(entry, "why", "");
}

void report_print(FILE *out, const cJSON *report)
{
    static const char *const titles[] = { "FACT", "RESULT", "BELIEVED", "SEEN", "REMARK", NULL };
    static const char *const members[] = { "id", "result", "believed", "seen" };
    cJSON *rows = cJSON_CreateArray();
    const cJSON *entry, *summary = live_json_get(report, "summary");

    cJSON_ArrayForEach (entry, live_json_get(report, "facts")) {
        cJSON *row = cJSON_CreateArray();
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(entry, members[i], "")));
        cJSON_AddItemToArray(row, cJSON_CreateString(remark_of(entry)));
        cJSON_AddItemToArray(rows, row);
    }
    table_print(out, titles, rows);
    cJSON_Delete(rows);
    fprintf(out, "\n%d agree, %d differ, %d not tried\n", (int)live_json_int(summary, "agrees", 0),
            (int)live_json_int(summary, "differs", 0), (int)live_json_int(summary, "not tried", 0));
}

bool report_agrees(const cJSON *report)
{
    return live_json_int(live_json_get(report, "summary"), "differs", 0) == 0;
}
