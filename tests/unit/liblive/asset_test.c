// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: assets, their settings, curves and analyses.
#include <live/buf.h>
#include <live/json.h>
#include <live/resource.h>
#include <string.h>

#include "cmocka_all.h"
#include "recording.h"
#include "rest_bench.h"

#define RIGS  "/services/plugin-liverig/assets/rig"
#define CREWS "/services/plugin-liverig/assets/crew"
#define PUMPS "/services/plugin-liverig/assets/pump"

static void P_19_assets_are_listed_as_recorded(void **state)
{
    static const rest_answer answers[] = { { RIGS, "[{\"id\":1,\"name\":\"RIG-1\"}]", NULL },
                                           { CREWS, "[]", NULL },
                                           { PUMPS, "[{\"id\":3,\"name\":\"PUMP\"}]", NULL },
                                           { 0 } };
    rest_bench *bench = *state;
    cJSON *assets = NULL, *expected = recording_returns("list_assets_all.json");

    assert_int_equal(
        rest_end(bench, live_asset_list(rest_begin(bench, answers), NULL, &assets, &bench->error)),
        LIVE_OK);
    assert_true(cJSON_Compare(assets, expected, true));
    for (int i = 0; i < 3; i++) {
        char *path = recording_path("list_assets_all.json", i);
        rest_asked(bench, (size_t)i + 1, path);
        test_free(path);
    }
    cJSON_Delete(assets);
    cJSON_Delete(expected);
}

static void P_19_a_type_that_fails_does_not_hide_the_others(void **state)
{
    static const rest_answer answers[][4] = {
        { { RIGS, "{}", "500 Internal Server Error" },
          { CREWS, "{}", NULL }, // no list
          { PUMPS, "[{\"id\":3,\"asset_type\":\"liar\"}]", NULL },
          { 0 } },
        { { RIGS, "[{\"id\":1},7,null]", NULL },
          { CREWS, "{}", "403 Forbidden" },
          { 0 } }, // no pumps: 404
    };
    rest_bench *bench = *state;
    cJSON *assets = NULL;

    assert_int_equal(rest_end(bench, live_asset_list(rest_begin(bench, answers[0]), NULL, &assets,
                                                     &bench->error)),
                     LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(assets), 1);
    assert_string_equal(live_json_str(assets->child, "asset_type", ""), "pump");
    assert_int_equal(cJSON_GetArraySize(assets->child), 2);
    cJSON_Delete(assets);
    assert_int_equal(rest_end(bench, live_asset_list(rest_begin(bench, answers[1]), NULL, &assets,
                                                     &bench->error)),
                     LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(assets), 3);
    assert_string_equal(live_json_str(assets->child, "asset_type", ""), "rig");
    cJSON_Delete(assets);
}

static void P_19_when_no_type_can_be_read_the_first_failure_is_told(void **state)
{
    static const rest_answer answers[] = { { RIGS, "{}", "401 Unauthorized" }, { 0 } };
    rest_bench *bench = *state;
    cJSON *assets = NULL;

    assert_int_equal(
        rest_end(bench, live_asset_list(rest_begin(bench, answers), NULL, &assets, &bench->error)),
        LIVE_E_AUTH);
    assert_string_equal(bench->error.text, "GET " RIGS ": HTTP 401");
    assert_null(assets);
}

static void one_type_is_listed_alone(void **state)
{
    static const rest_answer answers[] = {
        { "/services/plugin-liverig/assets/well%20x", "[{\"id\":7}]", NULL }, { 0 }
    };
    rest_bench *bench = *state;
    cJSON *assets = NULL;

    assert_int_equal(rest_end(bench, live_asset_list(rest_begin(bench, answers), "well x", &assets,
                                                     &bench->error)),
                     LIVE_OK);
    assert_string_equal(live_json_str(assets->child, "asset_type", ""), "well x");
    cJSON_Delete(assets);
    assets = NULL;
    assert_int_equal(
        rest_end(bench, live_asset_list(rest_begin(bench, answers), "rig", &assets, &bench->error)),
        LIVE_E_NOTFOUND);
    assert_null(assets);
    assert_int_equal(http_peer_count(bench->peer), 2);
}

static void settings_of_an_asset_are_read_as_recorded(void **state)
{
    static const rest_answer answers[] = {
        { RIGS "/1/normalizer",
          "{\"event_type\":\"raw_rig1\",\"filter\":\"raw_rig1\",\"curves\":{}}", NULL },
        { RIGS "/2/normalizer", "[]", NULL },
        { 0 }
    };
    rest_bench *bench = *state;
    cJSON *settings = NULL, *expected = recording_returns("fetch_asset_settings.json");

    assert_int_equal(rest_end(bench, live_asset_settings(rest_begin(bench, answers), "rig", 1,
                                                         &settings, &bench->error)),
                     LIVE_OK);
    assert_true(cJSON_Compare(settings, expected, true));
    cJSON_Delete(settings);
    cJSON_Delete(expected);
    settings = NULL;
    assert_int_equal(rest_end(bench, live_asset_settings(rest_begin(bench, answers), "rig", 2,
                                                         &settings, &bench->error)),
                     LIVE_E_PROTOCOL);
    assert_string_equal(bench->error.text, "GET " RIGS "/2/normalizer: the answer is no object");
    assert_int_equal(rest_end(bench, live_asset_settings(rest_begin(bench, answers), "rig", 3,
                                                         &settings, &bench->error)),
                     LIVE_E_NOTFOUND);
    assert_null(settings);
}

static void curves_are_an_object(void **state)
{
    static const rest_answer answers[] = { { "/services/plugin-liverig/curves/",
                                             "{\"SPP\":{\"options\":[{\"a\":1}]},\"GAS\":{}}",
                                             NULL },
                                           { 0 } };
    rest_bench *bench = *state;
    cJSON *curves = NULL;

    assert_int_equal(
        rest_end(bench, live_curve_list(rest_begin(bench, answers), &curves, &bench->error)),
        LIVE_OK);
    assert_true(live_curve_is_enabled(live_json_get(curves, "SPP")));
    assert_false(live_curve_is_enabled(live_json_get(curves, "GAS")));
    cJSON_Delete(curves);
}

static const live_analysis analysis = { .size = sizeof analysis,
                                        .asset_type = "rig",
                                        .asset_id = 1,
                                        .channel = "RPM & torque/é",
                                        .begin_ms = 1600000000000,
                                        .end_ms = 1600000030000 };

// Asks for an analysis that is answered with `body`.
static live_err analyse(rest_bench *bench, const char *body, cJSON **ret_result)
{
    char *path = recording_path("run_analysis.json", 0);
    const rest_answer answers[] = { { path, body, NULL }, { 0 } };
    live_err err = rest_end(
        bench, live_analyse(rest_begin(bench, answers), &analysis, ret_result, &bench->error));

    test_free(path);
    return err;
}

static void P_21_an_analysis_is_run_as_recorded(void **state)
{
    cJSON *result = NULL, *expected = recording_returns("run_analysis.json");

    assert_int_equal(analyse(*state, "{\"min\":1.0,\"max\":2.0}", &result), LIVE_OK);
    assert_true(cJSON_Compare(result, expected, true));
    cJSON_Delete(result);
    cJSON_Delete(expected);
}

static void an_analysis_without_data_is_empty(void **state)
{
    static const char *const answers[] = { "null", "{}" };
    rest_bench *bench = *state;
    live_analysis what = analysis;
    cJSON *result = NULL;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(analyse(bench, answers[i], &result), LIVE_OK);
        assert_true(cJSON_IsObject(result));
        assert_null(result->child);
        cJSON_Delete(result);
        result = NULL;
    }
    assert_int_equal(analyse(bench, "[1]", &result), LIVE_E_PROTOCOL);
    what.channel = "";
    assert_int_equal(live_analyse(bench->client, &what, &result, NULL), LIVE_E_INVALID);
    assert_null(result);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, rest_bench_open, rest_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(P_19_a_type_that_fails_does_not_hide_the_others),
        CASE(P_19_assets_are_listed_as_recorded),
        CASE(P_19_when_no_type_can_be_read_the_first_failure_is_told),
        CASE(P_21_an_analysis_is_run_as_recorded),
        CASE(an_analysis_without_data_is_empty),
        CASE(curves_are_an_object),
        CASE(one_type_is_listed_alone),
        CASE(settings_of_an_asset_are_read_as_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
