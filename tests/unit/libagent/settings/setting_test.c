// SPDX-License-Identifier: Apache-2.0
#include "settings/setting.h"

#include <live/buf.h>
#include <live/json.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/finding.h"

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
    { "{\"event_type\": null, \"every\": null, \"limits\": null}", NULL }, // null: left out
    { "{\"pumps\": [{\"name\": null}]}", "/processes/p/pumps/0/name: this setting must be given" },
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
        const char *fallback;
    } old[] = { { AGENT_TYPE_INT, "count", offsetof(config, count), "8" },
                { AGENT_TYPE_END, NULL, 0, NULL } };
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
        assert_int_equal(ag_finding_severity(finding), i == 5 ? AG_WARNING : AG_ERROR);
        assert_int_equal(ag_finding_is_of_key(finding), i >= 4);
    }
    cJSON_Delete(findings);
    cJSON_Delete(json);
}

// What a row may say beside its type

typedef struct point {
    const char *name;
    double x;
} point;

typedef struct more {
    int64_t share, after_ms, max_bytes;
    const char *rig, *peer;
    agent_numbers levels;
    agent_map roles;
    agent_secret token;
    point point;
} more;

static const agent_setting point_rows[] = {
    AGENT_STRING(point, name, NULL, "Name."),
    AGENT_REAL(point, x, "1", "Place."),
    { 0 },
};

static const agent_setting more_rows[] = {
    AGENT_INT(more, share, "50", "Per cent.", .least = "0", .most = "100", .former = "percent"),
    AGENT_DURATION(more, after_ms, "1m", "Time.", .least = "10s", .most = "1h"),
    AGENT_SIZE(more, max_bytes, "10 MB", "Room.", .least = "1 KiB", .most = "1GiB"),
    AGENT_STRING(more, rig, "RIG-1", "A rig such as RIG-7.", .pattern = "^RIG-[0-9]+$"),
    AGENT_PROCESS(more, peer, "Another process."),
    AGENT_NUMBERS(more, levels, "Levels.", .least = "0"),
    AGENT_MAP(more, roles, "Roles."),
    AGENT_SECRET(more, token, "Token."),
    AGENT_OBJECT_OR_TEXT(more, point, point, point_rows, "name", "A point."),
    AGENT_UNUSED("comment", "Whatever."),
    { 0 },
};

static reading read_more(const char *text)
{
    reading reading = { 0 };
    cJSON *processes = cJSON_Parse("{\"p\": {}, \"q\": {}}");
    ag_table with_names = { .rows = more_rows,
                            .stride = sizeof *more_rows,
                            .processes = processes };

    assert_int_equal(live_json_parse(text, strlen(text), &reading.json, NULL), LIVE_OK);
    reading.err =
        ag_config_new(with_names, sizeof(more), reading.json, "", &reading.own, &reading.error);
    cJSON_Delete(processes);
    return reading;
}

static void every_other_type_is_read_too(void **unused)
{
    reading r = read_more(
        "{\"percent\": 7, \"after\": 90, \"max\": \"64 KiB\", \"rig\": \"RIG-12\", \"peer\": \"q\","
        "\"levels\": [0, 2.5], \"roles\": {\"pressure\": \"SPP\", \"flow\": \"FLW\"},"
        "\"token\": {\"env\": \"LIVE_SETTING_TEST\"}, \"point\": \"here\", \"comment\": [1]}");
    const more *m = r.own ? ag_config_data(r.own) : NULL;
    char *token = NULL;

    (void)unused;
    assert_int_equal(r.err, LIVE_OK);
    assert_int_equal(m->share, 7);
    assert_int_equal(m->after_ms, 90000);
    assert_int_equal(m->max_bytes, 65536);
    assert_string_equal(m->rig, "RIG-12");
    assert_string_equal(m->peer, "q");
    assert_int_equal(m->levels.count, 2);
    assert_true(fabs(m->levels.items[1] - 2.5) < 1e-9);
    assert_int_equal(m->roles.count, 2);
    assert_string_equal(m->roles.keys[1], "flow");
    assert_string_equal(m->roles.values[1], "FLW");
    assert_string_equal(m->point.name, "here");
    assert_true(fabs(m->point.x - 1) < 1e-9);
    assert_int_equal(setenv("LIVE_SETTING_TEST", "s3cret", 1), 0);
    assert_int_equal(agent_secret_read(&m->token, &token, NULL), LIVE_OK);
    assert_string_equal(token, "s3cret");
    live_free(token);
    finish(&r);
}

static void their_defaults_are_read_too(void **unused)
{
    reading r = read_more("{\"point\": {\"name\": \"x\"}}");
    const more *m = r.own ? ag_config_data(r.own) : NULL;
    char *token = NULL;

    (void)unused;
    assert_int_equal(r.err, LIVE_OK);
    assert_int_equal(m->max_bytes, 10000000);
    assert_string_equal(m->peer, "");
    assert_null(m->token.given);
    assert_int_equal(agent_secret_read(&m->token, &token, NULL), LIVE_E_NOTFOUND);
    finish(&r);
}

static const struct {
    const char *text, *message;
} more_wrong[] = {
    { "{\"share\": -1, \"point\": \"x\"}", "/share: it is less than 0" },
    { "{\"share\": 101, \"point\": \"x\"}", "/share: it is more than 100" },
    { "{\"share\": 1, \"percent\": 1, \"point\": \"x\"}",
      "/share: it is given as 'percent' too, which is its former name" },
    { "{\"after\": \"9s\", \"point\": \"x\"}", "/after: it is less than 10s" },
    { "{\"after\": 3601, \"point\": \"x\"}", "/after: it is more than 1h" },
    { "{\"max\": \"1 kB\", \"point\": \"x\"}", "/max: it is less than 1 KiB" },
    { "{\"max\": \"2 GB\", \"point\": \"x\"}", "/max: it is more than 1GiB" },
    { "{\"max\": \"2 PB\", \"point\": \"x\"}",
      "/max: a size such as \"10 MB\", \"512 KiB\" or a number of bytes is due" },
    { "{\"max\": -1, \"point\": \"x\"}",
      "/max: a size such as \"10 MB\", \"512 KiB\" or a number of bytes is due" },
    { "{\"rig\": \"rig 7\", \"point\": \"x\"}",
      "/rig: 'rig 7' does not fit: A rig such as RIG-7." },
    { "{\"peer\": \"r\", \"point\": \"x\"}", "/peer: no process is called 'r'" },
    { "{\"levels\": [1, \"2\"], \"point\": \"x\"}", "/levels: a list of numbers is due" },
    { "{\"levels\": [1, -2], \"point\": \"x\"}", "/levels: it is less than 0" },
    { "{\"roles\": {\"a\": 1}, \"point\": \"x\"}", "/roles: an object of texts is due" },
    { "{\"token\": {\"fil\": \"x\"}, \"point\": \"x\"}",
      "/token: a text, or one of {\"file\": …}, {\"env\": …}, {\"credential\": …} is due" },
    { "{\"token\": 5, \"point\": \"x\"}",
      "/token: a text, or one of {\"file\": …}, {\"env\": …}, {\"credential\": …} is due" },
    { "{\"point\": 5}", "/point: a text or an object is due" },
    { "{}", "/point/name: this setting must be given" },
    { "{\"a/b~share\": 1, \"point\": \"x\", \"shar\": 1}",
      "/shar: no such setting; did you mean 'share'?" },
    { "{\"share\": 1, \"point\": \"x\", \"share\": 2}", "/share: it is given twice" },
};

static void a_value_out_of_its_bounds_is_named_by_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof more_wrong / sizeof *more_wrong; i++) {
        reading r = read_more(more_wrong[i].text);
        assert_int_equal(r.err, LIVE_E_INVALID);
        assert_string_equal(r.error.text, more_wrong[i].message);
        finish(&r);
    }
}

static void a_former_key_is_a_warning(void **unused)
{
    cJSON *json = cJSON_Parse("{\"percent\": 7, \"point\": \"x\"}"),
          *findings = cJSON_CreateArray();
    const ag_table more_table = { .rows = more_rows, .stride = sizeof *more_rows };

    (void)unused;
    assert_int_equal(ag_config_check(more_table, sizeof(more), json, "", findings, NULL), LIVE_OK);
    assert_int_equal(cJSON_GetArraySize(findings), 1);
    const cJSON *finding = cJSON_GetArrayItem(findings, 0);
    assert_int_equal(ag_finding_severity(finding), AG_WARNING);
    assert_string_equal(ag_finding_pointer(finding), "/percent");
    assert_string_equal(ag_finding_suggestion(finding), "share");
    cJSON_Delete(findings);
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_other_type_is_read_too),
        cmocka_unit_test(their_defaults_are_read_too),
        cmocka_unit_test(a_value_out_of_its_bounds_is_named_by_its_place),
        cmocka_unit_test(a_former_key_is_a_warning),
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
