// SPDX-License-Identifier: Apache-2.0
// Who is logged in at the page: tokens of users, forgotten when the simulator ends.
#ifndef SIM_SESSIONS_H
#define SIM_SESSIONS_H

#include <cJSON.h>
#include <live/error.h>

enum { SIM_SESSIONS_MAX = 64, SIM_TOKEN_BYTES = 33 };

typedef struct sim_session {
    char token[SIM_TOKEN_BYTES]; // "" where there is none
    const cJSON *user;           // of the world
} sim_session;

// Zeroed, it is empty. The oldest session makes room for one too many.
typedef struct sim_sessions {
    sim_session each[SIM_SESSIONS_MAX];
    size_t next;
} sim_sessions;

// A new session of a user, which outlives it; its token is valid until it ends. LIVE_E_SYSTEM: no
// random bytes.
live_err sim_sessions_begin(sim_sessions *sessions, const cJSON *user, const char **ret_token,
                            live_error *error);

// NULL: no session has the token, which may be NULL.
const cJSON *sim_sessions_user(const sim_sessions *sessions, const char *token);
void sim_sessions_end(sim_sessions *sessions, const char *token);

#endif
