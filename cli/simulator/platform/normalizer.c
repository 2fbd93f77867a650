// SPDX-License-Identifier: Apache-2.0
// The asset normalizer: raw events become events of an asset's own type, one for each curve.
#include "normalizer.h"

#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pipes/program.h"

// Where a curve's values may come from: a member of the raw events that match the filter.
typedef struct curve_option {
    struct curve_option *next;
    const char *curve, *mnemonic;
    pipes_program *filter; // NULL: every event of the asset
} curve_option;

// One enabled asset; its texts are those of `config`.
typedef struct asset_rule {
    struct asset_rule *next;
    cJSON *config;
    pipes_program *filter;
    curve_option *options; // those of one curve stand together, the preferred one first
} asset_rule;

struct sim_normalizer {
    sim_store *store;
    sim_world *world;
    sim_listener *listener;
    asset_rule *rules;
};

// Rules

static void free_rule(asset_rule *rule)
{
    while (rule->options) {
        curve_option *option = rule->options;
        rule->options = option->next;
        pipes_program_free(option->filter);
        free(option);
    }
    pipes_program_free(rule->filter);
    cJSON_Delete(rule->config);
    free(rule);
}

static void forget_rules(sim_normalizer *normalizer)
{
    while (normalizer->rules) {
        asset_rule *rule = normalizer->rules;
        normalizer->rules = rule->next;
        free_rule(rule);
    }
}

// Compiles what has no stages; an absent or empty text gives NULL.
static live_err compile_filter(const char *text, pipes_program **ret_filter, live_error *error)
{
    pipes_program *filter = NULL;

    if (!text || !*text)
        return LIVE_OK;
    live_err err = sim_pipes_compile(NULL, text, strlen(text), &filter, error);
    if (err)
        return err;
    if (filter->first) {
        pipes_program_free(filter);
        return live_fail(error, LIVE_E_PARSE, "an asset's filter has no stages");
    }
    *ret_filter = filter;
    return LIVE_OK;
}

static live_err add_option(asset_rule *rule, const char *curve, const cJSON *option,
                           live_error *error)
{
    curve_option **last = &rule->options, *made;
    pipes_program *filter = NULL;

    if (!option->child) // {}: the curve is not enabled
        return LIVE_OK;
    live_err err = compile_filter(live_json_str(option, "filter", NULL), &filter, error);
    if (err)
        return live_error_context(error, err, "curve '%.60s'", curve);
    made = sim_alloc(1, sizeof *made);
    *made = (curve_option){ .curve = curve,
                            .mnemonic = live_json_str(option, "mnemonic", curve),
                            .filter = filter };
    while (*last)
        last = &(*last)->next;
    *last = made;
    return LIVE_OK;
}

static live_err add_options(asset_rule *rule, live_error *error)
{
    const cJSON *curve, *option;
    live_err err = LIVE_OK;

    cJSON_ArrayForEach (curve, live_json_get(rule->config, "curves")) {
        cJSON_ArrayForEach (option, live_json_get(curve, "options")) {
            if (!err && curve->string)
                err = add_option(rule, curve->string, option, error);
        }
    }
    return err;
}

static live_err new_rule(const cJSON *config, asset_rule **ret_rule, live_error *error)
{
    asset_rule *rule = sim_alloc(1, sizeof *rule);

    rule->config = cJSON_Duplicate(config, true);
    live_err err =
        compile_filter(live_json_str(rule->config, "filter", NULL), &rule->filter, error);
    if (!err)
        err = add_options(rule, error);
    if (err) {
        free_rule(rule);
        return err;
    }
    *ret_rule = rule;
    return LIVE_OK;
}

static bool is_enabled(const cJSON *config)
{
    return live_json_bool(config, "enabled", true) && *live_json_str(config, "event_type", "");
}

static void read_asset(sim_normalizer *normalizer, const cJSON *asset)
{
    const cJSON *config = live_json_get(asset, "normalizer");
    asset_rule *rule = NULL;
    live_error error = { 0 };

    if (!is_enabled(config))
        return;
    if (new_rule(config, &rule, &error)) {
        live_log(LIVE_LOG_WARN, "normalizer.skipped", "asset '%s' is not normalised: %s",
                 live_json_str(asset, "name", ""), error.text);
        return;
    }
    rule->next = normalizer->rules;
    normalizer->rules = rule;
}

static void read_assets(sim_normalizer *normalizer)
{
    const cJSON *list, *asset;

    forget_rules(normalizer);
    cJSON_ArrayForEach (list, sim_world_get(normalizer->world, "assets")) {
        cJSON_ArrayForEach (asset, list)
            read_asset(normalizer, asset);
    }
}

live_err sim_normalizer_check(const cJSON *config, live_error *error)
{
    asset_rule *rule = NULL;
    live_err err = new_rule(config, &rule, error);

    if (!err)
        free_rule(rule);
    return err;
}

// Events

static bool fits(const pipes_program *filter, const cJSON *event)
{
    return filter->filter && pipes_filter_matches(filter->filter, event) &&
           (!filter->hints.where || pipes_filter_matches(filter->hints.where, event));
}

static void copy_member(cJSON *to, const char *name, const cJSON *from, const char *member)
{
    const cJSON *value = live_json_get(from, member);

    if (value && !cJSON_IsNull(value))
        cJSON_AddItemToObject(to, name, cJSON_Duplicate(value, true));
}

// The flags of the platform for what the source left out; NULL: nothing is missing.
static cJSON *errors_of(const asset_rule *rule, const cJSON *measured)
{
    cJSON *errors = cJSON_CreateArray();

    if (!live_json_get(measured, "value"))
        cJSON_AddItemToArray(errors, cJSON_CreateString("missing_src_value"));
    if (!live_json_get(measured, "uom") &&
        !live_json_bool(rule->config, "ignore_missing_units", false))
        cJSON_AddItemToArray(errors, cJSON_CreateString("missing_src_unit"));
    if (errors && errors->child)
        return errors;
    cJSON_Delete(errors);
    return NULL;
}

// The time of the measurement as its source gave it, else that of its reception.
static int64_t index_ms(const sim_row *row)
{
    return live_json_int(row->json, "liverig__index__timestamp", row->time_ms) +
           live_json_int(live_json_get(row->json, "liverig__metadata"), "timestamp_adjustment", 0);
}

static cJSON *normalised(const asset_rule *rule, const curve_option *option, const sim_row *row,
                         const cJSON *measured)
{
    cJSON *event = cJSON_CreateObject(), *errors = errors_of(rule, measured);

    cJSON_AddStringToObject(event, "__type", live_json_str(rule->config, "event_type", ""));
    live_json_add_int(event, "timestamp", row->time_ms);
    cJSON_AddStringToObject(event, "mnemonic", option->curve);
    copy_member(event, "value", measured, "value");
    copy_member(event, "uom", measured, "uom");
    live_json_add_int(event, "adjusted_index_timestamp", index_ms(row));
    if (live_json_bool(rule->config, "include_raw_fields", false)) {
        copy_member(event, "raw_value", measured, "value");
        copy_member(event, "raw_uom", measured, "uom");
        cJSON_AddStringToObject(event, "raw_mnemonic", option->mnemonic);
    }
    if (errors)
        cJSON_AddItemToObject(event, "errors", errors);
    copy_member(event, "__skipstorage", row->json, "__skipstorage");
    copy_member(event, "__skiprealtime", row->json, "__skiprealtime");
    return event;
}

// A measurement is an object; what an agent writes as a bare number is none.
static const cJSON *measured_by(const curve_option *option, const cJSON *event)
{
    const cJSON *measured = live_json_get(event, option->mnemonic);

    if (!cJSON_IsObject(measured) || (option->filter && !fits(option->filter, event)))
        return NULL;
    return measured;
}

static void normalise(sim_normalizer *normalizer, const asset_rule *rule, const sim_row *row)
{
    static const sim_reception reception = { .keep_timestamp = true };
    const char *done = NULL; // the curve that has its event

    for (const curve_option *option = rule->options; option; option = option->next) {
        const cJSON *measured = option->curve == done ? NULL : measured_by(option, row->json);
        if (!measured)
            continue;
        done = option->curve;
        if (sim_store_put(normalizer->store, normalised(rule, option, row, measured), &reception,
                          NULL))
            return;
    }
}

static void on_event(sim_row *row, void *user)
{
    sim_normalizer *normalizer = user;

    if (strcmp(sim_row_type(row), "__asset") == 0)
        read_assets(normalizer);
    for (const asset_rule *rule = normalizer->rules; rule; rule = rule->next)
        if (rule->filter && fits(rule->filter, row->json))
            normalise(normalizer, rule, row);
}

sim_normalizer *sim_normalizer_new(sim_store *store, sim_world *world)
{
    sim_normalizer *normalizer = sim_alloc(1, sizeof *normalizer);

    normalizer->store = store;
    normalizer->world = world;
    normalizer->listener = sim_store_listen(store, on_event, normalizer);
    read_assets(normalizer);
    return normalizer;
}

void sim_normalizer_free(sim_normalizer *normalizer)
{
    if (!normalizer)
        return;
    sim_listener_free(normalizer->listener);
    forget_rules(normalizer);
    free(normalizer);
}
