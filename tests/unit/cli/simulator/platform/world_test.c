// SPDX-License-Identifier: Apache-2.0
// The world: what messenger control events do to the users of its rooms.
#include "platform/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query_bench.h"

static sim_world *world;

static int open_world(void **state)
{
    (void)state;
    world = bench_world("{'rooms':[{'id':'all','type':'Global','users':[{'id':1,'name':'Ann'}]},"
                        "{'id':'rig','type':'Group','users':[{'id':1,'name':'Ann'}]},"
                        "{'id':'bare','type':'Global'}]}");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    sim_world_free(world);
    return 0;
}

static void apply(const char *event)
{
    cJSON *json = cJSON_Parse(event);

    assert_non_null(json);
    sim_world_apply(world, json);
    cJSON_Delete(json);
}

static void assert_users(const char *room, const char *names)
{
    char text[256] = "";
    const cJSON *user;

    cJSON_ArrayForEach (user,
                        live_json_get(sim_world_find(sim_world_get(world, "rooms"), room), "users"))
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "",
                 live_json_str(user, "name", "?"));
    assert_string_equal(text, names);
}

static void p_55_room_users_updated_changes_that_room(void **state)
{
    (void)state;
    apply("{\"__type\":\"__messenger_control\",\"action\":\"room_users_updated\","
          "\"room\":{\"id\":\"rig\"},\"addedOrUpdatedUsers\":[{\"id\":2,\"name\":\"Bot\","
          "\"isNewUser\":true,\"isAdmin\":false}],\"removedUsers\":[]}");
    assert_users("rig", "Ann Bot");
    apply("{\"__type\":\"__messenger_control\",\"action\":\"room_users_updated\","
          "\"room\":{\"id\":\"rig\"},\"addedOrUpdatedUsers\":[{\"id\":2,\"name\":\"Robot\"}],"
          "\"removedUsers\":[{\"id\":1}]}");
    assert_users("rig", "Robot");
    assert_users("all", "Ann");
}

static void p_55_who_joins_the_messenger_is_in_the_rooms_for_all(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        apply("{\"__type\":\"__messenger_control\",\"action\":\"user_joined_messenger\","
              "\"broadcast\":true,\"user\":{\"id\":7,\"name\":\"Bot\"}}");
    assert_users("all", "Ann Bot");
    assert_users("rig", "Ann");
}

static void control_events_that_fit_nothing_change_nothing(void **state)
{
    static const char *const events[] = {
        "{\"__type\":\"__message\",\"action\":\"user_joined_messenger\",\"user\":{\"id\":7}}",
        "{\"__type\":\"__messenger_control\",\"action\":\"user_joined_messenger\"}",
        "{\"__type\":\"__messenger_control\",\"action\":\"user_joined_messenger\",\"user\":7}",
        "{\"__type\":\"__messenger_control\",\"action\":\"room_users_updated\","
        "\"room\":{\"id\":\"none\"},\"addedOrUpdatedUsers\":[{\"id\":2}]}",
        "{\"__type\":\"__messenger_control\",\"action\":\"room_users_updated\","
        "\"room\":{\"id\":\"rig\"},\"addedOrUpdatedUsers\":[null,7,{}],\"removedUsers\":[null,{}]}",
        "{\"__type\":\"__messenger_control\",\"action\":7}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        apply(events[i]);
    assert_users("all", "Ann");
    assert_users("rig", "Ann");
    assert_users("bare", "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(p_55_room_users_updated_changes_that_room),
        CASE(p_55_who_joins_the_messenger_is_in_the_rooms_for_all),
        CASE(control_events_that_fit_nothing_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
