// SPDX-License-Identifier: Apache-2.0
#include "core/setting.h"

#include <live/json.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct pump {
    const char *name;
    double litres;
} pump;

typedef struct limits {
    int64_t strokes;
    int64_t after_ms;
} limits;

typedef struct config {
    const char *event_type, *rig, *unit;
    int64_t every_ms, count;
    double factor;
    bool verbose;
    limits limits;
    agent_strings rigs, kinds;
    agent_objects pumps;
} config;

static const char *const units[] = { "litres", "barrels", NULL };

static const agent_setting pump_rows[] = {
    AGENT_STRING(pump, name, NULL, "Name."),
    AGENT_REAL(pump, litres, "1.5", "Litres a stroke."),
    { 0 },
};

static const agent_setting limits_rows[] = {
    AGENT_INT(limits, strokes, "110", "Too many."),
    AGENT_DURATION(limits, after_ms, "1m", "When it counts."),
    { 0 },
};

static const agent_setting rows[] = {
    AGENT_STRING(config, event_type, "pumps", "Type."),
    AGENT_STRING(config, rig, "", "Rig."),
    AGENT_CHOICE(config, unit, "litres", units, "Unit."),
    AGENT_CHOICES(config, kinds, units, "Kinds."),
    AGENT_DURATION(config, every_ms, "2s", "Interval."),
    AGENT_INT(config, count, "3", "A whole number."),
    AGENT_REAL(config, factor, "0.5", "A number."),
    AGENT_BOOL(config, verbose, "true", "Yes or no."),
    AGENT_OBJECT(config, limits, limits, limits_rows, "Nested."),
    AGENT_STRINGS(config, rigs, "Names."),
    AGENT_OBJECTS(config, pumps, pump, pump_rows, "Structs."),
    { 0 },
};

static const ag_table table = { .rows = rows, .stride = sizeof(agent_setting) };

typedef struct reading {
    cJSON *json;
    ag_config *own;
    const config *config;
    live_err err;
    live_error error;
} reading;

static reading read_text(const char *text)
{
    reading reading = { 0 };

    assert_int_equal(live_json_parse(text, strlen(text), &reading.json, NULL), LIVE_OK);
    reading.err = ag_config_new(table, sizeof(config), reading.json, "/processes/p", &reading.own,
                                &reading.error);
    reading.config = reading.err ? NULL : ag_config_data(reading.own);
    return reading;
}

static void finish(reading *reading)
{
    ag_config_free(reading->own);
    cJSON_Delete(reading->json);
}

static void an_empty_object_has_the_defaults(void **unused)
{
    reading r = read_text("{}");

    (void)unused;
    assert_int_equal(r.err, LIVE_OK);
    assert_string_equal(r.config->event_type, "pumps");
    assert_string_equal(r.config->unit, "litres");
    assert_int_equal(r.config->every_ms, 2000);
    assert_int_equal(r.config->count, 3);
    assert_true(fabs(r.config->factor - 0.5) < 1e-9);
    assert_true(r.config->verbose);
    assert_int_equal(r.config->limits.strokes, 110);
    assert_int_equal(r.config->limits.after_ms, 60000);
    assert_int_equal(r.config->rigs.count, 0);
    assert_int_equal(r.config->pumps.count, 0);
    finish(&r);
}

static void values_are_read_by_their_types(void **unused)
{
    reading r =
        read_text("{\"event_type\": \"x\", \"every\": \"250ms\", \"count\": -7, \"factor\": 2,"
                  "\"verbose\": false, \"limits\": {\"after\": 1.5}, \"rigs\": [\"a\", \"b\"],"
                  "\"pumps\": [{\"name\": \"P1\"}, {\"name\": \"P2\", \"litres\": 9}]}");
    const pump *pumps;

    (void)unused;
    assert_int_equal(r.err, LIVE_OK);
    assert_string_equal(r.config->event_type, "x");
    assert_int_equal(r.config->every_ms, 250);
    assert_int_equal(r.config->count, -7);
    assert_true(fabs(r.config->factor - 2) < 1e-9);
    assert_false(r.config->verbose);
    assert_int_equal(r.config->limits.after_ms, 1500);
    assert_int_equal(r.config->limits.strokes, 110);
    assert_int_equal(r.config->rigs.count, 2);
    assert_string_equal(r.config->rigs.items[1], "b");
    assert_int_equal(r.config->pumps.count, 2);
    pumps = r.config->pumps.items;
    assert_string_equal(pumps[1].name, "P2");
    assert_true(fabs(pumps[0].litres - 1.5) < 1e-9);
    assert_true(fabs(pumps[1].litres - 9) < 1e-9);
    finish(&r);
}

static const struct {
    const char *text, *message;
} wrong[] = {
    { "{\"event_type\": 1}", "/processes/p/event_type: a text is due" },
    { "{\"event_type\": null}", "/processes/p/event_type: a text is due" },
    { "{\"unit\": \"pints\"}", "/processes/p/unit: 'pints' is none of litres, barrels" },
    { "{\"kinds\": [\"barrels\", \"\"]}", "/processes/p/kinds: '' is none of litres, barrels" },
    { "{\"kinds\": [\"barrels\", \"litres\"], \"unit\": \"barrels\"}", NULL },
    { "{\"count\": 1.5}", "/processes/p/count: a whole number is due" },
    { "{\"count\": 1e300}", "/processes/p/count: a whole number is due" },
    { "{\"count\": \"3\"}", "/processes/p/count: a whole number is due" },
    { "{\"factor\": true}", "/processes/p/factor: a number is due" },
    { "{\"verbose\": 1}", "/processes/p/verbose: true or false is due" },
    { "{\"every\": \"soon\"}",
      "/processes/p/every: a duration such as \"10s\", \"500ms\" or a number of seconds is due" },
    { "{\"every\": -1}",
      "/processes/p/every: a duration such as \"10s\", \"500ms\" or a number of seconds is due" },
    { "{\"limits\": []}", "/processes/p/limits: an object is due" },
    { "{\"limits\": {\"strokes\": {}}}", "/processes/p/limits/strokes: a whole number is due" },
    { "{\"rigs\": \"a\"}", "/processes/p/rigs: a list of texts is due" },
    { "{\"rigs\": [\"a\", 1]}", "/processes/p/rigs: a list of texts is due" },
    { "{\"pumps\": {}}", "/processes/p/pumps: a list of objects is due" },
    { "{\"pumps\": [{\"name\": \"a\"}, 3]}", "/processes/p/pumps/1: an object is due" },
    { "{\"pumps\": [{}]}", "/processes/p/pumps/0/name: this setting must be given" },
    { "{\"evry\": 1}", "/processes/p/evry: no such setting; did you mean 'every'?" },
    { "{\"limits\": {\"stroke\": 1}}",
      "/processes/p/limits/stroke: no such setting; did you mean 'strokes'?" },
    { "{\"every_ms\": 1}", NULL }, // three edits away: a warning
};

static void a_wrong_value_is_named_by_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        reading r = read_text(wrong[i].text);
        assert_int_equal(r.err, wrong[i].message ? LIVE_E_INVALID : LIVE_OK);
        if (wrong[i].message)
            assert_string_equal(r.error.text, wrong[i].message);
        finish(&r);
    }
}

static void an_unknown_key_far_from_any_is_passed_over(void **unused)
{
    (void)unused;
    reading r = read_text("{\"type\": \"p\", \"enabled\": true, \"comment\": \"hello\"}");
    assert_int_equal(r.err, LIVE_OK);
    finish(&r);
}

static void a_duration_is_found_by_its_members_name(void **unused)
{
    reading r = read_text("{\"every\": 3}");

    (void)unused;
    assert_int_equal(ag_config_duration(r.own, table, "every_ms", 1), 3000);
    assert_int_equal(ag_config_duration(r.own, table, "other_ms", 1), 1);
    assert_int_equal(ag_config_duration(r.own, table, "count", 1), 1);
    finish(&r);
}

static void the_unit_of_a_duration_is_no_part_of_its_key(void **unused)
{
    agent_setting row = { .type = AGENT_TYPE_DURATION, .name = "every_ms" };
    char key[64];

    (void)unused;
    ag_setting_key(&row, key);
    assert_string_equal(key, "every");
    row.type = AGENT_TYPE_INT;
    ag_setting_key(&row, key);
    assert_string_equal(key, "every_ms");
}

// A table of a module that was built when rows had two members less.
static void shorter_rows_are_completed_with_zeros(void **unused)
{
    struct {
        agent_type type;
        const char *name;
        size_t offset;
        const char *fallback, *doc;
    } old[] = { { AGENT_TYPE_INT, "count", offsetof(config, count), "8", "" },
                { AGENT_TYPE_END, NULL, 0, NULL, NULL } };
    ag_table short_table = { .rows = (const agent_setting *)(const void *)old,
                             .stride = sizeof old[0] };
    ag_config *own = NULL;
    agent_setting row;

    (void)unused;
    assert_true(ag_table_row(short_table, 0, &row));
    assert_null(row.members);
    assert_false(ag_table_row(short_table, 1, &row));
    assert_int_equal(ag_config_new(short_table, sizeof(config), NULL, "", &own, NULL), LIVE_OK);
    assert_int_equal(((const config *)ag_config_data(own))->count, 8);
    ag_config_free(own);
}

static void a_type_of_a_later_agent_is_refused(void **unused)
{
    agent_setting later[] = { { .type = (agent_type)99, .name = "x", .fallback = "1" }, { 0 } };
    ag_table later_table = { .rows = later, .stride = sizeof later[0] };
    ag_config *own = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(ag_config_new(later_table, 8, NULL, "/processes/p", &own, &error),
                     LIVE_E_UNSUPPORTED);
    assert_null(own);
    assert_non_null(strstr(error.text, "'x' has a type this agent does not know"));
}

static void a_process_without_a_table_takes_any_object(void **unused)
{
    ag_config *own = NULL;

    (void)unused;
    assert_int_equal(ag_config_new((ag_table){ 0 }, 0, NULL, "", &own, NULL), LIVE_OK);
    assert_non_null(ag_config_data(own));
    ag_config_free(own);
    ag_config_free(NULL);
}

static void every_mistake_is_found_at_once(void **unused)
{
    static const char text[] = "{\"count\": \"x\", \"evry\": 1, \"limits\": {\"strokes\": 1.5},"
                               "\"pumps\": [{\"litres\": []}], \"comment\": 1}";
    static const char *const due[] = {
        "/p/count: a whole number is due",
        "/p/limits/strokes: a whole number is due",
        "/p/pumps/0/name: this setting must be given",
        "/p/pumps/0/litres: a number is due",
        "/p/evry: no such setting; did you mean 'every'?",
        "/p/comment: no such setting; it is ignored",
    };
    char found[256];
    cJSON *json = NULL, *findings = cJSON_CreateArray();

    (void)unused;
    assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    assert_int_equal(ag_config_check(table, sizeof(config), json, "/p", findings, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(findings), 6);
    for (int i = 0; i < 6; i++) {
        const cJSON *finding = cJSON_GetArrayItem(findings, i);
        snprintf(found, sizeof found, "%s: %s", live_json_str(finding, "pointer", ""),
                 live_json_str(finding, "text", ""));
        assert_string_equal(found, due[i]);
        assert_int_equal(cJSON_IsTrue(live_json_get(finding, "warning")), i == 5);
    }
    cJSON_Delete(findings);
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_object_has_the_defaults),
        cmocka_unit_test(values_are_read_by_their_types),
        cmocka_unit_test(a_wrong_value_is_named_by_its_place),
        cmocka_unit_test(every_mistake_is_found_at_once),
        cmocka_unit_test(an_unknown_key_far_from_any_is_passed_over),
        cmocka_unit_test(a_duration_is_found_by_its_members_name),
        cmocka_unit_test(the_unit_of_a_duration_is_no_part_of_its_key),
        cmocka_unit_test(shorter_rows_are_completed_with_zeros),
        cmocka_unit_test(a_type_of_a_later_agent_is_refused),
        cmocka_unit_test(a_process_without_a_table_takes_any_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
