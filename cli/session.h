// SPDX-License-Identifier: Apache-2.0
// A platform that a command talks to, who speaks there and in which room.
#ifndef SESSION_H
#define SESSION_H

#include <live/client.h>
#include <live/loop.h>
#include <live/message.h>
#include <live/resource.h>

typedef struct session {
    live_loop *loop;
    live_client *client;
    cJSON *settings; // the whole file
    cJSON *user;     // /rest/me; NULL: not asked for
} session;

// Opens the platform that a settings file names; connects to nothing yet.
live_err session_open(const char *path, session *session, live_error *error);

// The same of settings that are at hand, which are taken; `name` stands in errors.
live_err session_open_settings(cJSON *settings, const char *name, session *session,
                               live_error *error);
void session_close(session *session);

// Who speaks: `output.author` of the settings file, else the user of the credentials; under another name where one
// is given. Borrowed from the session and from `name`.
live_err session_author(session *session, const char *name, live_author *ret_author,
                        live_error *error);

// LIVE_E_NOTFOUND unless the platform has this room. Without a url nobody can be asked, which is no failure.
live_err session_check_room(session *session, const char *room_id, live_error *error);

#endif
