// SPDX-License-Identifier: Apache-2.0
// A module whose process has a setting of every kind: what the reference, the schema and the checks are tried with.
#include <agent/module.h>

typedef struct part {
    const char *name;
    double weight;
} part;

typedef struct config {
    const char *text, *rig, *unit, *needed, *event_type, *peer;
    int64_t count, share, every_ms, after_ms, max_bytes, room_bytes;
    double factor;
    bool verbose;
    part nested, named;
    agent_strings texts, kinds;
    agent_numbers levels;
    agent_map roles;
    agent_objects parts;
    agent_secret token;
    agent_bool_or_text verify;
} config;

static const char *const units[] = { "litres", "barrels", NULL };

static const agent_setting part_settings[] = {
    AGENT_STRING(part, name, NULL, "Its name."),
    AGENT_REAL(part, weight, "1.5", "Its weight.", .least = "0"),
    { 0 },
};

static const agent_setting nested_settings[] = {
    AGENT_STRING(part, name, "x", "Its name."),
    AGENT_REAL(part, weight, "1.5", "Its weight.", .least = "0", .most = "10"),
    { 0 },
};

static const agent_setting settings[] = {
    AGENT_STRING(config, text, "", "A text."),
    AGENT_STRING(config, rig, "RIG-1", "A rig such as RIG-7.", .pattern = "^RIG-[0-9]+$"),
    AGENT_CHOICE(config, unit, "litres", units, "A unit."),
    AGENT_STRING(config, needed, NULL, "A text that must be given."),
    AGENT_EVENT_TYPE(config, event_type, "every", "Type of the events."),
    AGENT_PROCESS(config, peer, "Another process."),
    AGENT_INT(config, count, "3", "A whole number."),
    AGENT_INT(config, share, "50", "Per cent.", .least = "0", .most = "100", .former = "percent"),
    AGENT_DURATION(config, every_ms, "1s", "A duration."),
    AGENT_DURATION(config, after_ms, "1m", "A duration within bounds.", .least = "10s",
                   .most = "1h"),
    AGENT_SIZE(config, max_bytes, "10 MB", "A size."),
    AGENT_SIZE(config, room_bytes, "1 MiB", "A size within bounds.", .least = "1 KiB",
               .most = "1 GiB"),
    AGENT_REAL(config, factor, "0.5", "A number."),
    AGENT_BOOL(config, verbose, "false", "Yes or no."),
    AGENT_OBJECT(config, nested, part, nested_settings, "An object."),
    AGENT_OBJECT_OR_TEXT(config, named, part, nested_settings, "name", "A text or an object."),
    AGENT_STRINGS(config, texts, "A list of texts."),
    AGENT_CHOICES(config, kinds, units, "A list of units."),
    AGENT_NUMBERS(config, levels, "A list of numbers.", .least = "0"),
    AGENT_MAP(config, roles, "Texts by role."),
    AGENT_OBJECTS(config, parts, part, part_settings, "A list of objects."),
    AGENT_SECRET(config, token, "A secret."),
    AGENT_BOOL_OR_TEXT(config, verify, "true", "Yes, no or a text."),
    AGENT_UNUSED("remark", "Whatever."),
    { 0 },
};

static const agent_process processes[] = {
    { .name = "every",
      .summary = "Does nothing",
      .settings = settings,
      .config_size = sizeof(config) },
    { 0 },
};

AGENT_MODULE(.name = "every", .version = "1.0.0", .processes = processes);
