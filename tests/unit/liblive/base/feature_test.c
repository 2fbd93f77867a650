// SPDX-License-Identifier: Apache-2.0
// Platform check P-23: the report of all features.
#include <live/feature.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

static const char *const plugins[][2] = {
    { "plugin-liverig", "2.17.0" },
    { "plugin-liverig-vis", "2.17.0-SNAPSHOT" },
    { "plugin-annotations", "2.24.5" },
    { "plugin-restinput", "2.25.0" },
    { "plugin-tcpinput", "2.24.0" },
    { "plugin-messenger", "2.24.0" },
    { "live-ui", "2.24.0" },
};

static cJSON *offer_of(const char *permissions)
{
    cJSON *offer = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(offer, "plugins");

    for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++) {
        cJSON *plugin = cJSON_CreateObject();
        cJSON_AddStringToObject(plugin, "name", plugins[i][0]);
        cJSON_AddStringToObject(plugin, "version", plugins[i][1]);
        cJSON_AddStringToObject(cJSON_AddObjectToObject(plugin, "status"), "status", "VALID");
        cJSON_AddItemToArray(list, plugin);
    }
    cJSON_AddItemToObject(offer, "permissions", cJSON_Parse(permissions));
    return offer;
}

// The names of the features that are available, a comma after each.
static void available(const char *permissions, const char *expected)
{
    char names[512] = "";
    cJSON *offer = offer_of(permissions), *report = NULL;
    const cJSON *feature;

    assert_int_equal(live_feature_report(offer, &report, NULL), LIVE_OK);
    cJSON_ArrayForEach (feature, report) {
        bool is_available = live_json_bool(feature, "available", false);
        const cJSON *missing = live_json_get(feature, "missing");
        assert_true(cJSON_IsArray(missing));
        assert_int_equal(is_available, missing->child == NULL);
        if (is_available)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s,",
                     live_json_str(feature, "name", ""));
    }
    assert_string_equal(names, expected);
    cJSON_Delete(report);
    cJSON_Delete(offer);
}

static void P_23_a_feature_needs_its_plugins_and_permissions(void **state)
{
    (void)state;
    available("[\"CONSOLE\",\"ASSETS\",\"EDIT_ANNOTATIONS\",\"DASHBOARDS\",\"USE_MESSENGER\"]",
              "queries,assets,auto-analysis,REST input,TCP input,annotations,messenger events,"
              "dashboards,messenger rooms,");
    available("[]", "REST input,TCP input,messenger events,");
    available("[\"ADMIN\"]", "REST input,TCP input,messenger events,");
    available("[\"CONSOLE\"]", "queries,REST input,TCP input,messenger events,");
    available("[\"ASSETS\"]", "assets,auto-analysis,REST input,TCP input,messenger events,");
    available("[\"EDIT_ANNOTATIONS\"]", "REST input,TCP input,annotations,messenger events,");
    available("[\"DASHBOARDS\"]", "REST input,TCP input,messenger events,dashboards,");
    available("[\"USE_MESSENGER\"]", "REST input,TCP input,messenger events,messenger rooms,");
}

static void P_23_of_nothing_nothing_is_available(void **state)
{
    cJSON *offer = cJSON_Parse("{}"), *report = NULL;
    const cJSON *feature;
    size_t count = 0;

    (void)state;
    assert_int_equal(live_feature_report(offer, &report, NULL), LIVE_OK);
    cJSON_ArrayForEach (feature, report) {
        assert_string_equal(live_json_str(feature, "name", ""), live_feature_list()[count++].name);
        assert_false(live_json_bool(feature, "available", true));
    }
    assert_int_equal(count, 9);
    assert_null(live_feature_list()[count].name);
    cJSON_Delete(report);
    cJSON_Delete(offer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P_23_a_feature_needs_its_plugins_and_permissions),
        cmocka_unit_test(P_23_of_nothing_nothing_is_available),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
