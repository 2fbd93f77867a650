// SPDX-License-Identifier: Apache-2.0
// The features of the platform.
#include <live/feature.h>

#include <live/json.h>

#include "base/auto.h"

static const live_need queries[] = {
    { LIVE_NEED_PERMISSION, "CONSOLE", NULL },
    { 0 },
};
static const live_need assets[] = {
    { LIVE_NEED_PLUGIN, "plugin-liverig", ">=2.17.0" },
    { LIVE_NEED_PERMISSION, "ASSETS", NULL },
    { 0 },
};
static const live_need analysis[] = {
    { LIVE_NEED_PLUGIN, "plugin-liverig-vis", ">=2.17.0" },
    { LIVE_NEED_PLUGIN, "plugin-annotations", ">=2.24.5" },
    { LIVE_NEED_PLUGIN, "plugin-restinput", ">=2.25.0" },
    { LIVE_NEED_PERMISSION, "ASSETS", NULL },
    { 0 },
};
static const live_need rest_input[] = {
    { LIVE_NEED_PLUGIN, "plugin-restinput", ">=2.25.0" },
    { 0 },
};
static const live_need tcp_input[] = {
    { LIVE_NEED_PLUGIN, "plugin-tcpinput", ">=2.24.0" },
    { 0 },
};
static const live_need annotations[] = {
    { LIVE_NEED_PLUGIN, "plugin-annotations", ">=2.24.5" },
    { LIVE_NEED_PLUGIN, "plugin-restinput", ">=2.25.0" },
    { LIVE_NEED_PERMISSION, "EDIT_ANNOTATIONS", NULL },
    { 0 },
};
static const live_need messages[] = {
    { LIVE_NEED_PLUGIN, "plugin-messenger", ">=2.24.0" },
    { 0 },
};
static const live_need dashboards[] = {
    { LIVE_NEED_PLUGIN, "live-ui", ">=2.24.0" },
    { LIVE_NEED_PERMISSION, "DASHBOARDS", NULL },
    { 0 },
};
static const live_need rooms[] = {
    { LIVE_NEED_PLUGIN, "plugin-messenger", ">=2.24.0" },
    { LIVE_NEED_PERMISSION, "USE_MESSENGER", NULL },
    { 0 },
};

static const live_feature features[] = {
    { "queries", queries },
    { "assets", assets },
    { "auto-analysis", analysis },
    { LIVE_FEATURE_REST_INPUT, rest_input },
    { LIVE_FEATURE_TCP_INPUT, tcp_input },
    { "annotations", annotations },
    { "messenger events", messages },
    { "dashboards", dashboards },
    { "messenger rooms", rooms },
    { 0 },
};

const live_feature *live_feature_list(void)
{
    return features;
}

static live_err add_feature(cJSON *report, const live_feature *feature, const cJSON *offer,
                            live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *missing = NULL;
    live_err err = live_need_check(feature->needs, offer, &missing, error);
    if (err)
        return err;

    cJSON *entry = cJSON_CreateObject();
    if (!cJSON_AddItemToArray(report, entry) ||
        !cJSON_AddStringToObject(entry, "name", feature->name) ||
        !cJSON_AddBoolToObject(entry, "available", !missing->child) ||
        !cJSON_AddItemToObject(entry, "missing", missing))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    missing = NULL;
    return LIVE_OK;
}

live_err live_feature_report(const cJSON *offer, cJSON **ret_report, live_error *error)
{
    cJSON *report = cJSON_CreateArray();
    live_err err = report ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");

    for (const live_feature *feature = features; !err && feature->name; feature++)
        err = add_feature(report, feature, offer, error);
    if (err)
        cJSON_Delete(report);
    else
        *ret_report = report;
    return err;
}
