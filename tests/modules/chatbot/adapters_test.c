// SPDX-License-Identifier: Apache-2.0
// Each logic adapter on the bench.
#include <agent/testing.h>
#include <inttypes.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

extern const agent_module agent_module_v1;

#define ASSETS "/services/plugin-liverig/assets/"

static agent_bench *adapter(const char *name)
{
    agent_bench *bench = agent_bench_adapter(&agent_module_v1, name, "{}");

    if (agent_bench_error(bench))
        fail_msg("%s", agent_bench_error(bench)->text);
    return bench;
}

static void list_assets(agent_bench *bench)
{
    agent_bench_resource(bench, ASSETS "rig",
                         "[{\"id\": 1, \"name\": \"RIG-1\"}, {\"id\": 12, \"name\": \"RIG-12\"},"
                         " {\"id\": 5, \"name\": \"Twin\"}, {\"id\": 6}, null]");
    agent_bench_resource(
        bench, ASSETS "crew",
        "[{\"id\": 3, \"name\": \"Frac crew\"}, {\"id\": 4, \"name\": \"Frac crew A\"}]");
    agent_bench_resource(bench, ASSETS "pump", "[{\"id\": 9, \"name\": \"Twin\"}]");
    agent_bench_resource(bench, ASSETS "rig/1/normalizer",
                         "{\"event_type\": \"rig_1\", \"filter\": \"raw_rig_1\", \"curves\": {"
                         "\"SPP\": {\"options\": [{\"mnemonic\": \"SPPA\"}]},"
                         "\"RPM\": {\"options\": [{\"mnemonic\": \"RPMA\"}]},"
                         "\"GAS\": {\"options\": [{}]}, \"HKLD\": {}}}");
    agent_bench_resource(
        bench, ASSETS "rig/12/normalizer",
        "{\"event_type\": \"rig_12\", \"filter\": \"raw_rig_12\", \"curves\": {}}");
    agent_bench_resource(bench, ASSETS "crew/4/normalizer", "{\"curves\": null}");
    agent_bench_resource(bench, ASSETS "pump/9/normalizer", "{\"event_type\": \"pump_9\"}");
}

static void assert_says(agent_bench *bench, const char *text, const char *reply)
{
    const char *said = agent_bench_ask(bench, text);

    if (agent_bench_error(bench))
        fail_msg("%s: %s", text, agent_bench_error(bench)->text);
    assert_string_equal(said, reply);
}

static void assert_begins(agent_bench *bench, const char *text, const char *beginning)
{
    const char *said = agent_bench_ask(bench, text);

    if (strncmp(said, beginning, strlen(beginning)) != 0)
        fail_msg("%s: '%s' does not begin with '%s'", text, said, beginning);
}

// Help

static void help_shows_each_adapter_with_the_alias(void **unused)
{
    agent_bench *bench = adapter("help");

    (void)unused;
    assert_says(bench, "help", "This is what I can do:\n- Tells what I can do: *bot, help*");
    agent_bench_free(bench);
}

// Assets

static void assets_are_listed_one_a_line(void **unused)
{
    agent_bench *bench = adapter("asset_list");

    (void)unused;
    list_assets(bench);
    assert_says(bench, "assets",
                "The assets are:\n- RIG-1\n- RIG-12\n- Twin\n- Frac crew\n- Frac crew A\n- Twin");
    agent_bench_free(bench);
}

static void a_type_that_cannot_be_read_does_not_hide_the_others(void **unused)
{
    agent_bench *bench = adapter("asset_list");

    (void)unused;
    agent_bench_resource(bench, ASSETS "pump", "[{\"id\": 9, \"name\": \"Pump 9\"}]");
    assert_says(bench, "assets", "The assets are:\n- Pump 9");
    agent_bench_free(bench);
}

static void no_assets_are_none_and_no_platform_is_a_failure(void **unused)
{
    agent_bench *none = adapter("asset_list"), *down = adapter("asset_list");

    (void)unused;
    agent_bench_resource(none, ASSETS "rig", "[]");
    assert_says(none, "assets", "There are no assets.");
    assert_string_equal(agent_bench_ask(down, "assets"), "");
    assert_int_equal(agent_bench_error(down)->code, LIVE_E_NOTFOUND);
    assert_non_null(strstr(agent_bench_error(down)->text, "the assets cannot be read: "));
    agent_bench_free(none);
    agent_bench_free(down);
}

static void the_list_is_read_afresh_once_it_is_old(void **unused)
{
    agent_bench *bench = adapter("asset_list");
    char old[128];

    (void)unused;
    agent_bench_resource(bench, ASSETS "rig", "[{\"id\": 1, \"name\": \"RIG-1\"}]");
    assert_says(bench, "assets", "The assets are:\n- RIG-1");
    agent_bench_resource(bench, ASSETS "rig", "[{\"id\": 1, \"name\": \"RIG-2\"}]");
    assert_says(bench, "assets", "The assets are:\n- RIG-1"); // a moment ago
    snprintf(old, sizeof old, "{\"read_ms\": %" PRId64 ", \"assets\": [{\"name\": \"RIG-1\"}]}",
             live_time_ms() - 60000);
    agent_bench_remember(bench, "asset-list", old);
    assert_says(bench, "assets", "The assets are:\n- RIG-2");
    agent_bench_free(bench);
}

static void the_longest_name_that_is_written_is_selected(void **unused)
{
    agent_bench *bench = adapter("asset_select");

    (void)unused;
    list_assets(bench);
    assert_says(bench, "activate RIG-1",
                "RIG-1 is selected: its events are of type rig_1, 2 curves are enabled.");
    assert_string_equal(
        live_json_str(agent_bench_remembered(bench, "selected-asset"), "filter", ""), "raw_rig_1");
    assert_says(bench, "activate rig-12",
                "RIG-12 is selected: its events are of type rig_12, 0 curves are enabled.");
    assert_says(bench, "select frac crew a please",
                "Frac crew A is selected: its events are of type (none), 0 curves are enabled.");
    assert_string_equal(live_json_str(agent_bench_remembered(bench, "selected-asset"), "name", ""),
                        "Frac crew A");
    agent_bench_free(bench);
}

static void a_name_within_a_longer_word_is_not_written(void **unused)
{
    agent_bench *bench = adapter("asset_select");

    (void)unused;
    list_assets(bench);
    assert_begins(bench, "select RIG-1-B", "Which asset?");
    assert_begins(bench, "select RIG-123", "Which asset?");
    assert_begins(bench, "select OLD-RIG-1", "Which asset?");
    assert_null(agent_bench_remembered(bench, "selected-asset"));
    agent_bench_free(bench);
}

static void it_asks_which_asset_and_lists_candidates(void **unused)
{
    agent_bench *bench = adapter("asset_select");

    (void)unused;
    list_assets(bench);
    assert_says(
        bench, "select an asset",
        "Which asset? I know:\n- RIG-1\n- RIG-12\n- Twin\n- Frac crew\n- Frac crew A\n- Twin\n"
        "Say for example: *bot, select RIG-1*");
    assert_says(bench, "select RIG-1 or RIG-12",
                "One at a time, please. Which of these?\n- RIG-1 (rig)\n- RIG-12 (rig)");
    assert_says(bench, "select Twin",
                "One at a time, please. Which of these?\n- Twin (rig)\n- Twin (pump)");
    assert_null(agent_bench_remembered(bench, "selected-asset"));
    assert_begins(bench, "select the pump Twin", "Twin is selected: its events are of type pump_9");
    agent_bench_free(bench);
}

static void an_asset_without_settings_is_not_selected(void **unused)
{
    agent_bench *bench = adapter("asset_select");

    (void)unused;
    list_assets(bench);
    agent_bench_ask(bench, "select RIG-1");
    assert_begins(bench, "select Frac crew",
                  "Frac crew is not selected: its settings cannot be read (GET ");
    assert_string_equal(live_json_str(agent_bench_remembered(bench, "selected-asset"), "name", ""),
                        "RIG-1");
    agent_bench_free(bench);
}

// Current value

#define SELECTED                                                                                   \
    "{\"id\": 1, \"name\": \"RIG-1\", \"asset_type\": \"rig\", \"event_type\": \"rig_1\","         \
    " \"filter\": \"raw_rig_1 source:(main|backup)\","                                             \
    " \"curves\": [\"SPP\", \"SPP 2\", \"RPM\", \"IN\", \"O'Neil\", \"a}b\"]}"

static agent_bench *valued(void)
{
    agent_bench *bench = adapter("current_value");

    agent_bench_remember(bench, "selected-asset", SELECTED);
    return bench;
}

static void answer_with(agent_bench *bench, const char *part, int64_t age_ms, const char *members)
{
    char rows[512];

    snprintf(rows, sizeof rows, "[{\"timestamp\": %" PRId64 ", %s}]", live_time_ms() - age_ms,
             members);
    agent_bench_rows(bench, part, rows);
}

static void the_latest_value_has_two_decimals_a_unit_and_an_age(void **unused)
{
    agent_bench *bench = valued();

    (void)unused;
    answer_with(bench, "mnemonic!:'SPP'", 12400, "\"value\": 2310.456, \"uom\": \"psi\"");
    assert_says(bench, "what is the current value of SPP?", "SPP is 2310.46 psi (12 s ago).");
    assert_string_equal(agent_bench_asked(bench),
                        "'rig_1' mnemonic!:'SPP' .flags:nocount .flags:reversed =>"
                        " @filter(value != null) => value, uom");
    assert_string_equal(agent_bench_asked_span(bench), "since ts 0 #partial='1'");
    agent_bench_free(bench);
}

static void ages_are_told_in_the_unit_that_suits(void **unused)
{
    static const struct {
        int64_t age_ms;
        const char *said;
    } ages[] = {
        { -5000, "RPM is 1.00 (0 s ago)." },        { 119500, "RPM is 1.00 (119 s ago)." },
        { 121000, "RPM is 1.00 (2 min ago)." },     { 7300000, "RPM is 1.00 (2 h ago)." },
        { 200000000, "RPM is 1.00 (2 days ago)." },
    };
    agent_bench *bench = valued();

    (void)unused;
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        answer_with(bench, "'RPM'", ages[i].age_ms, "\"value\": 1");
        assert_says(bench, "RPM now", ages[i].said);
    }
    agent_bench_rows(bench, "'RPM'", "[{\"value\": 1}]");
    assert_says(bench, "RPM now", "RPM is 1.00 (at an unknown time).");
    agent_bench_free(bench);
}

static void without_normalised_events_the_raw_ones_are_asked(void **unused)
{
    agent_bench *bench = valued();

    (void)unused;
    answer_with(bench, "as {SPP}", 3000,
                "\"SPP\": \"{\\\"value\\\": 7, \\\"uom\\\": \\\"bar\\\"}\"");
    assert_says(bench, "SPP now", "SPP is 7.00 bar (3 s ago).");
    assert_string_equal(agent_bench_asked(bench),
                        "(raw_rig_1 source:(main|backup)) .flags:nocount .flags:reversed =>"
                        " @filter({SPP} != null) => {SPP}:map():json() as {SPP}");
    answer_with(bench, "as {SPP}", 3000, "\"SPP\": {\"value\": \"open\"}");
    assert_says(bench, "SPP now", "SPP is open (3 s ago).");
    answer_with(bench, "as {SPP}", 3000, "\"SPP\": \"{\\\"error\\\": \\\"sensor offline\\\"}\"");
    assert_says(bench, "SPP now", "SPP has no value: sensor offline (3 s ago).");
    answer_with(bench, "as {SPP}", 3000, "\"SPP\": \"no json\"");
    assert_says(bench, "SPP now", "SPP is no json (3 s ago).");
    answer_with(bench, "as {SPP}", 3000, "\"SPP\": null");
    assert_says(bench, "SPP now", "SPP has no value (3 s ago).");
    agent_bench_free(bench);
}

static void curves_are_found_by_their_whole_names_their_own_case_first(void **unused)
{
    agent_bench *bench = valued();

    (void)unused;
    answer_with(bench, "'SPP 2'", 1000, "\"value\": 2");
    answer_with(bench, "'SPP'", 1000, "\"value\": 1");
    answer_with(bench, "'IN'", 1000, "\"value\": 3");
    assert_says(bench, "the value of SPP 2 in the well", "SPP 2 is 2.00 (1 s ago).");
    assert_says(bench, "the value of spp", "SPP is 1.00 (1 s ago).");
    assert_says(bench, "value of IN", "IN is 3.00 (1 s ago).");
    assert_says(bench, "value of SPP and RPM", "One curve at a time, please: SPP, RPM.");
    assert_says(bench, "value of the SPPA",
                "Which curve? RIG-1 has SPP, SPP 2, RPM, IN, O'Neil, a}b.");
    agent_bench_free(bench);
}

static void names_are_quoted_and_what_cannot_be_is_not_asked(void **unused)
{
    agent_bench *bench = valued();

    (void)unused;
    assert_says(bench, "value of O'Neil", "There is no data of O'Neil.");
    assert_non_null(strstr(agent_bench_asked(bench), "{O'Neil}"));
    assert_says(bench, "value of a}b", "There is no data of a}b.");
    assert_non_null(strstr(agent_bench_asked(bench), "mnemonic!:'a}b'"));
    agent_bench_remember(bench, "selected-asset",
                         "{\"name\": \"X\", \"event_type\": \"\", \"filter\": \"a => b\","
                         " \"curves\": [\"SPP\"]}");
    assert_says(bench, "value of SPP", "There is no data of SPP.");
    assert_non_null(strstr(agent_bench_asked(bench), "a}b")); // nothing more was asked
    agent_bench_free(bench);
}

static void without_an_asset_or_a_curve_it_says_what_to_do(void **unused)
{
    agent_bench *bench = adapter("current_value");

    (void)unused;
    assert_says(bench, "SPP now",
                "No asset is selected in this room. Select one first: *bot, select NAME*");
    agent_bench_remember(bench, "selected-asset", "{\"name\": \"X\", \"curves\": []}");
    assert_says(bench, "SPP now", "X has no enabled curve.");
    agent_bench_free(bench);
}

static void a_refused_query_is_a_failure_that_names_the_curve(void **unused)
{
    agent_bench *bench = valued();

    (void)unused;
    agent_bench_refuse(bench, "'SPP'", LIVE_E_TIMEOUT, "no answer");
    assert_string_equal(agent_bench_ask(bench, "SPP now"), "");
    assert_int_equal(agent_bench_error(bench)->code, LIVE_E_TIMEOUT);
    assert_string_equal(agent_bench_error(bench)->text, "SPP: no answer");
    agent_bench_free(bench);
}

// Analyses

#define ANALYSE "/services/plugin-liverig-vis/auto-analysis/analyse"

static agent_bench *analyst(void)
{
    agent_bench *bench = adapter("analysis");

    agent_bench_remember(bench, "selected-asset", SELECTED);
    return bench;
}

static void an_analysis_is_told_and_annotated(void **unused)
{
    agent_bench *bench = analyst();

    (void)unused;
    agent_bench_resource(bench, ANALYSE,
                         "{\"min\": 1, \"max\": 3.456, \"avg\": 2, \"linreg\": {\"slope\": 1},"
                         " \"__src\": \"x\"}");
    assert_says(bench, "analyse the last 2 hours of SPP",
                "SPP over the last 2 h: minimum 1.00, maximum 3.46, average 2.00."
                " The analysis is an annotation now.");
    assert_int_equal(agent_bench_event_count(bench), 1);
    const cJSON *event = agent_bench_event(bench, 0);
    assert_string_equal(live_json_str(event, "__type", ""), "__annotations");
    assert_string_equal(live_json_str(event, "__src", ""), "auto-analysis");
    assert_string_equal(live_json_str(event, "author", ""), "bot");
    assert_int_equal(live_json_int(event, "end", 0) - live_json_int(event, "begin", 0), 7200000);
    assert_non_null(live_json_get(event, "linreg"));
    agent_bench_free(bench);
}

static void an_analysis_keeps_the_span_that_the_platform_names(void **unused)
{
    agent_bench *bench = analyst();

    (void)unused;
    agent_bench_resource(bench, ANALYSE, "{\"begin\": 1600000000000, \"end\": 1600000030000}");
    assert_says(bench, "analyse RPM",
                "RPM over the last 10 min. The analysis is an annotation now.");
    assert_int_equal(live_json_int(agent_bench_event(bench, 0), "end", 0), 1600000030000);
    agent_bench_free(bench);
}

static void without_data_nothing_is_annotated(void **unused)
{
    static const char *const answers[] = { "null", "{}" };
    agent_bench *bench = analyst();

    (void)unused;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        agent_bench_resource(bench, ANALYSE, answers[i]);
        assert_says(bench, "analyse the last 90 s of SPP",
                    "There is no data of SPP over the last 90 s.");
    }
    assert_begins(bench, "analyse it", "Which curve? RIG-1 has SPP");
    assert_int_equal(agent_bench_event_count(bench), 0);
    agent_bench_free(bench);
}

static void a_platform_that_cannot_analyse_is_a_failure_and_no_annotation(void **unused)
{
    agent_bench *bench = analyst();

    (void)unused;
    assert_string_equal(agent_bench_ask(bench, "analyse SPP"), "");
    assert_non_null(strstr(agent_bench_error(bench)->text, "the analysis of SPP: GET " ANALYSE));
    assert_int_equal(agent_bench_event_count(bench), 0);
    agent_bench_free(bench);
}

// Variables

static void a_variable_is_kept_under_its_name(void **unused)
{
    agent_bench *bench = adapter("variables");

    (void)unused;
    assert_says(bench, "set depth = 1200 m", "depth = 1200 m");
    assert_says(bench, "SET Depth=3", "Depth = 3");
    assert_says(bench, "get depth", "depth = 1200 m");
    assert_says(bench, "get depth?", "depth = 1200 m");
    assert_says(bench, "set depth = 7 = 8", "depth = 7 = 8");
    assert_says(bench, "get depth", "depth = 7 = 8");
    assert_says(bench, "get other", "other is not set here. Set it with: *bot, set other = VALUE*");
    agent_bench_free(bench);
}

static void what_is_no_variable_is_explained(void **unused)
{
    agent_bench *bench = adapter("variables");

    (void)unused;
    assert_begins(bench, "set my depth = 3", "A name has no blanks");
    assert_begins(bench, "set = 3", "A name has no blanks");
    assert_begins(bench, "set depth =", "Which value has depth?");
    assert_null(agent_bench_remembered(bench, "variables"));
    agent_bench_free(bench);
}

static void it_is_sure_of_its_own_form_alone(void **unused)
{
    agent_bench *bench = adapter("variables");

    (void)unused;
    assert_true(agent_bench_score(bench, "set x = 1") == 1);
    assert_true(agent_bench_score(bench, "get x") < 0.8);
    agent_bench_ask(bench, "set x = 1");
    assert_true(agent_bench_score(bench, "get x") == 1);
    assert_true(agent_bench_score(bench, "set the table") == 0);
    assert_true(agent_bench_score(bench, "get me the assets") == 0);
    assert_true(agent_bench_score(bench, "settle x = 1") == 0);
    assert_true(agent_bench_score(bench, "help") == 0);
    assert_true(agent_bench_score(bench, "") == 0);
    agent_bench_free(bench);
}

static void variables_have_bounds(void **unused)
{
    agent_bench *bench = adapter("variables");
    char text[2048];

    (void)unused;
    snprintf(text, sizeof text, "set x = %01200d", 0);
    assert_begins(bench, text, "That is too long");
    snprintf(text, sizeof text, "set %065d = 1", 0);
    assert_begins(bench, text, "A name has no blanks and at most 64 letters");
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "set v%d = 1", i);
        agent_bench_ask(bench, text);
    }
    assert_says(bench, "set one_more = 1", "I keep at most 100 variables in a room.");
    assert_says(bench, "set v7 = 2", "v7 = 2");
    agent_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_shows_each_adapter_with_the_alias),
        cmocka_unit_test(assets_are_listed_one_a_line),
        cmocka_unit_test(a_type_that_cannot_be_read_does_not_hide_the_others),
        cmocka_unit_test(no_assets_are_none_and_no_platform_is_a_failure),
        cmocka_unit_test(the_list_is_read_afresh_once_it_is_old),
        cmocka_unit_test(the_longest_name_that_is_written_is_selected),
        cmocka_unit_test(a_name_within_a_longer_word_is_not_written),
        cmocka_unit_test(it_asks_which_asset_and_lists_candidates),
        cmocka_unit_test(an_asset_without_settings_is_not_selected),
        cmocka_unit_test(the_latest_value_has_two_decimals_a_unit_and_an_age),
        cmocka_unit_test(ages_are_told_in_the_unit_that_suits),
        cmocka_unit_test(without_normalised_events_the_raw_ones_are_asked),
        cmocka_unit_test(curves_are_found_by_their_whole_names_their_own_case_first),
        cmocka_unit_test(names_are_quoted_and_what_cannot_be_is_not_asked),
        cmocka_unit_test(without_an_asset_or_a_curve_it_says_what_to_do),
        cmocka_unit_test(a_refused_query_is_a_failure_that_names_the_curve),
        cmocka_unit_test(an_analysis_is_told_and_annotated),
        cmocka_unit_test(an_analysis_keeps_the_span_that_the_platform_names),
        cmocka_unit_test(without_data_nothing_is_annotated),
        cmocka_unit_test(a_platform_that_cannot_analyse_is_a_failure_and_no_annotation),
        cmocka_unit_test(a_variable_is_kept_under_its_name),
        cmocka_unit_test(what_is_no_variable_is_explained),
        cmocka_unit_test(it_is_sure_of_its_own_form_alone),
        cmocka_unit_test(variables_have_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
