// SPDX-License-Identifier: Apache-2.0
// What a worker does for its module when that asks for it.
#include "worker/served.h"

#include <live/json.h>

#include "worker/state.h"

enum { RESOURCE_MS = 60000 };

static live_err emit(agent_run *run, const char *text, size_t length, live_error *error)
{
    return ag_link_emit(((ag_served *)run)->link, text, length, error);
}

static live_err flush(agent_run *run, int64_t timeout_ms, live_error *error)
{
    return ag_link_flush(((ag_served *)run)->link, timeout_ms, error);
}

static live_err save(agent_run *run, const char *key, const cJSON *value, live_error *error)
{
    const ag_served *served = (ag_served *)run;
    live_err err = ag_link_flush(served->link, 0, error);

    return err ? err : ag_state_save(served->state_directory, run->name, key, value, error);
}

static live_err load(agent_run *run, const char *key, cJSON **ret_value, live_error *error)
{
    return ag_state_load(((ag_served *)run)->state_directory, run->name, key, ret_value, error);
}

static live_err query(agent_run *run, bool *given_up, const char *json, int64_t timeout_ms,
                      cJSON **ret_rows, live_error *error)
{
    return ag_asks_ask(((ag_served *)run)->asks, given_up, AG_COLLECT, json, timeout_ms, ret_rows,
                       error);
}

static live_err resource(agent_run *run, bool *given_up, const char *path, cJSON **ret_body,
                         live_error *error)
{
    cJSON *rows = NULL;
    live_err err = ag_asks_ask(((ag_served *)run)->asks, given_up, AG_REQUEST, path, RESOURCE_MS,
                               &rows, error);

    if (err)
        return err;
    cJSON *body = cJSON_DetachItemFromArray(rows, 0);
    cJSON_Delete(rows);
    if (!body)
        return live_fail(error, LIVE_E_PROTOCOL, "%s: an empty answer", path);
    *ret_body = body;
    return LIVE_OK;
}

static void give_up_asking(agent_run *run, bool *given_up)
{
    ag_asks_cancel(((ag_served *)run)->asks, given_up);
}

const ag_services ag_served_services = { .emit = emit,
                                         .flush = flush,
                                         .save = save,
                                         .load = load,
                                         .query = query,
                                         .resource = resource,
                                         .give_up = give_up_asking };
