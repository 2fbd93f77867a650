// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: the own user with teams and roles, what they permit, what is on offer.
#include <live/json.h>
#include <live/need.h>
#include <live/resource.h>
#include <string.h>

#include "cmocka_all.h"
#include "recording.h"
#include "rest_bench.h"

static cJSON *me(rest_bench *bench, const rest_answer *answers)
{
    cJSON *user = NULL;

    if (rest_end(bench, live_user_me(rest_begin(bench, answers), true, &user, &bench->error)))
        fail_msg("%s", bench->error.text);
    return user;
}

static void P_22_teams_and_roles_are_resolved_as_recorded(void **state)
{
    static const rest_answer answers[] = {
        { "/rest/me", "{\"id\":2,\"name\":\"bot\",\"teams\":[{\"id\":5}]}", NULL },
        { "/rest/team",
          "{\"data\":[{\"id\":4,\"name\":\"other\",\"roles\":[{\"id\":8}]},"
          "{\"id\":5,\"name\":\"team five\",\"roles\":[{\"id\":7}]}],\"total\":2}",
          NULL },
        { "/rest/role",
          "{\"data\":[{\"id\":7,\"name\":\"ops\",\"permissions\":[\"CONSOLE\",\"ASSETS\"]},"
          "{\"id\":8,\"name\":\"all\",\"permissions\":[\"ADMIN\"]}]}",
          NULL },
        { 0 }
    };
    rest_bench *bench = *state;
    cJSON *user = me(bench, answers), *expected = recording_returns("fetch_user_info_teams.json");

    assert_true(cJSON_Compare(user, expected, true));
    for (int i = 0; i < 3; i++) {
        char *path = recording_path("fetch_user_info_teams.json", i);
        rest_asked(bench, (size_t)i + 1, path);
        test_free(path);
    }
    cJSON_Delete(user);
    cJSON_Delete(expected);
}

static void P_22_what_the_platform_does_not_list_stays_as_it_is(void **state)
{
    static const rest_answer answers[] = {
        { "/rest/me",
          "{\"teams\":[{\"id\":\"5\"},{\"id\":6,\"name\":\"gone\"},{\"name\":\"no id\"},null,7]}",
          NULL },
        { "/rest/team",
          "{\"data\":[{\"id\":5,\"roles\":[{\"id\":9},{\"id\":\"7\"},null]},{\"name\":\"no id\","
          "\"roles\":[{\"id\":7}]}]}",
          NULL },
        { "/rest/role", "{\"data\":[{\"id\":7,\"permissions\":[\"CONSOLE\"]},{\"permissions\":7}]}",
          NULL },
        { 0 }
    };
    cJSON *user = me(*state, answers), *permissions = NULL;
    const cJSON *teams = live_json_get(user, "teams");

    assert_int_equal(cJSON_GetArraySize(teams), 5);
    assert_string_equal(live_json_str(cJSON_GetArrayItem(teams, 1), "name", ""), "gone");
    assert_null(live_json_get(cJSON_GetArrayItem(teams, 2), "roles"));
    assert_int_equal(live_user_permissions(user, &permissions, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(permissions), 1);
    assert_string_equal(permissions->child->valuestring, "CONSOLE");
    cJSON_Delete(permissions);
    cJSON_Delete(user);
}

static void P_22_permissions_are_the_union(void **state)
{
    cJSON *user = cJSON_Parse(
        "{\"teams\":[{\"roles\":[{\"permissions\":[\"A\",\"B\"]},{\"permissions\":[\"B\",\"C\"]}]},"
        "{\"roles\":[{\"permissions\":[\"C\",\"D\",7,null]},{},{\"permissions\":null}]},{}]}");
    cJSON *permissions = NULL;

    (void)state;
    assert_int_equal(live_user_permissions(user, &permissions, NULL), LIVE_OK);
    char *text = cJSON_PrintUnformatted(permissions);
    assert_string_equal(text, "[\"A\",\"B\",\"C\",\"D\"]");
    cJSON_free(text);
    cJSON_Delete(permissions);
    cJSON_Delete(user);
    assert_int_equal(live_user_permissions(NULL, &permissions, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(permissions), 0);
    cJSON_Delete(permissions);
}

static void P_22_a_user_without_teams_may_nothing(void **state)
{
    static const char *const users[] = { "{\"id\":2}", "{\"id\":2,\"teams\":[]}",
                                         "{\"id\":2,\"teams\":null}", "{\"id\":2,\"teams\":7}" };
    rest_bench *bench = *state;

    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        const rest_answer answers[] = { { "/rest/me", users[i], NULL }, { 0 } };
        cJSON *user = me(bench, answers);
        assert_int_equal(live_json_int(user, "id", 0), 2);
        cJSON_Delete(user);
    }
    assert_int_equal(http_peer_count(bench->peer), 4); // neither teams nor roles were asked for
}

static void P_22_a_list_that_fails_is_told(void **state)
{
    static const rest_answer answers[] = { { "/rest/me", "{\"teams\":[{\"id\":5}]}", NULL },
                                           { "/rest/team", "{}", "403 Forbidden" },
                                           { 0 } };
    rest_bench *bench = *state;
    cJSON *user = NULL;

    assert_int_equal(
        rest_end(bench, live_user_me(rest_begin(bench, answers), true, &user, &bench->error)),
        LIVE_E_AUTH);
    assert_string_equal(bench->error.text, "GET /rest/team: HTTP 403");
    assert_null(user);
}

static void P_23_an_offer_has_all_plugins_and_permissions(void **state)
{
    static const rest_answer answers[] = {
        { "/rest/plugin",
          "{\"data\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"status\":{\"status\":\"VALID\"}},"
          "{\"name\":\"b\",\"version\":\"1.0.0\",\"status\":{\"status\":\"INACTIVE\"}}]}",
          NULL },
        { "/rest/me", "{\"teams\":[{\"id\":1}]}", NULL },
        { "/rest/team", "{\"data\":[{\"id\":1,\"roles\":[{\"id\":1}]}]}", NULL },
        { "/rest/role", "{\"data\":[{\"id\":1,\"permissions\":[\"CONSOLE\"]}]}", NULL },
        { 0 }
    };
    static const live_need needs[] = { { LIVE_NEED_PLUGIN, "a", ">=1.0.0" },
                                       { LIVE_NEED_PERMISSION, "CONSOLE", NULL },
                                       { LIVE_NEED_PLUGIN, "b", NULL },
                                       { 0 } };
    rest_bench *bench = *state;
    cJSON *offer = NULL, *missing = NULL;

    assert_int_equal(
        rest_end(bench, live_offer_collect(rest_begin(bench, answers), &offer, &bench->error)),
        LIVE_OK);
    assert_int_equal(live_need_check(needs, offer, &missing, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(missing), 1);
    assert_string_equal(missing->child->valuestring, "plugin b is not enabled (INACTIVE)");
    cJSON_Delete(missing);
    cJSON_Delete(offer);
}

static void P_23_without_any_plugin_nothing_can_be_said(void **state)
{
    static const rest_answer answers[] = { { "/rest/plugin", "{\"data\":[],\"total\":0}", NULL },
                                           { "/rest/me", "{}", NULL },
                                           { 0 } };
    rest_bench *bench = *state;
    cJSON *offer = NULL;

    assert_int_equal(
        rest_end(bench, live_offer_collect(rest_begin(bench, answers), &offer, &bench->error)),
        LIVE_E_PROTOCOL);
    assert_string_equal(bench->error.text, "GET /rest/plugin: the platform lists no plugin");
    assert_null(offer);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, rest_bench_open, rest_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(P_22_a_list_that_fails_is_told),
        CASE(P_22_a_user_without_teams_may_nothing),
        CASE(P_22_permissions_are_the_union),
        CASE(P_22_teams_and_roles_are_resolved_as_recorded),
        CASE(P_22_what_the_platform_does_not_list_stays_as_it_is),
        CASE(P_23_an_offer_has_all_plugins_and_permissions),
        CASE(P_23_without_any_plugin_nothing_can_be_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
