// SPDX-License-Identifier: Apache-2.0
// live validate: the settings file looked at without running anything of it.
#include "settings/validate.h"

#include <errno.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "settings/check.h"

enum { EXIT_REFUSED = 2 };

static int verdict(const cJSON *findings)
{
    if (ag_findings_have(findings, AG_REFUSED))
        return EXIT_REFUSED;
    return ag_findings_have(findings, AG_ERROR) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static live_err print_lines(const char *path, const cJSON *findings, live_error *error)
{
    const cJSON *finding;
    int errors = 0, warnings = 0;

    cJSON_ArrayForEach (finding, findings) {
        bool warning = ag_finding_severity(finding) == AG_WARNING;
        warnings += warning;
        errors += !warning;
        printf("%s:%d:%d: %s: %s: %s\n", path, (int)live_json_int(finding, "line", 1),
               (int)live_json_int(finding, "column", 1), warning ? "warning" : "error",
               ag_finding_pointer(finding), ag_finding_text(finding));
    }
    if (errors + warnings == 0)
        printf("%s: fine\n", path);
    else
        fprintf(stderr, "%d error%s, %d warning%s\n", errors, errors == 1 ? "" : "s", warnings,
                warnings == 1 ? "" : "s");
    return fflush(stdout) == 0 ? LIVE_OK
                               : live_fail_errno(error, errno, "the output cannot be written");
}

static live_err print_json(const char *path, const cJSON *findings, live_error *error)
{
    cJSON *all = cJSON_CreateObject();

    cJSON_AddStringToObject(all, "file", path);
    cJSON_AddBoolToObject(all, "valid", verdict(findings) == EXIT_SUCCESS);
    cJSON_AddItemToObject(all, "findings", cJSON_Duplicate(findings, true));
    live_err err = live_json_write(all, stdout, error);
    cJSON_Delete(all);
    return err;
}

static int report(const char *path, const cJSON *findings, bool json)
{
    live_error error = { 0 };

    if ((json ? print_json : print_lines)(path, findings, &error)) {
        fprintf(stderr, "live: %s\n", error.text);
        return EXIT_FAILURE;
    }
    return verdict(findings);
}

// A file that cannot be read at all: the error says where.
static int refuse(const char *path, bool json, const live_error *error)
{
    cJSON *findings = cJSON_CreateArray();
    int code = EXIT_REFUSED;

    if (json) {
        ag_finding_add(findings, AG_REFUSED, "", NULL, "%s", error->text);
        code = report(path, findings, true);
    } else {
        fprintf(stderr, "%s\n", error->text);
    }
    cJSON_Delete(findings);
    return code;
}

int ag_validate(const char *path, const agent_module *const *modules, bool json)
{
    ag_settings *settings = NULL;
    ag_catalogue *catalogue = NULL;
    live_error error = { 0 };

    if (ag_settings_read(path, &settings, &error))
        return refuse(path, json, &error);
    live_err err = ag_catalogue_new(settings, modules, &catalogue, &error);
    if (err) {
        ag_settings_free(settings);
        return refuse(path, json, &error);
    }
    cJSON *findings = ag_check_all(settings, catalogue);
    int code = report(path, findings, json);
    cJSON_Delete(findings);
    ag_catalogue_free(catalogue);
    ag_settings_free(settings);
    return code;
}
