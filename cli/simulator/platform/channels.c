// SPDX-License-Identifier: Apache-2.0
// The queries of the simulated platform and the CometD channels that carry their messages.
#include "channels.h"

#include <live/json.h>
#include <live/uuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipes/program.h"
#include "query.h"

enum { UNSUBSCRIBED_MS = 60000, FORGETFUL_MS = 2000, ABANDONED_MS = 10000, CHANNEL_BYTES = 48 };

typedef struct channel {
    struct channel *next, **link;
    sim_channels *channels;
    char name[CHANNEL_BYTES];
    cJSON *request; // the query object that was posted; NULL: the client made the name up
    sim_query *query;
    live_timer *timer; // forgets it when nobody subscribes
    bool left;         // by its last subscriber
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

static const sim_profile *profile_of(const sim_channels *channels)
{
    return sim_store_profile(channels->store);
}

static bool has_unknown_member(const cJSON *request)
{
    static const char *const known[] = { "provider", "expression", "span",        "follow",
                                         "preload",  "reducer",    "description", "lookupValues" };
    const cJSON *member;

    cJSON_ArrayForEach (member, request) {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(member->string, known[i]) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return true;
    }
    return false;
}

static bool has_mistake(const sim_profile *profile, const cJSON *request)
{
    const char *expression = live_json_str(request, "expression", "");
    pipes_program *program = NULL;
    bool mistaken = sim_pipes_compile(profile, expression, strlen(expression), &program, NULL);

    if (!mistaken)
        pipes_program_free(program);
    return mistaken;
}

// What this platform refuses at once, where we believe that it is told on the channel or ignored.
static bool is_refused(const sim_profile *profile, const cJSON *request)
{
    bool follow = live_json_bool(request, "follow", false);
    fact_id mistake = follow ? FACT_QUERY_MISTAKE_FOLLOWING : FACT_QUERY_MISTAKE;

    if (sim_profile_differs(profile, FACT_QUERY_UNKNOWN_MEMBER) && has_unknown_member(request))
        return true;
    if (sim_profile_differs(profile, FACT_QUERY_LOOKUP_VALUES) &&
        live_json_get(request, "lookupValues"))
        return true;
    if (strcmp(live_json_str(request, "provider", "pipes"), "pipes") != 0)
        return sim_profile_is(profile, FACT_QUERY_PROVIDER, "refused");
    return sim_profile_is(profile, mistake, "refused") && has_mistake(profile, request);
}

static bool is_query(const sim_profile *profile, const cJSON *request)
{
    return cJSON_IsObject(request) && cJSON_IsString(live_json_get(request, "expression")) &&
           !is_refused(profile, request);
}

cJSON *sim_channels_create(sim_channels *channels, const cJSON *queries)
{
    bool forgetful = sim_profile_differs(profile_of(channels), FACT_QUERY_UNREAD);
    int64_t unread_ms = forgetful ? FORGETFUL_MS : UNSUBSCRIBED_MS;
    cJSON *answer = cJSON_CreateArray();
    const cJSON *request;

    cJSON_ArrayForEach (request, queries) {
        channel *made = cJSON_IsArray(queries) && is_query(profile_of(channels), request)
                            ? new_channel(channels, cJSON_Duplicate(request, true))
                            : NULL;
        if (!made || !name_channel(made)) {
            cJSON_Delete(answer);
            return NULL;
        }
        live_timer_set(made->timer, unread_ms, 0);
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

static bool is_made_up(const channel *there, const char *name)
{
    return !there && strncmp(name, "/data/", 6) == 0 && strlen(name) < CHANNEL_BYTES;
}

bool sim_channels_may_subscribe(const char *name, void *user)
{
    const sim_profile *profile = profile_of(user);
    const channel *there = find(user, name);

    if (is_made_up(there, name))
        return !sim_profile_is(profile, FACT_QUERY_MADE_UP, "refused");
    return !there || !there->left || !sim_profile_is(profile, FACT_QUERY_AGAIN, "refused");
}

static void subscribe_made_up(sim_channels *channels, const char *name)
{
    channel *made = sim_profile_is(profile_of(channels), FACT_QUERY_MADE_UP, "destroy")
                        ? new_channel(channels, NULL)
                        : NULL;

    if (!made)
        return;
    memcpy(made->name, name, strlen(name) + 1);
    live_timer_set(made->timer, 0, 0);
}

static void drop_query(channel *there)
{
    sim_query_free(there->query);
    there->query = NULL;
}

// Whoever comes after the last subscriber has left finds what this platform makes of it; false: nothing more to do.
static bool take_up(channel *there)
{
    const sim_profile *profile = profile_of(there->channels);

    there->left = false;
    if (sim_profile_is(profile, FACT_QUERY_AGAIN, "goes-on"))
        return true;
    drop_query(there);
    if (sim_profile_is(profile, FACT_QUERY_AGAIN, "begins-again"))
        return true;
    if (sim_profile_is(profile, FACT_QUERY_AGAIN, "destroy")) {
        cJSON_Delete(there->request);
        there->request = NULL;
        live_timer_set(there->timer, 0, 0);
    }
    return false;
}

void sim_channels_subscribed(const char *name, void *user)
{
    channel *there = find(user, name);

    if (is_made_up(there, name))
        subscribe_made_up(user, name);
    if (!there || !there->request)
        return;
    live_timer_set(there->timer, -1, 0);
    if (there->left && !take_up(there))
        return;
    if (!there->query)
        start(there);
}

void sim_channels_unsubscribed(const char *name, void *user)
{
    channel *there = find(user, name);

    if (!there || !there->request)
        return;
    there->left = true;
    if (!sim_profile_differs(profile_of(user), FACT_QUERY_LEFT))
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
