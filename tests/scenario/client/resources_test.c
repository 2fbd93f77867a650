// SPDX-License-Identifier: Apache-2.0
// Platform checks by their numbers: the client's resources against the simulated platform, over sockets.
#include <live/annotation.h>
#include <live/client.h>
#include <live/event.h>
#include <live/feature.h>
#include <live/json.h>
#include <live/message.h>
#include <live/query.h>
#include <live/resource.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "platform_process.h"

#define ROOM "k3v9a1m2q0c7d5e8f6g4h2j1n0"

typedef struct fixture {
    platform_process platform;
    live_loop *loop;
    live_client *client;
    live_error error;
    cJSON *json; // what a call gave
} fixture;

static live_client *client_of(fixture *f, const char *user, const char *rest_input)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    live_client *client = NULL;
    char url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%d", f->platform.process.port);
    options.url = url;
    options.username = user;
    options.password = user;
    options.rest_input = rest_input;
    assert_int_equal(live_client_new(f->loop, &options, &client, NULL), LIVE_OK);
    return client;
}

static int set_up(void **state)
{
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    if (!platform_start(&f->platform) || live_loop_new(&f->loop, NULL))
        return -1;
    f->client = client_of(f, "live-agent", "/services/plugin-restinput/test/");
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    int failed = 0;

    cJSON_Delete(f->json);
    live_client_free(f->client);
    live_loop_free(f->loop);
    failed = platform_stop(&f->platform) ? 0 : -1;
    test_free(f);
    return failed;
}

static void is_ok(const fixture *f, live_err err)
{
    if (err)
        fail_msg("%s: %s", live_err_name(err), f->error.text);
}

static void P_15_P_17_what_is_sent_is_what_a_query_finds(void **state)
{
    static const live_author oliver = { .id = 2, .name = "Oliver" };
    live_annotation_options options = LIVE_ANNOTATION_OPTIONS_INIT;
    live_query_options hour = LIVE_QUERY_OPTIONS_INIT;
    fixture *f = *state;
    cJSON *annotation = NULL,
          *data = cJSON_Parse("{\"message\":\"noted\",\"begin\":1600000000000}");
    live_message message;

    hour.span = "last hour";
    options.author = oliver.name;
    options.room_id = ROOM;
    is_ok(f, live_annotation_new(data, &options, &annotation, &f->error));
    is_ok(f, live_event_send(f->client, annotation, &f->error));
    is_ok(f, live_event_send(f->client, live_message_new(ROOM, &oliver, "a\n\"b\" ü"), &f->error));

    is_ok(f, live_query_collect(f->client, "__message", &hour, &f->json, &f->error));
    assert_int_equal(cJSON_GetArraySize(f->json), 1);
    assert_true(live_message_read(f->json->child, &message));
    assert_string_equal(message.text, "a\n\"b\" ü");
    assert_string_equal(message.room_id, ROOM);
    assert_string_equal(message.author.name, "Oliver");
    cJSON_Delete(f->json);
    f->json = NULL;
    is_ok(f, live_query_collect(f->client, "__annotations", &hour, &f->json, &f->error));
    assert_int_equal(cJSON_GetArraySize(f->json), 1);
    assert_int_equal(live_json_int(f->json->child, "end", 0), 1600000030000);
}

static bool has_user(const cJSON *rooms, int64_t user)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, live_json_get(rooms->child, "users"))
        if (live_json_int(one, "id", 0) == user)
            return true;
    return false;
}

// The platform takes an event before it has made of it what it means: asked again until it has, for at most 10 s.
static bool comes_to_be(fixture *f, int64_t user, bool expected)
{
    int64_t end_ms = live_time_monotonic_ms() + 10000;
    bool is = !expected;

    while (is != expected && live_time_monotonic_ms() < end_ms) {
        cJSON_Delete(f->json);
        f->json = NULL;
        is_ok(f, live_room_list(f->client, &f->json, &f->error));
        is = has_user(f->json, user);
    }
    return is == expected;
}

static void P_16_membership_changes_the_rooms_that_are_listed(void **state)
{
    static const live_author bot = { .id = 77, .name = "Bot" };
    fixture *f = *state;

    is_ok(f, live_event_send(f->client, live_join_new(&bot), &f->error));
    assert_true(comes_to_be(f, 77, true)); // of the room that is for all
    assert_string_equal(live_json_str(f->json->child, "id", ""), ROOM);
    is_ok(f, live_event_send(f->client, live_room_remove_new(ROOM, &bot, &bot), &f->error));
    assert_true(comes_to_be(f, 77, false));
    is_ok(f, live_event_send(f->client, live_room_add_new(ROOM, &bot, &bot), &f->error));
    assert_true(comes_to_be(f, 77, true));
}

static void P_19_P_20_assets_and_their_curves(void **state)
{
    fixture *f = *state;

    is_ok(f, live_asset_list(f->client, NULL, &f->json, &f->error));
    assert_string_equal(live_json_str(f->json->child, "asset_type", ""), "rig");
    cJSON_Delete(f->json);
    f->json = NULL;
    is_ok(f, live_asset_settings(f->client, "rig", 1, &f->json, &f->error));
    const cJSON *curves = live_json_get(f->json, "curves");
    assert_true(live_curve_is_enabled(live_json_get(curves, "SPP")));
    assert_false(live_curve_is_enabled(live_json_get(curves, "GAS")));
    cJSON_Delete(f->json);
    f->json = NULL;
    assert_int_equal(live_asset_settings(f->client, "rig", 99, &f->json, &f->error),
                     LIVE_E_NOTFOUND);
    is_ok(f, live_curve_list(f->client, &f->json, &f->error));
    assert_true(live_curve_is_enabled(live_json_get(f->json, "SPP")));
}

#define CHANGED "{\"event_type\":\"rig_1\",\"filter\":\"other\",\"curves\":{}}"

static void on_changed(const cJSON *body, const live_error *error, void *user)
{
    (void)body;
    (void)user;
    assert_null(error);
}

static void change_when_it_runs(live_query *query, const char *type, const cJSON *data, void *user)
{
    fixture *f = user;
    live_call *call = NULL;

    (void)query;
    (void)data;
    if (strcmp(type, "startRealTime") == 0)
        is_ok(f, live_client_call(f->client, "/services/plugin-liverig/assets/rig/1/normalizer",
                                  CHANGED, on_changed, f, &call, &f->error));
}

static live_flow keep_change(live_query *query, const cJSON *row, void *user)
{
    fixture *f = user;

    (void)query;
    f->json = cJSON_Duplicate(row, true);
    live_loop_stop(f->loop);
    return LIVE_CONTINUE;
}

static void P_19_changes_of_an_asset_are_followed(void **state)
{
    fixture *f = *state;
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    live_query *query = NULL;
    char *expression = NULL;

    options.realtime = true;
    options.on_control = change_when_it_runs;
    is_ok(f, live_asset_changes("rig", 1, &expression, &f->error));
    is_ok(f, live_query_start(f->client, expression, &options, keep_change, NULL, f, &query,
                              &f->error));
    is_ok(f, live_loop_run(f->loop, 10000, &f->error));
    assert_string_equal(live_json_str(f->json, "event", ""), "normalizer");
    assert_string_equal(live_json_str(live_json_get(f->json, "config"), "filter", ""), "other");
    live_query_free(query);
    live_free(expression);
}

static void P_21_an_analysis_of_what_was_sent(void **state)
{
    fixture *f = *state;
    int64_t now_ms = live_time_ms();
    live_analysis what = LIVE_ANALYSIS_INIT;

    what.asset_type = "rig";
    what.asset_id = 1;
    what.channel = "RPM & more/é";
    what.begin_ms = now_ms - 60000;
    what.end_ms = now_ms + 60000;
    is_ok(f, live_analyse(f->client, &what, &f->json, &f->error));
    assert_null(f->json->child); // no data
    cJSON_Delete(f->json);
    f->json = NULL;
    for (int i = 1; i <= 3; i++) {
        cJSON *event = live_event_new("rig_1", 0);
        cJSON_AddStringToObject(event, "mnemonic", what.channel);
        cJSON_AddNumberToObject(event, "value", i);
        is_ok(f, live_event_send(f->client, event, &f->error));
    }
    is_ok(f, live_analyse(f->client, &what, &f->json, &f->error));
    assert_string_equal(live_json_str(f->json, "channel", ""), what.channel);
    assert_true(live_json_real(f->json, "avg", 0) == 2);
    assert_non_null(live_json_get(f->json, "derivatives"));
    what.asset_id = 99;
    cJSON *none = NULL;
    assert_int_equal(live_analyse(f->client, &what, &none, &f->error), LIVE_E_NOTFOUND);
    assert_null(none);
}

static size_t count_available(fixture *f, live_client *client)
{
    cJSON *offer = NULL, *report = NULL;
    const cJSON *feature;
    size_t count = 0;

    is_ok(f, live_offer_collect(client, &offer, &f->error));
    is_ok(f, live_feature_report(offer, &report, &f->error));
    cJSON_ArrayForEach (feature, report)
        count += live_json_bool(feature, "available", false);
    cJSON_Delete(report);
    cJSON_Delete(offer);
    return count;
}

static void P_22_P_23_what_two_users_may(void **state)
{
    fixture *f = *state;
    live_client *viewer = client_of(f, "viewer", NULL);

    assert_int_equal(count_available(f, f->client), 9);
    assert_int_equal(count_available(f, viewer), 4);
    live_client_free(viewer);
}

static void P_11_the_input_is_found_and_another_path_is_not(void **state)
{
    fixture *f = *state;
    live_client *lost = client_of(f, "live-agent", "/nowhere/");

    is_ok(f, live_client_input(f->client, &f->error));
    assert_int_equal(live_client_input(lost, &f->error), LIVE_E_NOTFOUND);
    live_client_free(lost);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(P_11_the_input_is_found_and_another_path_is_not),
        CASE(P_15_P_17_what_is_sent_is_what_a_query_finds),
        CASE(P_16_membership_changes_the_rooms_that_are_listed),
        CASE(P_19_P_20_assets_and_their_curves),
        CASE(P_19_changes_of_an_asset_are_followed),
        CASE(P_21_an_analysis_of_what_was_sent),
        CASE(P_22_P_23_what_two_users_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
