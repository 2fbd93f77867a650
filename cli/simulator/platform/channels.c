// SPDX-License-Identifier: Apache-2.0
// The queries of the simulated platform and the CometD channels that carry their messages.
#include "channels.h"

#include <live/json.h>
#include <live/uuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"

enum { UNSUBSCRIBED_MS = 60000, ABANDONED_MS = 10000, CHANNEL_BYTES = 48 };

typedef struct channel {
    struct channel *next, **link;
    sim_channels *channels;
    char name[CHANNEL_BYTES];
    cJSON *request; // the query object that was posted; NULL: the client made the name up
    sim_query *query;
    live_timer *timer; // forgets it when nobody subscribes
} channel;

struct sim_channels {
    live_loop *loop;
    sim_store *store;
    bayeux_server *server;
    channel *first;
};

static void forget(channel *channel)
{
    *channel->link = channel->next;
    if (channel->next)
        channel->next->link = channel->link;
    sim_query_free(channel->query);
    live_timer_free(channel->timer);
    cJSON_Delete(channel->request);
    free(channel);
}

static channel *find(const sim_channels *channels, const char *name)
{
    for (channel *channel = channels->first; channel; channel = channel->next)
        if (strcmp(channel->name, name) == 0)
            return channel;
    return NULL;
}

static void publish(cJSON *data, void *user)
{
    const channel *channel = user;

    bayeux_publish(channel->channels->server, channel->name, data);
}

static bool is_behind(void *user)
{
    const channel *channel = user;

    return bayeux_is_behind(channel->channels->server, channel->name);
}

static void on_time(live_timer *timer, void *user)
{
    channel *channel = user;

    (void)timer;
    if (!channel->request) { // what is no query's ends at once for whoever listens
        cJSON *destroy = cJSON_CreateObject();
        cJSON_AddStringToObject(destroy, "type", "destroy");
        publish(destroy, channel);
    }
    forget(channel);
}

static channel *new_channel(sim_channels *channels, cJSON *request)
{
    channel *made = calloc(1, sizeof *made);
    if (!made) {
        cJSON_Delete(request);
        return NULL;
    }

    *made = (channel){
        .channels = channels, .request = request, .next = channels->first, .link = &channels->first
    };
    if (made->next)
        made->next->link = &made->next;
    channels->first = made;
    if (live_timer_new(channels->loop, -1, 0, on_time, made, &made->timer, NULL)) {
        forget(made);
        return NULL;
    }
    return made;
}

static bool name_channel(channel *channel)
{
    unsigned char bytes[16];
    int length = snprintf(channel->name, CHANNEL_BYTES, "/data/");

    if (live_random(bytes, sizeof bytes, NULL))
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        length += snprintf(channel->name + length, 3, "%02x", bytes[i]);
    return true;
}

static bool is_query(const cJSON *request)
{
    return cJSON_IsObject(request) && cJSON_IsString(live_json_get(request, "expression"));
}

cJSON *sim_channels_create(sim_channels *channels, const cJSON *queries)
{
    cJSON *answer = cJSON_CreateArray();
    const cJSON *request;

    cJSON_ArrayForEach (request, queries) {
        channel *made = cJSON_IsArray(queries) && is_query(request)
                            ? new_channel(channels, cJSON_Duplicate(request, true))
                            : NULL;
        if (!made || !name_channel(made)) {
            cJSON_Delete(answer);
            return NULL;
        }
        live_timer_set(made->timer, UNSUBSCRIBED_MS, 0);
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "channel", made->name);
        cJSON_AddItemToArray(answer, entry);
    }
    if (cJSON_IsArray(queries) && answer && answer->child)
        return answer;
    cJSON_Delete(answer);
    return NULL;
}

static void start(channel *channel)
{
    const cJSON *request = channel->request;
    live_error error = { 0 };
    sim_query_options options = {
        .provider = live_json_str(request, "provider", NULL),
        .expression = live_json_str(request, "expression", ""),
        .span = live_json_str(request, "span", NULL),
        .reducer = live_json_str(request, "reducer", NULL),
        .description = live_json_str(request, "description", NULL),
        .follow = live_json_bool(request, "follow", false),
        .zone = SIM_ZONE_LOCAL,
        .preload = live_json_bool(request, "preload", true),
        .is_behind = is_behind,
    };

    if (sim_query_start(channel->channels->store, &options, publish, channel, &channel->query,
                        &error)) {
        cJSON *stop = cJSON_CreateObject();
        cJSON_AddStringToObject(stop, "type", "stop");
        cJSON_AddStringToObject(stop, "reason", "Error");
        cJSON_AddStringToObject(stop, "message", error.text);
        publish(stop, channel);
    }
}

void sim_channels_subscribed(const char *name, void *user)
{
    sim_channels *channels = user;
    channel *there = find(channels, name);

    if (!there && strncmp(name, "/data/", 6) == 0 && strlen(name) < CHANNEL_BYTES) {
        there = new_channel(channels, NULL);
        if (there) {
            memcpy(there->name, name, strlen(name) + 1);
            live_timer_set(there->timer, 0, 0);
        }
        return;
    }
    if (!there || !there->request)
        return;
    live_timer_set(there->timer, -1, 0);
    if (!there->query)
        start(there);
}

void sim_channels_unsubscribed(const char *name, void *user)
{
    channel *there = find(user, name);

    if (there && there->request)
        live_timer_set(there->timer, ABANDONED_MS, 0);
}

void sim_channels_attach(sim_channels *channels, bayeux_server *server)
{
    channels->server = server;
}

live_err sim_channels_new(live_loop *loop, sim_store *store, sim_channels **ret_channels,
                          live_error *error)
{
    sim_channels *channels = calloc(1, sizeof *channels);
    if (!channels)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    channels->loop = loop;
    channels->store = store;
    *ret_channels = channels;
    return LIVE_OK;
}

void sim_channels_free(sim_channels *channels)
{
    if (!channels)
        return;
    for (channel *channel = channels->first, *next; channel; channel = next) {
        next = channel->next;
        forget(channel);
    }
    free(channels);
}
