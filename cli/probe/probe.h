// SPDX-License-Identifier: Apache-2.0
// A platform under trial: who asks it, what was found so far.
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <cJSON.h>
#include <live/client.h>

#include "probe/facts.h"
#include "session.h"

enum { PROBE_SCRATCH_BYTES = 32, PROBE_VALUE_BYTES = 24, PROBE_REASON_BYTES = 80 };

// What was found of one fact. A value is one of the fact's own words, a number, or "other": nothing that the
// platform wrote, so it may be shown to anybody; so may the names of members.
typedef struct probe_finding {
    char value[PROBE_VALUE_BYTES];   // "" as long as nothing was seen
    char reason[PROBE_REASON_BYTES]; // why there is no value
    cJSON *members;                  // names that were seen in place of known ones; NULL
} probe_finding;

typedef struct probe {
    session *session;
    live_client *client, *second, *stranger; // with credentials; likewise, no cookie yet; without
    live_signal *on_int, *on_term;
    const char *input;    // path of the REST input; NULL: none is set
    const char *tcp_host; // of the TCP input; NULL: none is set
    int tcp_port;
    bool tcp_tls;
    const char *room_id; // NULL: nobody is talked to
    char scratch[PROBE_SCRATCH_BYTES];
    int64_t sample_ms[2]; // when the platform received the first two samples; 0: they are not there
    cJSON *plugins;       // versions of those that we know, by name; NULL
    bool interrupted;
    probe_finding findings[FACT_COUNT];
} probe;

// Makes the clients; asks nothing yet. `session` outlives the probe.
live_err probe_open(probe *probe, session *session, live_error *error);
void probe_close(probe *probe);

// Tries everything, one after the other, until it is done or interrupted.
void probe_try_all(probe *probe);

// Keeps what was seen of a fact. A text that is none of its words is "other".
void probe_saw(probe *probe, fact_id id, const char *value);
void probe_saw_number(probe *probe, fact_id id, int number);

// Names that were seen where others are due; what is no plain name is left out.
void probe_saw_members(probe *probe, fact_id id, const cJSON *object);

// Says why nothing is seen of a fact; what was seen already stays.
void probe_missed(probe *probe, fact_id id, const char *reason);

// Runs the loop until `*done`, at most `limit_ms`; false: not done.
bool probe_wait(probe *probe, const bool *done, int64_t limit_ms);

// An answer of the platform; status 0: there was none.
typedef struct probe_answer {
    int status;
    bool plain; // text/plain
    char *text;
    cJSON *json; // NULL: the text is none
} probe_answer;

// Asks and waits: `body` NULL is a GET. probe_answer_clear() in any case.
void probe_ask(probe *probe, live_client *client, const char *path, const char *body,
               probe_answer *ret_answer);
void probe_answer_clear(probe_answer *answer);
bool probe_answer_is_good(const probe_answer *answer); // 2xx

// Posts an event to the REST input; false: it was not taken.
bool probe_post(probe *probe, const char *event, probe_answer *ret_answer);

// `format` with T as the scratch type, on the heap: live_free().
char *probe_fill(const probe *probe, const char *text);

// The trials, by area.
void probe_try_rest(probe *probe);
void probe_try_inputs(probe *probe);
void probe_try_lines(probe *probe);
void probe_try_cometd(probe *probe);
void probe_try_queries(probe *probe);
void probe_try_rows(probe *probe);
void probe_try_rooms(probe *probe);

#endif
