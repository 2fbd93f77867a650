// SPDX-License-Identifier: Apache-2.0
// Filters: each construct of the language, and what it matches.
#include "query_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static query_bench bench;

static int open_bench(void **state)
{
    (void)state;
    bench_open(&bench);
    bench_load(&bench, -9000, "{'__type':'rig','n':1,'name':'Alpha One','ok':true}");
    bench_load(&bench, -8000, "{'__type':'RIG','n':2,'name':'beta','tags':['x','y']}");
    bench_load(&bench, -7000, "{'__type':'pump','n':3,'id':'19','a':{'b':'deep','c':{'d':7}}}");
    bench_load(&bench, -6000, "{'__type':'pump_2','n':4,'id':19,'odd name':'v','gone':null}");
    bench_load(&bench, -5000,
               "{'__type':'chat room','n':5,'id':250,'name':'pre(x)','city':'Água é'}");
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void check(const char *filter, const char *numbers)
{
    char expression[512], got[64] = "";
    const cJSON *message, *row;

    snprintf(expression, sizeof expression, "(%s) -__type:__queries", filter);
    bench_rows(&bench, expression);
    cJSON_ArrayForEach (message, bench.messages) {
        cJSON_ArrayForEach (row, live_json_get(message, "content")) {
            snprintf(got + strlen(got), sizeof got - strlen(got), "%d",
                     (int)live_json_int(row, "n", 0));
        }
    }
    if (strcmp(got, numbers) != 0)
        fail_msg("%s: matched '%s', not '%s'", filter, got, numbers);
}

static void p_41_each_construct_matches_what_it_says(void **state)
{
    static const struct {
        const char *filter, *numbers;
    } rows[] = {
        { "rig", "12" },
        { "*", "12345" },
        { "name:beta", "2" },
        { "name:BETA", "2" },
        { "name:*", "125" },
        { "gone:*", "" },
        { "-name:*", "34" },
        { "-rig", "345" },
        { "rig name:beta", "2" },
        { "rig & name:beta", "2" },
        { "rig && name:beta", "2" },
        { "rig | pump", "123" },
        { "rig || pump", "123" },
        { "rig | pump id:19", "123" },
        { "(rig | pump) id:19", "3" },
        { "n:(1|3)", "13" },
        { "n!:(1|3)", "13" },
        { "(rig|pump)*", "1234" },
        { "pump*", "34" },
        { "*um*", "34" },
        { "name:\"Alpha One\"", "1" },
        { "name:'alpha one'", "1" },
        { "\"chat room\"", "5" },
        { "a->b:deep", "3" },
        { "a->c->d:7", "3" },
        { "id:19", "34" },
        { "id:19.0", "34" },
        { "id$:19", "34" },
        { "id:[19, 250)", "34" },
        { "id:[19, 250]", "345" },
        { "id:(19, 250]", "5" },
        { "id:[19 TO 250)", "34" },
        { "n:[* TO 2]", "12" },
        { "name:[a TO b]", "1" },
        { "tags:y", "2" },
        { "tags:z", "" },
        { "ok:true", "1" },
        { "{odd name}:v", "4" },
        { "name:pre\\(x\\)", "5" },
        { "name:bita~1", "2" },
        { "city:ÁGUA*", "5" },
        { "city:\"água É\"", "5" },
        { "city:[águ TO águz]", "5" },
        { "city:agua*", "" },
        { "name:bixa~1", "" },
        { "-(rig | pump*)", "5" },
        { "rig -- a comment\n name:beta", "2" },
        { "rig .flags:nocount", "12" },
        { "rig | pump .flags:nocount", "123" },
        { ".flags:'nocount,noasync' .flags:noindex pump", "3" },
        { "rig .where:'name:beta'", "2" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].filter, rows[i].numbers);
}

static void p_42_no_filter_reads_nothing_and_a_star_everything(void **state)
{
    (void)state;
    assert_string_equal(bench_rows(&bench, "=> n"), "");
    assert_string_equal(bench_rows(&bench, "=> count() at the end"), "{'count':0}");
    assert_string_equal(bench_rows(&bench, "* n:* => n"), "{'n':1}{'n':2}{'n':3}{'n':4}{'n':5}");
    assert_string_equal(bench_rows(&bench, "* -__type:__queries => count() at the end"),
                        "{'count':5}");
}

static void p_51_reversed_reads_the_newest_first(void **state)
{
    (void)state;
    assert_string_equal(bench_rows(&bench, "n:* .flags:reversed => n"),
                        "{'n':5}{'n':4}{'n':3}{'n':2}{'n':1}");
}

static void p_51_partial_stops_after_so_many_rows(void **state)
{
    (void)state;
    bench_query(&bench, "n:* .flags:reversed => @filter(n < 4) => n", "since ts 0 #partial='1'",
                false);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':-7000,'n':3}]");
}

static void limit_bounds_the_events_read(void **state)
{
    (void)state;
    assert_string_equal(bench_rows(&bench, "n:* .limit:2 => n"), "{'n':1}{'n':2}");
}

static void another_field_can_be_the_time(void **state)
{
    (void)state;
    bench_load(&bench, -1000, "{'__type':'late','at':1700000000000}");
    bench_query(&bench, "late .timestamp:at", "last hour", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'__type':'late','at':1700000000000,'timestamp':-40000}]");
}

static void a_time_far_ahead_skips_outputs(void **state)
{
    (void)state;
    bench_load(&bench, -2000, "{'__type':'far','at':1700000039000}");
    bench_load(&bench, -1000, "{'__type':'far','at':8900000000000000}");
    bench_query(&bench, "far .timestamp:at => count() every second => @filter(count > 0)",
                "last minute", false);
    assert_non_null(bench_message(&bench, "destroy"));
    assert_non_null(strstr(bench_batches(&bench), "[{'timestamp':0,'count':1}]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(p_41_each_construct_matches_what_it_says, open_bench,
                                        close_bench),
        cmocka_unit_test_setup_teardown(p_42_no_filter_reads_nothing_and_a_star_everything,
                                        open_bench, close_bench),
        cmocka_unit_test_setup_teardown(p_51_reversed_reads_the_newest_first, open_bench,
                                        close_bench),
        cmocka_unit_test_setup_teardown(p_51_partial_stops_after_so_many_rows, open_bench,
                                        close_bench),
        cmocka_unit_test_setup_teardown(limit_bounds_the_events_read, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(another_field_can_be_the_time, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_time_far_ahead_skips_outputs, open_bench, close_bench),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
