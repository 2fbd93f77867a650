// SPDX-License-Identifier: Apache-2.0
// Who is logged in at the page.
#include "sessions.h"

#include <live/uuid.h>
#include <stdio.h>
#include <string.h>

live_err sim_sessions_begin(sim_sessions *sessions, const cJSON *user, const char **ret_token,
                            live_error *error)
{
    unsigned char bytes[(SIM_TOKEN_BYTES - 1) / 2];
    sim_session *made = &sessions->each[sessions->next];

    live_err err = live_random(bytes, sizeof bytes, error);
    if (err)
        return err;
    sessions->next = (sessions->next + 1) % SIM_SESSIONS_MAX;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(made->token + 2 * i, 3, "%02x", bytes[i]);
    made->user = user;
    *ret_token = made->token;
    return LIVE_OK;
}

static size_t find(const sim_sessions *sessions, const char *token)
{
    size_t index = 0;

    if (!token || !*token)
        return SIM_SESSIONS_MAX;
    while (index < SIM_SESSIONS_MAX && strcmp(sessions->each[index].token, token) != 0)
        index++;
    return index;
}

const cJSON *sim_sessions_user(const sim_sessions *sessions, const char *token)
{
    size_t index = find(sessions, token);

    return index < SIM_SESSIONS_MAX ? sessions->each[index].user : NULL;
}

void sim_sessions_end(sim_sessions *sessions, const char *token)
{
    size_t index = find(sessions, token);

    if (index < SIM_SESSIONS_MAX)
        sessions->each[index] = (sim_session){ 0 };
}
