// SPDX-License-Identifier: Apache-2.0
// Everything that is wrong with one process, or with a whole file.
#include "settings/check.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/binding.h"
#include "settings/value.h"

// What the settings' own checks found below a pointer.
static void append_below(cJSON *findings, const cJSON *more, const char *pointer)
{
    size_t length = strlen(pointer);
    const cJSON *finding;

    cJSON_ArrayForEach (finding, more) {
        const char *own = ag_finding_pointer(finding);
        if (strncmp(own, pointer, length) == 0 && (own[length] == '/' || !own[length]))
            ag_finding_raise(findings, finding, ag_finding_severity(finding));
    }
}

static void note_unknown_type(const ag_catalogue *catalogue, const char *pointer, const char *type,
                              cJSON *findings)
{
    const char *nearest = ag_catalogue_nearest(catalogue, type);
    char place[AG_POINTER_BYTES];

    ag_pointer_join(pointer, "type", place, sizeof place);
    ag_finding_add(findings, AG_ERROR, place, nearest, "no enabled module has a process '%s'%s%s%s",
                   type, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                   nearest ? "'?" : "");
}

cJSON *ag_check_process(const ag_settings *settings, const ag_catalogue *catalogue,
                        const cJSON *process, cJSON *findings)
{
    const char *type = live_json_str(process, "type", NULL), *module = NULL, *path = NULL;
    char pointer[AG_POINTER_BYTES];

    ag_settings_pointer(process->string, pointer, sizeof pointer);
    append_below(findings, ag_settings_findings(settings), pointer);
    if (!type)
        return NULL;
    if (!ag_catalogue_find(catalogue, type, &module, &path)) {
        note_unknown_type(catalogue, pointer, type, findings);
        return NULL;
    }
    cJSON *more = ag_catalogue_findings(catalogue, type, process->string);
    ag_findings_append(findings, more);
    cJSON_Delete(more);

    cJSON *found = cJSON_CreateObject();
    cJSON_AddStringToObject(found, "module", module);
    if (path)
        cJSON_AddStringToObject(found, "path", path);
    if (ag_catalogue_is_bot(catalogue, type))
        ag_binding_add(catalogue, process, found, findings);
    return found;
}

// The whole file

typedef struct placed {
    ag_place place;
    cJSON *finding;
    size_t order;
} placed;

static int compare(const void *a, const void *b)
{
    const placed *one = a, *other = b;
    int by_line = (one->place.line > other->place.line) - (one->place.line < other->place.line);
    int by_column =
        (one->place.column > other->place.column) - (one->place.column < other->place.column);

    if (by_line)
        return by_line;
    return by_column ? by_column : (one->order > other->order) - (one->order < other->order);
}

// Each finding gets its line and column, and they are sorted by them.
static cJSON *place_all(const ag_settings *settings, cJSON *findings)
{
    size_t count = (size_t)cJSON_GetArraySize(findings);
    placed *all = calloc(count + 1, sizeof *all);
    cJSON *sorted = cJSON_CreateArray();

    for (size_t i = 0; all && i < count; i++) {
        cJSON *finding = cJSON_DetachItemFromArray(findings, 0);
        all[i] = (placed){ ag_settings_place(settings, finding), finding, i };
        cJSON_AddNumberToObject(finding, "line", all[i].place.line);
        cJSON_AddNumberToObject(finding, "column", all[i].place.column);
    }
    if (all)
        qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; all && i < count; i++)
        cJSON_AddItemToArray(sorted, all[i].finding);
    free(all);
    cJSON_Delete(findings);
    return sorted;
}

static bool is_of_a_process(const cJSON *finding)
{
    static const char below[] = "/processes/";

    return strncmp(ag_finding_pointer(finding), below, sizeof below - 1) == 0;
}

cJSON *ag_check_all(const ag_settings *settings, const ag_catalogue *catalogue)
{
    cJSON *findings = cJSON_CreateArray();
    const cJSON *process, *finding;

    cJSON_ArrayForEach (finding, ag_settings_findings(settings))
        if (!is_of_a_process(finding))
            ag_finding_raise(findings, finding, ag_finding_severity(finding));
    ag_findings_append(findings, ag_catalogue_module_findings(catalogue));
    cJSON_ArrayForEach (process, ag_settings_processes(settings))
        if (live_json_get(ag_settings_processes(settings), process->string) ==
            process) // not its twin
            cJSON_Delete(ag_check_process(settings, catalogue, process, findings));
    return place_all(settings, findings);
}
