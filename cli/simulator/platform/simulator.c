// SPDX-License-Identifier: Apache-2.0
// The simulated platform: who answers which path.
#include "simulator.h"

#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels.h"
#include "cometd.h"
#include "inputs.h"
#include "normalizer.h"
#include "page.h"
#include "rest.h"
#include "sources.h"
#include <live/file.h>

enum { MAX_BODY_BYTES = 32 * 1024 * 1024, PATH_BYTES = 4096 };

#define JSON_TYPE  "application/json;charset=utf-8"
#define TEXT_TYPE  "text/plain;charset=iso-8859-1"
#define REST_INPUT "/services/plugin-restinput/"

struct simulator {
    simulator_options options;
    sim_store *store;
    sim_world *world;
    sim_listener *listener; // the world changes with some events
    sim_normalizer *normalizer;
    sim_sources *sources;
    sim_channels *channels;
    bayeux_server *bayeux;
    sim_page *page;
    sim_tcp_input *tcp;
    ag_http *http;
};

// Answers

static bool has_credentials(const ag_exchange *exchange)
{
    char *name = NULL, *password = NULL;
    bool has = ag_exchange_credentials(exchange, &name, &password);

    live_free(name);
    live_free(password);
    return has;
}

// Other bodies of errors than we believe in: the same sentence, elsewhere.
static void answer_error_otherwise(const sim_profile *profile, ag_exchange *exchange, int status,
                                   const cJSON *body)
{
    const char *said = live_json_str(body, "message", "");
    live_buf *text = live_buf_new();
    bool json = sim_profile_is(profile, FACT_REST_ERROR_BODY, "json");

    if (json)
        live_buf_add_text(text, "{\"error\":");
    if (json)
        live_buf_add_json_string(text, said);
    else if (sim_profile_is(profile, FACT_REST_ERROR_BODY, "text"))
        live_buf_add_text(text, said);
    if (json)
        live_buf_add_text(text, "}");
    ag_exchange_reply(exchange, status, json ? JSON_TYPE : TEXT_TYPE, live_buf_data(text),
                      live_buf_length(text));
    live_buf_free(text);
}

static void answer_json(const simulator *simulator, ag_exchange *exchange, int status, cJSON *body)
{
    const sim_profile *profile = simulator->options.profile;
    live_buf *text = live_buf_new();

    if (body)
        live_buf_add_json(text, body);
    else
        live_buf_add_text(text, "{}");
    ag_exchange_add_header(exchange, "Cache-Control", "no-cache");
    ag_exchange_add_header(exchange, "X-FRAME-OPTIONS", "DENY");
    if (status == 403)
        status = sim_profile_number(profile, FACT_REST_FORBIDDEN);
    else if (status == 401)
        status = sim_profile_number(profile, has_credentials(exchange) ? FACT_REST_WRONG_LOGIN
                                                                       : FACT_REST_NO_LOGIN);
    if (status == 401)
        ag_exchange_add_header(exchange, "WWW-Authenticate", "Basic realm=\"live\"");
    if (status >= 300 && sim_profile_differs(profile, FACT_REST_ERROR_BODY))
        answer_error_otherwise(profile, exchange, status, body);
    else
        ag_exchange_reply(exchange, status, JSON_TYPE, live_buf_data(text), live_buf_length(text));
    live_buf_free(text);
    cJSON_Delete(body);
}

static void answer_message(const simulator *simulator, ag_exchange *exchange, int status,
                           const char *text)
{
    answer_json(simulator, exchange, status, rest_message(text));
}

static int number_of(const simulator *simulator, fact_id id)
{
    return sim_profile_number(simulator->options.profile, id);
}

// Who asks

static const cJSON *find_user(const simulator *simulator, const ag_exchange *exchange)
{
    char *name = NULL, *password = NULL;
    const cJSON *user = NULL;

    if (ag_exchange_credentials(exchange, &name, &password)) {
        user = sim_world_login(simulator->world, name, password);
        live_free(name);
        live_free(password);
    }
    return user;
}

static bool is_post(const ag_exchange *exchange)
{
    return strcmp(ag_exchange_method(exchange), "POST") == 0;
}

// Paths of their own

static void handle_health(simulator *simulator, ag_exchange *exchange, const cJSON *user)
{
    (void)simulator;
    (void)user;
    if (strcmp(ag_exchange_method(exchange), "GET") != 0)
        answer_message(simulator, exchange, 405, "there is only GET");
    else
        ag_exchange_reply(exchange, 200, TEXT_TYPE, "WORKING", 7);
}

static void handle_cometd(simulator *simulator, ag_exchange *exchange, const cJSON *user)
{
    const simulator_options *options = &simulator->options;
    bool credentials =
        options->cometd_auth || sim_profile_differs(options->profile, FACT_COMETD_CREDENTIALS);

    if (credentials && !user)
        answer_message(simulator, exchange, 401, "credentials are missing or wrong");
    else
        sim_cometd_handle(simulator->bayeux, exchange,
                          !sim_profile_differs(options->profile, FACT_COMETD_WEBSOCKET));
}

// Every name is that of an input, as long as it is a name.
static bool is_input(const char *path)
{
    const char *name = path + sizeof REST_INPUT - 1;

    return !memchr(name, '~', strcspn(name, "/"));
}

static void answer_taken(const simulator *simulator, ag_exchange *exchange)
{
    const sim_profile *profile = simulator->options.profile;
    int status = number_of(simulator, FACT_INPUT_STATUS);

    if (sim_profile_is(profile, FACT_INPUT_BODY, "object"))
        answer_json(simulator, exchange, status, NULL);
    else if (sim_profile_is(profile, FACT_INPUT_BODY, "text"))
        ag_exchange_reply(exchange, status, TEXT_TYPE, "OK", 2);
    else
        ag_exchange_reply(exchange, status, TEXT_TYPE, "", 0);
}

static void handle_rest_input(simulator *simulator, ag_exchange *exchange, const cJSON *user)
{
    live_error error = { 0 };

    if (!user)
        answer_message(simulator, exchange, 401, "credentials are missing or wrong");
    else if (!is_input(ag_exchange_path(exchange)))
        answer_message(simulator, exchange, number_of(simulator, FACT_INPUT_UNKNOWN),
                       "no such REST input");
    else if (!is_post(exchange))
        answer_message(simulator, exchange, number_of(simulator, FACT_INPUT_PROBE),
                       "events are POSTed");
    else if (sim_input_receive(simulator->store, ag_exchange_body(exchange),
                               ag_exchange_body_length(exchange), &error))
        answer_message(simulator, exchange, number_of(simulator, FACT_INPUT_BAD_JSON), error.text);
    else
        answer_taken(simulator, exchange);
}

static void handle_query(simulator *simulator, ag_exchange *exchange, const cJSON *user)
{
    cJSON *queries = NULL, *channels = NULL;
    live_error error = { 0 };

    if (!user) {
        answer_message(simulator, exchange, 401, "credentials are missing or wrong");
        return;
    }
    if (!sim_world_may(simulator->world, user, "CONSOLE")) {
        answer_message(simulator, exchange, 403, "permission CONSOLE is missing");
        return;
    }
    if (!is_post(exchange)) {
        answer_message(simulator, exchange, number_of(simulator, FACT_REST_WRONG_METHOD),
                       "queries are POSTed");
        return;
    }
    live_err err = live_json_parse(ag_exchange_body(exchange), ag_exchange_body_length(exchange),
                                   &queries, &error);
    if (!err)
        channels = sim_channels_create(simulator->channels, queries);
    cJSON_Delete(queries);
    if (channels)
        answer_json(simulator, exchange, 200, channels);
    else
        answer_message(simulator, exchange, err ? number_of(simulator, FACT_REST_MALFORMED) : 400,
                       err ? error.text : "an array of query objects is due");
}

// REST

static void add_parameter(const char *name, const char *value, void *user)
{
    cJSON *parameters = user;
    cJSON *values = cJSON_GetObjectItemCaseSensitive(parameters, name);

    if (!values)
        values = cJSON_AddArrayToObject(parameters, name);
    cJSON_AddItemToArray(values, cJSON_CreateString(value));
}

// The status by which this platform tells what `status` means.
static int status_of(const simulator *simulator, const rest_request *request, int status)
{
    if (status == 404)
        return number_of(simulator,
                         request->unknown ? FACT_REST_UNKNOWN_PATH : FACT_REST_UNKNOWN_ASSET);
    return status == 405 ? number_of(simulator, FACT_REST_WRONG_METHOD) : status;
}

static void handle_rest(simulator *simulator, ag_exchange *exchange, const cJSON *user)
{
    const sim_rest rest = { .world = simulator->world, .store = simulator->store };
    cJSON *parameters = cJSON_CreateObject(), *sent = NULL, *body = NULL;
    live_error error = { 0 };

    ag_exchange_parameters(exchange, add_parameter, parameters);
    bool readable = !ag_exchange_body_length(exchange) ||
                    !live_json_parse(ag_exchange_body(exchange), ag_exchange_body_length(exchange),
                                     &sent, &error);
    rest_request request = { .method = ag_exchange_method(exchange),
                             .path = ag_exchange_path(exchange),
                             .user = user,
                             .parameters = parameters,
                             .body = sent };
    int status = sim_rest_answer(&rest, &request, &body);
    if (status < 400 && !readable) {
        cJSON_Delete(body);
        body = rest_message(error.text);
        status = 400;
    }
    answer_json(simulator, exchange, status_of(simulator, &request, status), body);
    cJSON_Delete(sent);
    cJSON_Delete(parameters);
}

static const struct {
    const char *path;
    bool below; // also everything below it
    void (*handle)(simulator *simulator, ag_exchange *exchange, const cJSON *user);
} paths[] = {
    { "/healthcheck", false, handle_health }, { "/cometd", false, handle_cometd },
    { "/cometd/", true, handle_cometd },      { REST_INPUT, true, handle_rest_input },
    { "/rest/query", false, handle_query },   { "/", true, handle_rest },
};

static void on_request(ag_exchange *exchange, void *user)
{
    simulator *simulator = user;
    const char *path = ag_exchange_path(exchange);

    if (sim_page_handle(simulator->page, exchange))
        return;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bool fits = paths[i].below ? strncmp(path, paths[i].path, strlen(paths[i].path)) == 0
                                   : strcmp(path, paths[i].path) == 0;
        if (fits) {
            paths[i].handle(simulator, exchange, find_user(simulator, exchange));
            return;
        }
    }
    answer_message(simulator, exchange, 404, "no such resource");
}

// Life

static void on_event(sim_row *row, void *user)
{
    simulator *simulator = user;

    sim_world_apply(simulator->world, row->json);
}

static live_err load_world(simulator *simulator, live_error *error)
{
    const simulator_options *options = &simulator->options;
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%s/world.json", options->share);
    return sim_world_new(options->world ? options->world : path, &simulator->world, error);
}

static live_err load_events(simulator *simulator, live_error *error)
{
    char *text = NULL;
    size_t length = 0;
    const char *path = simulator->options.load;

    if (!path)
        return LIVE_OK;
    live_err err = live_file_read(path, &text, &length, error);
    if (!err) {
        err = sim_store_load(simulator->store, text, length, error);
        if (err)
            live_error_context(error, err, "%s", path);
    }
    live_free(text);
    return err;
}

static live_err start_cometd(simulator *simulator, live_loop *loop, live_error *error)
{
    live_err err = sim_channels_new(loop, simulator->store, &simulator->channels, error);
    if (err)
        return err;

    const sim_profile *profile = simulator->options.profile;
    int64_t timeout_ms = simulator->options.connect_timeout_ms;
    bayeux_options bayeux = {
        .timeout_ms = timeout_ms ? timeout_ms : sim_profile_number(profile, FACT_COMETD_TIMEOUT),
        .interval_ms = sim_profile_number(profile, FACT_COMETD_INTERVAL),
        .no_websocket = sim_profile_differs(profile, FACT_COMETD_WEBSOCKET),
        .no_ack = sim_profile_differs(profile, FACT_COMETD_ACK),
        .no_timesync = sim_profile_differs(profile, FACT_COMETD_TIMESYNC),
        .holds_first_connect = sim_profile_differs(profile, FACT_COMETD_FIRST_CONNECT),
        .require_cookie = sim_profile_differs(profile, FACT_COMETD_COOKIE),
        .lists_only = sim_profile_differs(profile, FACT_COMETD_OBJECT),
        .may_subscribe = sim_channels_may_subscribe,
        .on_subscribed = sim_channels_subscribed,
        .on_unsubscribed = sim_channels_unsubscribed,
        .user = simulator->channels
    };
    err = bayeux_server_new(loop, &bayeux, &simulator->bayeux, error);
    if (!err)
        sim_channels_attach(simulator->channels, simulator->bayeux);
    return err;
}

static live_err start(simulator *simulator, live_loop *loop, live_error *error)
{
    const simulator_options *options = &simulator->options;
    ag_http_options http = {
        .port = options->port, .max_body_bytes = MAX_BODY_BYTES, .fn = on_request, .user = simulator
    };
    sim_store_options store = { .profile = options->profile };
    live_err err = load_world(simulator, error);

    if (!err)
        err = sim_store_new(loop, &store, &simulator->store, error);
    if (!err)
        err = load_events(simulator, error);
    if (!err)
        err = start_cometd(simulator, loop, error);
    if (!err)
        err = sim_page_new(simulator->store, simulator->world, options->share, &simulator->page,
                           error);
    if (!err)
        err = sim_tcp_input_new(loop, simulator->store, options->tcp_port, &simulator->tcp, error);
    if (!err)
        err = ag_http_new(loop, &http, &simulator->http, error);
    if (err)
        return err;
    simulator->listener = sim_store_listen(simulator->store, on_event, simulator);
    simulator->normalizer = sim_normalizer_new(simulator->store, simulator->world);
    return options->data
               ? sim_sources_new(simulator->store, simulator->world, &simulator->sources, error)
               : LIVE_OK;
}

live_err simulator_new(live_loop *loop, const simulator_options *options, simulator **ret_simulator,
                       live_error *error)
{
    simulator *made = calloc(1, sizeof *made);
    if (!made)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    made->options = *options;
    live_err err = start(made, loop, error);
    if (err) {
        simulator_free(made);
        return err;
    }
    *ret_simulator = made;
    return LIVE_OK;
}

void simulator_free(simulator *simulator)
{
    if (!simulator)
        return;
    bayeux_server_free(simulator->bayeux); // answers what is held
    sim_page_free(simulator->page);
    ag_http_free(simulator->http);
    sim_tcp_input_free(simulator->tcp);
    sim_channels_free(simulator->channels);
    sim_sources_free(simulator->sources);
    sim_normalizer_free(simulator->normalizer);
    sim_listener_free(simulator->listener);
    sim_store_free(simulator->store);
    sim_world_free(simulator->world);
    free(simulator);
}

int simulator_port(const simulator *simulator)
{
    return ag_http_port(simulator->http);
}

int simulator_tcp_port(const simulator *simulator)
{
    return sim_tcp_input_port(simulator->tcp);
}

sim_store *simulator_store(const simulator *simulator)
{
    return simulator->store;
}

void simulator_forget_sessions(simulator *simulator)
{
    bayeux_drop_sessions(simulator->bayeux);
}
