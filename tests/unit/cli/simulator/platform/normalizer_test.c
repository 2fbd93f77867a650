// SPDX-License-Identifier: Apache-2.0
// The asset normalizer: which raw events become which events of the asset, and queries over them.
#include "platform/normalizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "platform/rest.h"
#include "platform/sources.h"
#include "query_bench.h"

static query_bench bench;
static sim_world *world;
static sim_normalizer *normalizer;

static const char document[] =
    "{'assets':{"
    " 'rig':[{'id':1,'name':'R1','normalizer':{'event_type':'rig','filter':'raw_rig','curves':{"
    "   'SPP':{'options':[{'mnemonic':'SPPA','filter':'object->name:Time*'},{'mnemonic':'SPPB'}]},"
    "   'RPM':{'options':[{'source':'Rig'}]},'GAS':{'options':[{}]},'ROP':{}}}}],"
    " 'pump':[{'id':4,'name':'P','normalizer':{'event_type':'pump','filter':'raw_pump | raw_rig "
    "->x:1','enabled':false,'curves':{'RPM':{'options':[{'mnemonic':'RPM'}]}}}}]},"
    "'users':[{'id':1,'teams':[1]}],'teams':[{'id':1,'roles':[{'id':1}]}],"
    "'roles':[{'id':1,'permissions':['ASSETS','MANAGE_ASSETS']}],"
    "'curves':{'SPP':{'options':[{'mnemonic':'SPPA'}]}},"
    "'sources':[{'event_type':'raw_rig','every_ms':1000,"
    "  'curves':{'RPM':{'uom':'rpm','mean':100,'swing':10}}}]}";

static int open_bench(void **state)
{
    (void)state;
    bench_open(&bench);
    world = bench_world(document);
    normalizer = sim_normalizer_new(bench.store, world);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    sim_normalizer_free(normalizer);
    sim_world_free(world);
    bench_close(&bench);
    return 0;
}

// Answers a REST request of the user with all permissions; `body` may be NULL.
static cJSON *ask(const char *method, const char *path, const char *body, int status)
{
    sim_rest rest = { .world = world, .store = bench.store };
    cJSON *answer = NULL, *sent = body ? cJSON_Parse(body) : NULL;
    cJSON *parameters =
        cJSON_Parse("{\"assetId\":[\"rig/1\"],\"channel\":[\"RPM\"],\"begin\":[\"0\"],"
                    "\"end\":[\"1700000050000\"],\"computeFields\":[\"min\",\"max\",\"avg\"]}");
    rest_request request = { .method = method,
                             .path = path,
                             .user = sim_world_get(world, "users")->child,
                             .parameters = parameters,
                             .body = sent };

    assert_int_equal(sim_rest_answer(&rest, &request, &answer), status);
    cJSON_Delete(sent);
    cJSON_Delete(parameters);
    return answer;
}

static void each_enabled_curve_of_an_event_has_an_event_of_the_asset(void **state)
{
    (void)state;
    bench_send(&bench, "{'__type':'raw_rig','liverig__index__timestamp':1600000000000,"
                       "'liverig__metadata':{'timestamp_adjustment':500},"
                       "'RPM':{'value':120,'uom':'rpm'},'GAS':{'value':1,'uom':'%'},"
                       "'ROP':{'value':9,'uom':'m/h'},'note':'x'}");
    bench_run(&bench, 10);
    assert_string_equal(bench_rows(&bench, "rig"),
                        "{'__type':'rig','mnemonic':'RPM','value':120,'uom':'rpm',"
                        "'adjusted_index_timestamp':1600000000500}");
    assert_string_equal(bench_rows(&bench, "pump"), "");
}

static void the_first_option_that_fits_gives_the_value(void **state)
{
    (void)state;
    bench_send(&bench, "{'__type':'raw_rig','SPPA':{'value':1,'uom':'psi'},"
                       "'SPPB':{'value':2,'uom':'psi'},'object':{'name':'Depth'}}");
    bench_send(&bench, "{'__type':'raw_rig','SPPA':{'value':3,'uom':'psi'},"
                       "'SPPB':{'value':4,'uom':'psi'},'object':{'name':'Time log'}}");
    bench_run(&bench, 10);
    assert_string_equal(bench_rows(&bench, "rig => mnemonic, value"),
                        "{'mnemonic':'SPP','value':2}{'mnemonic':'SPP','value':3}");
}

static void what_a_source_leaves_out_is_flagged(void **state)
{
    (void)state;
    bench_send(&bench, "{'__type':'raw_rig','RPM':{'error':'sensor offline'}}");
    bench_send(&bench, "{'__type':'raw_rig','RPM':7}");
    bench_run(&bench, 10);
    assert_string_equal(bench_rows(&bench, "rig => mnemonic, errors"),
                        "{'mnemonic':'RPM','errors':['missing_src_value','missing_src_unit']}");
}

static void the_flags_of_the_raw_event_hold_for_its_values(void **state)
{
    (void)state;
    bench_query(&bench, "rig => value", NULL, true);
    bench_send(&bench, "{'__type':'raw_rig','__skipstorage':true,'RPM':{'value':5,'uom':'rpm'}}");
    bench_run(&bench, 10);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':0,'value':5}]");
    assert_string_equal(bench_rows(&bench, "rig"), "");
}

static void a_changed_normalizer_is_told_and_used_at_once(void **state)
{
    (void)state;
    bench_query(&bench, "__asset event:(normalizer|delete) type:rig id:1", NULL, true);
    bench_forget(&bench);
    cJSON_Delete(ask("POST", "/services/plugin-liverig/assets/rig/1/normalizer",
                     "{\"event_type\":\"rig2\",\"filter\":\"other\",\"curves\":{\"RPM\":"
                     "{\"options\":[{\"mnemonic\":\"R\"}]}}}",
                     200));
    bench_send(&bench, "{'__type':'other','R':{'value':5,'uom':'rpm'}}");
    bench_send(&bench, "{'__type':'raw_rig','RPM':{'value':6,'uom':'rpm'}}");
    bench_run(&bench, 10);
    const cJSON *event = live_json_get(bench_message(&bench, "event"), "content")->child;
    assert_string_equal(live_json_str(event, "event", ""), "normalizer");
    assert_string_equal(live_json_str(live_json_get(event, "config"), "event_type", ""), "rig2");
    assert_string_equal(bench_rows(&bench, "rig | rig2 => __type, value"),
                        "{'__type':'rig2','value':5}");
}

static void a_normalizer_whose_filter_does_not_compile_is_refused(void **state)
{
    static const char *const bodies[] = {
        "{\"event_type\":\"rig\",\"filter\":\"raw (\"}",
        "{\"event_type\":\"rig\",\"filter\":\"raw => value\"}",
        "{\"event_type\":\"rig\",\"curves\":{\"A\":{\"options\":[{\"filter\":\"a:(\"}]}}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        cJSON *answer =
            ask("POST", "/services/plugin-liverig/assets/rig/1/normalizer", bodies[i], 400);
        assert_true(*live_json_str(answer, "message", ""));
        cJSON_Delete(answer);
    }
    bench_send(&bench, "{'__type':'raw_rig','RPM':{'value':6,'uom':'rpm'}}");
    bench_run(&bench, 10);
    assert_string_equal(bench_rows(&bench, "rig => value"), "{'value':6}");
}

static void queries_8_and_9_see_the_curves_of_an_asset(void **state)
{
    (void)state;
    bench_query(&bench,
                "rig mnemonic!:(RPM|SPP) .flags:nocount => lastv(value:object):if(\\mnemonic:RPM) "
                "as RPM, lastv(uom:object):if(\\mnemonic:RPM) as RPM_uom, "
                "lastv(value:object):if(\\mnemonic:SPP) as SPP over last second every second => "
                "@filter(RPM != null)",
                NULL, true);
    bench_run(&bench, 100);
    bench_send(&bench, "{'__type':'raw_rig','RPM':{'value':1,'uom':'rpm'}}");
    bench_run(&bench, 1500);
    assert_string_equal(bench_batches(&bench), "[{'timestamp':1000,'RPM':1,'RPM_uom':'rpm'}]");

    bench_forget(&bench);
    bench_query(&bench,
                "raw_rig .flags:nocount .flags:reversed => @filter({RPM} != null) => "
                "{RPM}:map():json() as {RPM}",
                "since ts 0 #partial='1'", false);
    assert_string_equal(bench_batches(&bench),
                        "[{'timestamp':100,'RPM':'{\\'value\\':1,\\'uom\\':\\'rpm\\'}'}]");
}

static void the_worlds_sources_give_a_past_and_a_present(void **state)
{
    sim_sources *sources = NULL;

    (void)state;
    assert_int_equal(sim_sources_new(bench.store, world, &sources, NULL), LIVE_OK);
    bench_run(&bench, 2500);
    assert_string_equal(bench_rows(&bench, "raw_rig => count() as raw at the end"), "{'raw':603}");
    assert_string_equal(bench_rows(&bench, "rig => count() as n, value#:min() >= 90 as low, "
                                           "value#:max() <= 110 as high at the end"),
                        "{'n':603,'low':true,'high':true}");

    cJSON *result = ask("GET", "/services/plugin-liverig-vis/auto-analysis/analyse", NULL, 200);
    assert_int_equal(live_json_int(result, "count", 0), 603);
    assert_true(live_json_real(result, "avg", 0) > 95 && live_json_real(result, "avg", 0) < 105);
    cJSON_Delete(result);
    sim_sources_free(sources);
}

static void curves_are_listed_by_name(void **state)
{
    (void)state;
    cJSON *curves = ask("GET", "/services/plugin-liverig/curves/", NULL, 200);
    assert_non_null(live_json_get(live_json_get(curves, "SPP"), "options"));
    cJSON_Delete(curves);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_enabled_curve_of_an_event_has_an_event_of_the_asset),
        CASE(the_first_option_that_fits_gives_the_value),
        CASE(what_a_source_leaves_out_is_flagged),
        CASE(the_flags_of_the_raw_event_hold_for_its_values),
        CASE(a_changed_normalizer_is_told_and_used_at_once),
        CASE(a_normalizer_whose_filter_does_not_compile_is_refused),
        CASE(queries_8_and_9_see_the_curves_of_an_asset),
        CASE(the_worlds_sources_give_a_past_and_a_present),
        CASE(curves_are_listed_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
