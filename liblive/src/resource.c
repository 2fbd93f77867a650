// SPDX-License-Identifier: Apache-2.0
// What the platform has: JSON resources, health, inputs, rooms, dashboards, plugins.
#include <live/resource.h>

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "client.h"

typedef struct calling {
    live_call call;
    live_call *request;
    live_reply_fn fn; // one of the two
    live_answer_fn answer_fn;
    void *user;
} calling;

static void free_calling(live_call *call)
{
    calling *own = (calling *)call;

    lv_call_detach(call);
    live_call_free(own->request);
    free(own);
}

static live_err read_body(const lv_http_reply *reply, cJSON **ret_body, live_error *error)
{
    if (strstr(reply->content_type, "text/plain")) {
        *ret_body = cJSON_CreateString(reply->body);
        return *ret_body ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    live_err err = live_json_parse_mended(reply->body, reply->length, ret_body, NULL, error);
    if (err == LIVE_E_PARSE) {
        live_error_context(error, err, "the answer is no JSON but '%.40s'", reply->content_type);
        error->line = error->column = 0; // of no text that the caller has
    }
    return err;
}

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    LV_AUTO(cJSON_Delete) cJSON *body = NULL;
    calling *own = user;
    live_reply_fn fn = own->fn;
    void *fn_user = own->user;
    live_error own_error = { 0 };

    own->request = NULL;
    free_calling(&own->call);
    if (!error && read_body(reply, &body, &own_error))
        error = &own_error;
    fn(error ? NULL : body, error, fn_user);
}

static void on_answer(const lv_http_reply *reply, const live_error *error, void *user)
{
    calling *own = user;
    live_answer_fn fn = own->answer_fn;
    void *fn_user = own->user;
    live_answer answer = { 0 };

    own->request = NULL;
    free_calling(&own->call);
    if (reply)
        answer = (live_answer){ .status = reply->status,
                                .content_type = reply->content_type,
                                .text = reply->body,
                                .length = reply->length };
    fn(reply ? &answer : NULL, error, fn_user);
}

static live_err start_calling(live_client *client, const char *path, const char *json,
                              const calling *how, live_call **ret_call, live_error *error)
{
    calling *own = calloc(1, sizeof *own);
    if (!own)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *own = *how;
    lv_call_attach(client, &own->call, free_calling);
    lv_asked asked = { .path = path,
                       .body = json,
                       .length = json ? strlen(json) : 0,
                       .retry = json ? LV_RETRY_UNSENT : LV_RETRY_ANY };
    live_err err =
        lv_request(client, &asked, own->fn ? on_reply : on_answer, own, &own->request, error);
    if (err) {
        free_calling(&own->call);
        return err;
    }
    *ret_call = &own->call;
    return LIVE_OK;
}

live_err live_client_call(live_client *client, const char *path, const char *json, live_reply_fn fn,
                          void *user, live_call **ret_call, live_error *error)
{
    calling how = { .fn = fn, .user = user };

    return start_calling(client, path, json, &how, ret_call, error);
}

live_err live_client_ask(live_client *client, const char *path, const char *json, live_answer_fn fn,
                         void *user, live_call **ret_call, live_error *error)
{
    calling how = { .answer_fn = fn, .user = user };

    return start_calling(client, path, json, &how, ret_call, error);
}

// Blocking

typedef struct waiting {
    live_loop *loop;
    bool done;
    cJSON *body;
    live_error error;
} waiting;

static void keep(const cJSON *body, const live_error *error, void *user)
{
    waiting *waiting = user;

    if (error)
        waiting->error = *error;
    else if (!(waiting->body = cJSON_Duplicate(body, true)))
        live_fail(&waiting->error, LIVE_E_NOMEM, "out of memory");
    waiting->done = true;
    live_loop_stop(waiting->loop);
}

live_err live_client_get(live_client *client, const char *path, cJSON **ret_body, live_error *error)
{
    live_client *inner = NULL;
    live_call *call = NULL;
    live_err err = lv_client_inner(client, &inner, error);
    if (err)
        return err;

    waiting waiting = { .loop = inner->loop };
    err = live_client_call(inner, path, NULL, keep, &waiting, &call, error);
    if (err)
        return err;
    err = lv_client_wait(client, &waiting.done, error);
    if (!waiting.done)
        live_call_free(call);
    if (!err && waiting.error.code) {
        if (error)
            *error = waiting.error;
        err = waiting.error.code;
    }
    if (!err)
        *ret_body = waiting.body;
    return err;
}

live_err live_client_health(live_client *client, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *body = NULL;
    live_err err = live_client_get(client, "/healthcheck", &body, error);

    const char *text = cJSON_GetStringValue(body);

    if (!err && (!text || strcmp(text, "WORKING") != 0))
        err = live_fail(error, LIVE_E_PROTOCOL, "GET /healthcheck: the answer is not WORKING");
    return err;
}

live_err live_client_input(live_client *client, live_error *error)
{
    LV_AUTO(cJSON_Delete) cJSON *body = NULL;
    const char *path = client->options.rest_input;
    live_error why = { 0 };

    if (!client->options.url || !path)
        return live_fail(error, LIVE_E_INVALID, "no REST input is set: url and rest_input");
    live_err err = live_client_get(client, path, &body, &why);
    if (why.http == 405)
        return LIVE_OK;
    // What answers a GET, with whatever, is something else.
    if (!err || err == LIVE_E_PARSE)
        return live_fail(error, LIVE_E_PROTOCOL, "GET %s: what answers is no input", path);
    if (error)
        *error = why;
    return err;
}

live_err lv_resource_get(live_client *client, const char *path, lv_form form, cJSON **ret_json,
                         live_error *error)
{
    static const char *const complaints[] = {
        [LV_OBJECT] = "is no object", [LV_ARRAY] = "is no list", [LV_DATA] = "has no list 'data'"
    };
    cJSON *json = NULL;
    live_err err = live_client_get(client, path, &json, error);
    if (err)
        return err;

    if (form == LV_DATA) {
        cJSON *data = cJSON_DetachItemFromObjectCaseSensitive(json, "data");
        cJSON_Delete(json);
        json = data;
    }
    if (form == LV_OBJECT ? !cJSON_IsObject(json) : !cJSON_IsArray(json)) {
        cJSON_Delete(json);
        return live_fail(error, LIVE_E_PROTOCOL, "GET %s: the answer %s", path, complaints[form]);
    }
    *ret_json = json;
    return LIVE_OK;
}

live_err live_room_list(live_client *client, cJSON **ret_rooms, live_error *error)
{
    return lv_resource_get(client, "/services/plugin-messenger/rooms", LV_ARRAY, ret_rooms, error);
}

live_err live_dashboard_list(live_client *client, cJSON **ret_dashboards, live_error *error)
{
    return lv_resource_get(client, "/rest/dashboard", LV_DATA, ret_dashboards, error);
}

static bool is_enabled(const cJSON *plugin)
{
    return strcmp(live_json_str(live_json_get(plugin, "status"), "status", ""), "VALID") == 0;
}

live_err live_plugin_list(live_client *client, bool with_disabled, cJSON **ret_plugins,
                          live_error *error)
{
    cJSON *plugins = NULL;
    live_err err = lv_resource_get(client, "/rest/plugin", LV_DATA, &plugins, error);
    if (err)
        return err;

    for (cJSON *plugin = plugins ? plugins->child : NULL, *next; plugin; plugin = next) {
        next = plugin->next;
        if (!with_disabled && !is_enabled(plugin))
            cJSON_Delete(cJSON_DetachItemViaPointer(plugins, plugin));
    }
    *ret_plugins = plugins;
    return LIVE_OK;
}
