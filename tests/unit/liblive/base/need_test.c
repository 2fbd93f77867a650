// SPDX-License-Identifier: Apache-2.0
// Platform check P-23: plugins with their versions, and permissions.
#include <live/json.h>
#include <live/need.h>
#include <stdio.h>

#include "cmocka_all.h"

// What is missing for one need, as one text; "" when nothing is.
static const char *missing(live_need need, const char *offer)
{
    static char text[512];
    const live_need needs[] = { need, { 0 } };
    cJSON *offered = cJSON_Parse(offer), *list = NULL;

    assert_non_null(offered);
    assert_int_equal(live_need_check(needs, offered, &list, NULL), LIVE_OK);
    assert_true(cJSON_GetArraySize(list) <= 1);
    snprintf(text, sizeof text, "%s", list->child ? list->child->valuestring : "");
    cJSON_Delete(list);
    cJSON_Delete(offered);
    return text;
}

static void P_23_versions_are_compared_by_three_numbers(void **state)
{
    static const struct {
        const char *is, *due;
        bool met;
    } cases[] = {
        { "2.24.0", ">=2.24.0", true },
        { "2.24.0-SNAPSHOT", ">=2.24.0", true },
        { "v2.24.1-rc.3", ">=2.24.1", true },
        { "2.9.10", ">=2.24.0", false }, // numbers, not texts
        { "10.0.0", ">=9.99.99", true },
        { "2.23.99", ">=2.24.0", false },
        { "2.24.0", ">2.24.0", false },
        { "2.24.1", ">2.24.0", true },
        { "2.24.0", "<=2.24.0", true },
        { "2.24.1", "<=2.24.0", false },
        { "2.23.9", "<2.24.0", true },
        { "2.24.0", "<2.24.0", false },
        { "2.24.0-beta", "==2.24.0", true },
        { "2.24.1", "==2.24.0", false },
        { "build 1, 2.24.0", ">=2.24.0", true }, // the first three in a row
        { "2.24", ">=2.24.0", true },
        { "2.24", ">2.24.0", false },
        { "2.24.0", ">= 2.24", true },
        { "3", ">=2.24.0", true },
        { "latest", ">=2.24.0", false }, // 0.0.0
        { "", ">=0.0.0", true },
        { "99999999999999999999.1.1", ">=2.0.0", false }, // no such version
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char offer[256];
        snprintf(offer, sizeof offer,
                 "{\"plugins\":[{\"name\":\"p\",\"version\":\"%s\",\"status\":{\"status\":"
                 "\"VALID\"}}]}",
                 cases[i].is);
        const char *why = missing((live_need){ LIVE_NEED_PLUGIN, "p", cases[i].due }, offer);
        if (!*why != cases[i].met)
            fail_msg("%s %s: %s", cases[i].is, cases[i].due, why);
    }
}

static void P_23_why_a_plugin_does_not_do_is_said(void **state)
{
    const live_need need = { LIVE_NEED_PLUGIN, "plugin-x", ">=2.24.0" };

    (void)state;
    assert_string_equal(missing(need, "{\"plugins\":[]}"), "plugin plugin-x is missing");
    assert_string_equal(missing(need, "{}"), "plugin plugin-x is missing");
    assert_string_equal(
        missing(need, "{\"plugins\":[{\"name\":\"plugin-x\",\"version\":\"2.30.0\",\"status\":{"
                      "\"status\":\"INACTIVE\"}}]}"),
        "plugin plugin-x is not enabled (INACTIVE)");
    assert_string_equal(missing(need, "{\"plugins\":[{\"name\":\"plugin-x\"}]}"),
                        "plugin plugin-x is not enabled (UNKNOWN)");
    assert_string_equal(
        missing(need, "{\"plugins\":[{\"name\":\"plugin-x\",\"version\":\"2.23.0\",\"status\":{"
                      "\"status\":\"VALID\"}}]}"),
        "plugin plugin-x is 2.23.0, not >=2.24.0");
    assert_string_equal(missing(need,
                                "{\"plugins\":[{\"name\":\"plugin-x\",\"version\":null,\"status\":{"
                                "\"status\":\"VALID\"}}]}"),
                        "plugin plugin-x is 0.0.0, not >=2.24.0");
    assert_string_equal(
        missing((live_need){ LIVE_NEED_PLUGIN, "plugin-x", "~2" },
                "{\"plugins\":[{\"name\":\"plugin-x\",\"version\":\"2.23.0\",\"status\":{"
                "\"status\":\"VALID\"}}]}"),
        "plugin plugin-x: '~2' is no version such as >=2.24.0");
}

static void P_23_an_enabled_plugin_counts_beside_a_disabled_one(void **state)
{
    static const char *const offers[] = {
        "{\"plugins\":[{\"name\":\"p\",\"status\":{\"status\":\"INACTIVE\"}},"
        "{\"name\":\"p\",\"version\":\"1.0.0\",\"status\":{\"status\":\"VALID\"}}]}",
        "{\"plugins\":[{\"name\":\"p\",\"version\":\"1.0.0\",\"status\":{\"status\":\"VALID\"}},"
        "{\"name\":\"p\",\"status\":{\"status\":\"INACTIVE\"}}]}",
    };

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(missing((live_need){ LIVE_NEED_PLUGIN, "p", NULL }, offers[i]), "");
}

static void P_23_admin_does_not_imply_another_permission(void **state)
{
    const live_need need = { LIVE_NEED_PERMISSION, "CONSOLE", NULL };

    (void)state;
    assert_string_equal(missing(need, "{\"permissions\":[\"ASSETS\",\"CONSOLE\"]}"), "");
    assert_string_equal(missing(need, "{\"permissions\":[\"ADMIN\",\"console\",7,null]}"),
                        "permission CONSOLE is missing");
    assert_string_equal(missing(need, "{}"), "permission CONSOLE is missing");
}

static void each_need_has_a_sentence_of_its_own(void **state)
{
    static const live_need needs[] = { { LIVE_NEED_PLUGIN, "a", NULL },
                                       { LIVE_NEED_PERMISSION, "B", NULL },
                                       { LIVE_NEED_PLUGIN, "c", ">=1.0.0" },
                                       { 0 } };
    cJSON *offer = cJSON_Parse("{}"), *list = NULL;

    (void)state;
    assert_int_equal(live_need_check(needs, offer, &list, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(list), 3);
    cJSON_Delete(list);
    list = NULL;
    assert_int_equal(live_need_check(NULL, offer, &list, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(list), 0);
    cJSON_Delete(list);
    cJSON_Delete(offer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P_23_admin_does_not_imply_another_permission),
        cmocka_unit_test(P_23_an_enabled_plugin_counts_beside_a_disabled_one),
        cmocka_unit_test(P_23_versions_are_compared_by_three_numbers),
        cmocka_unit_test(P_23_why_a_plugin_does_not_do_is_said),
        cmocka_unit_test(each_need_has_a_sentence_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
