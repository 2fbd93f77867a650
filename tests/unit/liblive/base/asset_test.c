// SPDX-License-Identifier: Apache-2.0
// Platform checks P-20 and P-21: which curves count, and the paths that ask for assets and analyses.
#include <live/asset.h>
#include <live/buf.h>
#include <string.h>

#include "cmocka_all.h"
#include "recording.h"

static void is_path(live_err err, char **path, const char *expected)
{
    assert_int_equal(err, LIVE_OK);
    assert_string_equal(*path, expected);
    live_free(*path);
    *path = NULL;
}

static void P_21_an_analysis_is_asked_for_as_recorded(void **state)
{
    live_analysis what = LIVE_ANALYSIS_INIT;
    char *path = NULL, *expected = recording_path("run_analysis.json", 0);

    (void)state;
    what.asset_type = "rig";
    what.asset_id = 1;
    what.channel = "RPM & torque/é";
    what.begin_ms = 1600000000000;
    what.end_ms = 1600000030000;
    assert_int_equal(live_analysis_path(&what, &path, NULL), LIVE_OK);
    assert_string_equal(path, expected);
    live_free(path);
    test_free(expected);
}

static void P_21_everything_but_letters_digits_and_four_signs_is_encoded(void **state)
{
    live_analysis what = LIVE_ANALYSIS_INIT;
    char *path = NULL;

    (void)state;
    what.asset_type = "a b";
    what.asset_id = -3;
    what.channel = "-._~ +%&=#?\n\"";
    what.qualifier = "q";
    what.end_ms = 1;
    is_path(live_analysis_path(&what, &path, NULL), &path,
            "/services/plugin-liverig-vis/auto-analysis/analyse?assetId=a+b%2F-3&channel=-._~+%2B%"
            "25%26%3D%23%3F%0A%22&qualifier=q&begin=0&end=1&computeFields=min&computeFields=max&"
            "computeFields=avg&computeFields=stdev&computeFields=linreg&computeFields=derivatives");
}

static void an_analysis_of_nothing_is_refused(void **state)
{
    static const live_analysis cases[] = {
        { .asset_id = 1, .channel = "x", .end_ms = 1 },
        { .asset_type = "", .asset_id = 1, .channel = "x", .end_ms = 1 },
        { .asset_type = "rig", .asset_id = 1, .end_ms = 1 },
        { .asset_type = "rig", .asset_id = 1, .channel = "", .end_ms = 1 },
        { .asset_type = "rig", .asset_id = 1, .channel = "x" },
        { .asset_type = "rig", .asset_id = 1, .channel = "x", .begin_ms = 2, .end_ms = 1 },
    };
    char *path = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(live_analysis_path(&cases[i], &path, NULL), LIVE_E_INVALID);
    assert_null(path);
}

static void an_asset_has_two_paths(void **state)
{
    char *path = NULL, *expected = recording_path("fetch_asset_settings.json", 0);

    (void)state;
    is_path(live_asset_settings_path("rig", 1, &path, NULL), &path, expected);
    test_free(expected);
    is_path(live_asset_list_path("rig", &path, NULL), &path, "/services/plugin-liverig/assets/rig");
    is_path(live_asset_list_path("../x y", &path, NULL), &path,
            "/services/plugin-liverig/assets/..%2Fx%20y");
    assert_int_equal(live_asset_list_path("", &path, NULL), LIVE_E_INVALID);
    assert_int_equal(live_asset_settings_path(NULL, 1, &path, NULL), LIVE_E_INVALID);
    assert_null(path);
}

static void what_follows_an_asset_is_a_query_of_its_changes(void **state)
{
    static const char *const refused[] = { NULL, "", "rig id:1", "rig)", "a\"b", "r\xC3\xA9" };
    live_error error = { 0 };
    char *expression = NULL;

    (void)state;
    is_path(live_asset_changes("rig", 19, &expression, NULL), &expression,
            "__asset event:(normalizer|delete) type:rig id:19");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(live_asset_changes(refused[i], 1, &expression, &error), LIVE_E_INVALID);
    assert_null(expression);
    assert_non_null(strstr(error.text, "is no type of assets"));
}

static void P_20_a_curve_is_enabled_by_its_options(void **state)
{
    static const struct {
        const char *definition;
        bool enabled;
    } cases[] = {
        { "{\"options\":[{\"source\":\"Rig\",\"mnemonic\":\"SPPA\"}]}", true },
        { "{\"options\":[{},{}]}", true },
        { "{\"options\":[]}", true },
        { "{\"options\":[null]}", true },
        { "{\"options\":[{}]}", false },
        { "{\"options\":null}", false },
        { "{\"Options\":[{\"a\":1}]}", false },
        { "{}", false },
        { "null", false },
        { "[]", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *definition = cJSON_Parse(cases[i].definition);
        if (live_curve_is_enabled(definition) != cases[i].enabled)
            fail_msg("%s", cases[i].definition);
        cJSON_Delete(definition);
    }
    assert_false(live_curve_is_enabled(NULL));
}

static void three_types_are_known(void **state)
{
    const char *const *types = live_asset_types();

    (void)state;
    assert_string_equal(types[0], "rig");
    assert_string_equal(types[1], "crew");
    assert_string_equal(types[2], "pump");
    assert_null(types[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P_20_a_curve_is_enabled_by_its_options),
        cmocka_unit_test(P_21_an_analysis_is_asked_for_as_recorded),
        cmocka_unit_test(P_21_everything_but_letters_digits_and_four_signs_is_encoded),
        cmocka_unit_test(an_analysis_of_nothing_is_refused),
        cmocka_unit_test(an_asset_has_two_paths),
        cmocka_unit_test(what_follows_an_asset_is_a_query_of_its_changes),
        cmocka_unit_test(three_types_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
