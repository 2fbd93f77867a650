// SPDX-License-Identifier: Apache-2.0
// The REST resources of the simulated platform: a table of routes, without sockets.
#ifndef SIM_REST_H
#define SIM_REST_H

#include <cJSON.h>

#include "store.h"
#include "world.h"

enum { REST_CAPTURES = 3 };

// What the resources read and change.
typedef struct sim_rest {
    sim_world *world;
    sim_store *store;
} sim_rest;

typedef struct rest_request {
    const char *method, *path;           // the path as sent, without its query
    const char *captures[REST_CAPTURES]; // the segments that stand for '*', decoded
    const cJSON *user;                   // who asks; NULL: no or wrong credentials
    const cJSON *parameters;             // object: name -> array of strings
    const cJSON *body;                   // NULL for a GET
    bool unknown;                        // set where no route fits
} rest_request;

// Answers a request: the HTTP status and a JSON body in `ret_body` (yours; may stay NULL for 5xx).
// 404 where no route fits, 405 where only the method does not, 401 and 403 as the route's permission says.
int sim_rest_answer(const sim_rest *rest, rest_request *request, cJSON **ret_body);

// A handler returns the status and may set the body; a status from 400 without one gets a standard body.
typedef int (*rest_handler)(const sim_rest *rest, const rest_request *request, cJSON **ret_body);

// Who may call a route: permission NULL is any user.
typedef struct rest_route {
    const char *method, *pattern, *permission;
    rest_handler handle;
} rest_route;

// The routes of each file, ended by an empty row.
extern const rest_route rest_resource_routes[]; // users, plugins, dashboards, rooms, extensions, …
extern const rest_route rest_asset_routes[];    // assets, normalisers, curves, documents of wells
extern const rest_route rest_analysis_routes[]; // auto-analysis

// {"data": [...], "total": n} with a copy of the list.
cJSON *rest_envelope(const cJSON *list);

// {"message": text}: the body of an error.
cJSON *rest_message(const char *text);

// The first value of a parameter, or `fallback`.
const char *rest_parameter(const rest_request *request, const char *name, const char *fallback);

#endif
