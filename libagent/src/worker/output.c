// SPDX-License-Identifier: Apache-2.0
// Where a process speaks: its settings' `output`, and speaking there.
#include "worker/output.h"

#include <live/annotation.h>
#include <live/event.h>
#include <live/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/run.h"

typedef struct ag_output_author author;
typedef struct ag_output_room room;
typedef struct ag_output_message_event message_event;
typedef struct ag_output_dashboard dashboard;

static const agent_setting author_rows[] = {
    AGENT_INT(author, id, "0", "The user's id."),
    AGENT_STRING(author, name, "", "The name that is shown."),
    { 0 },
};

static const agent_setting room_rows[] = {
    AGENT_STRING(room, id, "", "The room's id."),
    { 0 },
};

static const agent_setting message_event_rows[] = {
    AGENT_STRING(message_event, event_type, "", "Type of the raw events that markers become."),
    AGENT_STRING(message_event, mnemonic, "", "The mnemonic whose value is the text."),
    { 0 },
};

static const agent_setting dashboard_rows[] = {
    AGENT_INT(dashboard, id, "0", "The dashboard's id."),
    AGENT_STRING(dashboard, name, "", "Its name."),
    { 0 },
};

const agent_setting ag_output_rows[] = {
    AGENT_OBJECT(ag_output_settings, author, author, author_rows, "Who speaks."),
    AGENT_OBJECT(ag_output_settings, room, room, room_rows,
                 "The messenger's room that messages go to."),
    AGENT_OBJECT(ag_output_settings, message_event, message_event, message_event_rows,
                 "Where chart markers go."),
    AGENT_OBJECT(ag_output_settings, dashboard, dashboard, dashboard_rows,
                 "Where annotations are shown."),
    AGENT_STRING(ag_output_settings, event_type, "",
                 "Type of the events that the process itself sends."),
    AGENT_BOOL(ag_output_settings, skipstorage, "false", "Its own events are not stored."),
    AGENT_STRING(ag_output_settings, name, "", "Not used; files of the Python agent carry it."),
    { 0 },
};

struct ag_output {
    ag_config *config;
    agent_output given;
};

live_err ag_output_new(const cJSON *settings, const char *pointer, ag_output **ret_output,
                       live_error *error)
{
    static const ag_table table = { .rows = ag_output_rows, .stride = sizeof *ag_output_rows };
    ag_output *output = calloc(1, sizeof *output);
    char place[256];

    if (!output)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    snprintf(place, sizeof place, "%s/output", pointer);
    live_err err = ag_config_new(table, sizeof(ag_output_settings),
                                 live_json_get(settings, "output"), place, &output->config, error);
    if (err) {
        free(output);
        return err;
    }
    const ag_output_settings *read = ag_config_data(output->config);
    output->given = (agent_output){ .author = { read->author.id, read->author.name },
                                    .room_id = read->room.id,
                                    .marker_type = read->message_event.event_type,
                                    .marker_mnemonic = read->message_event.mnemonic,
                                    .dashboard_id = read->dashboard.id,
                                    .dashboard_name = read->dashboard.name,
                                    .event_type = read->event_type,
                                    .skip_storage = read->skipstorage };
    *ret_output = output;
    return LIVE_OK;
}

void ag_output_free(ag_output *output)
{
    if (!output)
        return;
    ag_config_free(output->config);
    free(output);
}

const agent_output *agent_output_of(const agent_run *run)
{
    return &run->output->given;
}

// Speaking

static bool has_marker(const agent_output *output)
{
    return *output->marker_type && *output->marker_mnemonic;
}

static bool has_room(const agent_output *output)
{
    return *output->room_id && *output->author.name;
}

static live_err mark(agent_run *run, int64_t time_ms, const char *text, live_error *error)
{
    const agent_output *output = agent_output_of(run);

    if (!has_marker(output))
        return live_fail(error, LIVE_E_INVALID,
                         "output.message_event lacks its event_type or its mnemonic");
    if (time_ms == 0)
        time_ms = live_loop_time_ms(run->loop);
    return agent_emit(
        run, live_marker_new(output->marker_type, output->marker_mnemonic, text, time_ms), error);
}

static live_err message(agent_run *run, const char *text, live_error *error)
{
    const agent_output *output = agent_output_of(run);

    if (!has_room(output))
        return live_fail(error, LIVE_E_INVALID,
                         "output lacks the id of a room, or the author's name");
    return agent_emit(run, live_message_new(output->room_id, &output->author, text), error);
}

// Both places, the marker first, as far as the settings name them.
static live_err say(agent_run *run, const char *text, live_error *error)
{
    const agent_output *output = agent_output_of(run);

    if (!has_marker(output))
        return message(run, text, error);
    live_err err = mark(run, 0, text, error);
    return err || !has_room(output) ? err : message(run, text, error);
}

static LIVE_FORMAT(1, 0) char *format_text(const char *format, va_list args)
{
    char *text = NULL;
    return vasprintf(&text, format, args) < 0 ? NULL : text;
}

static live_err no_memory(live_error *error)
{
    return live_fail(error, LIVE_E_NOMEM, "out of memory");
}

live_err agent_say(agent_run *run, live_error *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    live_err err = text ? say(run, text, error) : no_memory(error);
    free(text);
    return err;
}

live_err agent_message(agent_run *run, live_error *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    live_err err = text ? message(run, text, error) : no_memory(error);
    free(text);
    return err;
}

live_err agent_mark(agent_run *run, int64_t time_ms, live_error *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = format_text(format, args);
    va_end(args);
    live_err err = text ? mark(run, time_ms, text, error) : no_memory(error);
    free(text);
    return err;
}

live_err agent_annotate(agent_run *run, cJSON *data, live_error *error)
{
    const agent_output *output = agent_output_of(run);
    live_annotation_options options = LIVE_ANNOTATION_OPTIONS_INIT;
    cJSON *annotation = NULL;

    if (!*output->author.name) {
        cJSON_Delete(data);
        return live_fail(error, LIVE_E_INVALID, "output lacks the author's name");
    }
    options.author = output->author.name;
    options.room_id = *output->room_id ? output->room_id : NULL;
    options.dashboard_id = output->dashboard_id;
    options.dashboard = *output->dashboard_name ? output->dashboard_name : NULL;
    live_err err = live_annotation_new(data, &options, &annotation, error);
    return err ? err : agent_emit(run, annotation, error);
}
