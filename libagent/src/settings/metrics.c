// SPDX-License-Identifier: Apache-2.0
// The settings of the endpoint that Prometheus asks.
#include "settings/metrics.h"

#include <live/json.h>
#include <string.h>

#include "settings/address.h"
#include "settings/finding.h"
#include "settings/value.h"

#define LISTEN "/metrics/listen"

const agent_setting ag_metrics_rows[] = {
    AGENT_STRING(ag_metrics, listen, "",
                 "Address and port that Prometheus asks, such as 127.0.0.1:9464; without it there "
                 "is none.",
                 .pattern = "^(([0-9.]{7,15}|localhost|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5})?$"),
    AGENT_BOOL(ag_metrics, allow_remote, "false",
               "Whether other machines may reach it; nobody is asked for a password."),
    AGENT_STRINGS(ag_metrics, hosts,
                  "Names by which it may be asked; for addresses and localhost none is needed."),
    { 0 },
};

static bool is_told(const cJSON *findings, const char *pointer)
{
    const cJSON *finding;

    cJSON_ArrayForEach (finding, findings)
        if (strcmp(ag_finding_pointer(finding), pointer) == 0)
            return true;
    return false;
}

void ag_metrics_check(const cJSON *json, cJSON *findings)
{
    const char *listen = live_json_str(json, "listen", "");
    live_error error = { 0 };
    ag_address address;

    if (!*listen || is_told(findings, LISTEN))
        return;
    if (ag_address_read(listen, &address, &error))
        ag_finding_add(findings, AG_REFUSED, LISTEN, NULL, "%s", error.text);
    else if (!address.is_loopback && !live_json_bool(json, "allow_remote", false))
        ag_finding_add(findings, AG_REFUSED, LISTEN, NULL,
                       "other machines would reach %s: 127.0.0.1 or [::1], or \"allow_remote\": "
                       "true where they may",
                       address.host);
}

cJSON *ag_metrics_config(const cJSON *json)
{
    static const ag_table table = { .rows = ag_metrics_rows, .stride = sizeof *ag_metrics_rows };
    ag_config *config = NULL;
    cJSON *told = NULL;

    if (ag_config_new(table, sizeof(ag_metrics), json, "", &config, NULL))
        return NULL;
    const ag_metrics *own = ag_config_data(config);
    if (*own->listen) {
        told = cJSON_CreateObject();
        cJSON_AddStringToObject(told, "type", AG_METRICS);
        cJSON_AddStringToObject(told, "listen", own->listen);
        cJSON *hosts = cJSON_AddArrayToObject(told, "hosts");
        for (size_t i = 0; i < own->hosts.count; i++)
            cJSON_AddItemToArray(hosts, cJSON_CreateString(own->hosts.items[i]));
    }
    ag_config_free(config);
    return told;
}
