// SPDX-License-Identifier: Apache-2.0
// Monitor: a message in the room and a marker on the chart when a figure is too high on average, and when it is fine
// again. Where both go is the object `output` of the settings.
#include <inttypes.h>

#include "mymodule.h"

const agent_setting alarm_settings[] = {
    AGENT_STRING(alarm_config, event_type, "mymodule", "Type of the events watched."),
    AGENT_STRING(alarm_config, figure, "memory_percent",
                 "Member of the events: load or memory_percent."),
    AGENT_REAL(alarm_config, max, "90", "The highest average that is fine."),
    AGENT_DURATION(alarm_config, window_ms, "1m", "The window that is averaged."),
    AGENT_DURATION(alarm_config, every_ms, "5s", "Time between two looks at it."),
    { 0 },
};

live_err alarm_watch(agent_run *run, agent_watch *watch, live_error *error)
{
    const alarm_config *config = agent_config(run);

    return agent_watch_expr(
        watch, error,
        "%s => avg(%s) as average every %" PRId64 " seconds over last %" PRId64 " seconds",
        config->event_type, config->figure, config->every_ms / 1000, config->window_ms / 1000);
}

live_err alarm_row(agent_run *run, const cJSON *row, live_error *error)
{
    const alarm_config *config = agent_config(run);
    alarm_state *state = agent_state(run);
    const cJSON *average = live_json_get(row, "average");

    if (!cJSON_IsNumber(average)) // nothing arrived in the window
        return LIVE_OK;
    bool above = average->valuedouble > config->max;
    if (above == state->above)
        return LIVE_OK;
    live_err err =
        agent_say(run, error, "%s is %s: %.1f on average over the last %" PRId64 " s (limit %g)",
                  config->figure, above ? "too high" : "fine again", average->valuedouble,
                  config->window_ms / 1000, config->max);
    if (!err)
        state->above = above; // what could not be said is said at the next look
    return err;
}
