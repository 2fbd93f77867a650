// SPDX-License-Identifier: Apache-2.0
// What is wrong with settings: a list of findings, each with the place it is about.
#ifndef AG_FINDING_H
#define AG_FINDING_H

#include <cJSON.h>
#include <live/api.h>
#include <stdbool.h>

typedef enum ag_severity {
    AG_WARNING, // it is passed over
    AG_ERROR,   // it costs the process concerned
    AG_REFUSED  // the file as a whole is refused: trying again cannot help
} ag_severity;

// "warning", "error" or "refused".
const char *ag_severity_name(ag_severity severity);

// Appends one. `pointer` is the JSON pointer of the value; `suggestion` what may be meant, or NULL.
void ag_finding_add(cJSON *findings, ag_severity severity, const char *pointer,
                    const char *suggestion, const char *format, ...) LIVE_FORMAT(5, 6);

// As ag_finding_add(), about the key of the value rather than the value.
void ag_finding_add_key(cJSON *findings, ag_severity severity, const char *pointer,
                        const char *suggestion, const char *format, ...) LIVE_FORMAT(5, 6);

ag_severity ag_finding_severity(const cJSON *finding);
const char *ag_finding_pointer(const cJSON *finding);
const char *ag_finding_text(const cJSON *finding);
const char *ag_finding_suggestion(const cJSON *finding); // NULL: none
bool ag_finding_is_of_key(const cJSON *finding);

// Whether one of them is at least so severe.
bool ag_findings_have(const cJSON *findings, ag_severity severity);

// Appends a copy of one with another severity.
void ag_finding_raise(cJSON *findings, const cJSON *finding, ag_severity severity);

// Appends copies of all of them to a list.
void ag_findings_append(cJSON *findings, const cJSON *more);

#endif
