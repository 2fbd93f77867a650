// SPDX-License-Identifier: Apache-2.0
// A platform that a command talks to, who speaks there and in which room.
#include "session.h"

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static live_err open_client(const char *path, session *session, live_error *error)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    const cJSON *live = live_json_get(session->settings, "live");
    live_client_secrets secrets = { 0 };

    if (!cJSON_IsObject(live))
        return live_fail(error, LIVE_E_INVALID, "%s: no object 'live', which names the platform",
                         path);
    live_err err = live_client_options_read(live, &options, &secrets, error);
    if (!err)
        err = live_client_new(session->loop, &options, &session->client, error);
    live_client_secrets_clear(&secrets);
    if (err)
        return live_error_context(error, err, "%s: live", path);
    if (options.tls_insecure)
        fprintf(stderr, "live: the platform's certificate is not verified (verify_ssl: false)\n");
    return LIVE_OK;
}

live_err session_open_settings(cJSON *settings, const char *name, session *session,
                               live_error *error)
{
    session->settings = settings;
    live_err err = live_loop_new(&session->loop, error);

    if (!err)
        err = open_client(name, session, error);
    if (err)
        session_close(session);
    return err;
}

live_err session_open(const char *path, session *session, live_error *error)
{
    cJSON *settings = NULL;
    live_err err = live_file_read_json(path, &settings, error);

    return err ? err : session_open_settings(settings, path, session, error);
}

void session_close(session *session)
{
    live_client_free(session->client);
    live_loop_free(session->loop);
    cJSON_Delete(session->settings);
    cJSON_Delete(session->user);
    *session = (struct session){ 0 };
}

static const cJSON *own_author(const session *session)
{
    const cJSON *author = live_json_get(live_json_get(session->settings, "output"), "author");

    return *live_json_str(author, "name", "") ? author : NULL;
}

static bool has_url(const session *session)
{
    return live_json_str(live_json_get(session->settings, "live"), "url", NULL);
}

// A platform may write ids as text.
static int64_t id_of(const cJSON *author)
{
    return live_json_int(author, "id", strtoll(live_json_str(author, "id", "0"), NULL, 10));
}

live_err session_author(session *session, const char *name, live_author *ret_author,
                        live_error *error)
{
    const cJSON *author = own_author(session);
    live_err err = LIVE_OK;

    if (!author && !has_url(session))
        return live_fail(error, LIVE_E_INVALID,
                         "no author: the settings have no 'output.author' and no 'live.url'");
    if (!author && !session->user)
        err = live_user_me(session->client, false, &session->user, error);
    if (err)
        return live_error_context(error, err, "author");
    if (!author)
        author = session->user;
    *ret_author = (live_author){ .id = id_of(author),
                                 .name = name ? name : live_json_str(author, "name", "") };
    return *ret_author->name ? LIVE_OK
                             : live_fail(error, LIVE_E_INVALID, "author: the user has no name");
}

live_err session_check_room(session *session, const char *room_id, live_error *error)
{
    cJSON *rooms = NULL;
    const cJSON *room, *found = NULL, *called = NULL;
    live_err err = has_url(session) ? live_room_list(session->client, &rooms, error) : LIVE_OK;

    if (err || !rooms)
        return err;
    cJSON_ArrayForEach (room, rooms) {
        if (strcmp(live_json_str(room, "id", ""), room_id) == 0)
            found = room;
        if (strcmp(live_json_str(room, "name", ""), room_id) == 0)
            called = room;
    }
    if (!found && called)
        err = live_fail(error, LIVE_E_NOTFOUND,
                        "no room has the id '%s'; the one of that name has '%s'", room_id,
                        live_json_str(called, "id", ""));
    else if (!found)
        err = live_fail(error, LIVE_E_NOTFOUND, "no room has the id '%s'; see 'live list rooms'",
                        room_id);
    cJSON_Delete(rooms);
    return err;
}
