// SPDX-License-Identifier: Apache-2.0
// One sample of a machine: the families in turn, into one event.
#include <fnmatch.h>
#include <live/event.h>
#include <live/log.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

#define FAMILY_LIST(X) X(load) X(uptime) X(cpu) X(memory) X(disks) X(filesystems) X(network)

#define FAMILY_SAMPLE(name) host_##name,
static live_err (*const families[])(host_sampler *, cJSON *,
                                    live_error *) = { FAMILY_LIST(FAMILY_SAMPLE) };

#define FAMILY_NAME(name) #name,
const char *const host_families[] = { FAMILY_LIST(FAMILY_NAME) NULL };

enum { FAMILIES = sizeof families / sizeof *families };

static bool is_listed(agent_strings list, const char *name)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i], name) == 0)
            return true;
    return false;
}

static bool matches(agent_strings patterns, const char *name)
{
    for (size_t i = 0; i < patterns.count; i++)
        if (fnmatch(patterns.items[i], name, 0) == 0)
            return true;
    return false;
}

bool host_selected(const host_selection *selection, const char *name, bool by_default)
{
    if (matches(selection->exclude, name))
        return false;
    return selection->include.count ? matches(selection->include, name) : by_default;
}

void host_add(cJSON *object, const char *key, double value)
{
    cJSON_AddNumberToObject(object, key, round(value * 100) / 100);
}

double host_percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

live_err host_open(host_sampler *host, const host_config *config, live_error *error)
{
    live_err err = host_source_open(&host->source, config->root, error);

    host->config = config;
    host->cpus.steps_back = true;
    for (size_t i = 0; i < FAMILIES; i++)
        if (!config->collect.count || is_listed(config->collect, host_families[i]))
            host->collected |= 1u << i;
    return err;
}

void host_close(host_sampler *host)
{
    host_source_close(&host->source);
    meters_clear(&host->cpus);
    meters_clear(&host->disks);
    meters_clear(&host->interfaces);
}

// A family that is missing, as on a machine without disks, must not cost the others.
static void note(host_sampler *host, size_t family, live_err err, const live_error *error)
{
    unsigned bit = 1u << family;

    if (err && !(host->missing & bit))
        live_log(LIVE_LOG_WARN, "host.missing", "no %s: %s", host_families[family], error->text);
    if (!err && (host->missing & bit))
        live_log(LIVE_LOG_INFO, "host.found", "%s is there again", host_families[family]);
    host->missing = err ? host->missing | bit : host->missing & ~bit;
}

// Two machines of one event type are told apart by this.
static void add_name(host_sampler *host, cJSON *event)
{
    const char *text = NULL;
    char name[HOST_LINE_BYTES];

    if (!host_read(&host->source, "proc/sys/kernel/hostname", &text, NULL) &&
        host_line(&text, name))
        cJSON_AddStringToObject(event, "host", name);
}

live_err host_sample(host_sampler *host, int64_t now_ms, cJSON **ret_event, live_error *error)
{
    cJSON *event = live_event_new(host->config->event_type, 0);
    live_error why = { 0 };

    host->now_ms = now_ms;
    add_name(host, event);
    for (size_t i = 0; i < FAMILIES; i++)
        if (host->collected & (1u << i))
            note(host, i, families[i](host, event, &why), &why);
    if (host->missing == host->collected) {
        cJSON_Delete(event);
        live_fail(error, LIVE_E_SYSTEM, "nothing could be sampled: %s", why.text);
        if (error)
            error->retry = true;
        return LIVE_E_SYSTEM;
    }
    *ret_event = event;
    return LIVE_OK;
}
