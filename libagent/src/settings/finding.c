// SPDX-License-Identifier: Apache-2.0
// What is wrong with settings.
#include "settings/finding.h"

#include <live/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 400 };

static const char *const names[] = {
    [AG_WARNING] = "warning", [AG_ERROR] = "error", [AG_REFUSED] = "refused"
};

const char *ag_severity_name(ag_severity severity)
{
    return names[severity];
}

static void add(cJSON *findings, ag_severity severity, const char *pointer, bool key,
                const char *suggestion, const char *text)
{
    cJSON *finding = cJSON_CreateObject();

    cJSON_AddStringToObject(finding, "severity", names[severity]);
    cJSON_AddStringToObject(finding, "pointer", pointer);
    cJSON_AddStringToObject(finding, "text", text);
    if (key)
        cJSON_AddBoolToObject(finding, "key", true);
    if (suggestion)
        cJSON_AddStringToObject(finding, "suggestion", suggestion);
    cJSON_AddItemToArray(findings, finding);
}

void ag_finding_add(cJSON *findings, ag_severity severity, const char *pointer,
                    const char *suggestion, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(findings, severity, pointer, false, suggestion, text);
}

void ag_finding_add_key(cJSON *findings, ag_severity severity, const char *pointer,
                        const char *suggestion, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(findings, severity, pointer, true, suggestion, text);
}

ag_severity ag_finding_severity(const cJSON *finding)
{
    const char *name = live_json_str(finding, "severity", "");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return (ag_severity)i;
    return AG_ERROR;
}

const char *ag_finding_pointer(const cJSON *finding)
{
    return live_json_str(finding, "pointer", "");
}

const char *ag_finding_text(const cJSON *finding)
{
    return live_json_str(finding, "text", "");
}

const char *ag_finding_suggestion(const cJSON *finding)
{
    return live_json_str(finding, "suggestion", NULL);
}

bool ag_finding_is_of_key(const cJSON *finding)
{
    return live_json_bool(finding, "key", false);
}

bool ag_findings_have(const cJSON *findings, ag_severity severity)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, findings)
        if (ag_finding_severity(finding) >= severity)
            return true;
    return false;
}

void ag_finding_raise(cJSON *findings, const cJSON *finding, ag_severity severity)
{
    add(findings, severity, ag_finding_pointer(finding), ag_finding_is_of_key(finding),
        ag_finding_suggestion(finding), ag_finding_text(finding));
}

void ag_findings_append(cJSON *findings, const cJSON *more)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, more)
        cJSON_AddItemToArray(findings, cJSON_Duplicate(finding, true));
}
