// SPDX-License-Identifier: Apache-2.0
// One of a supervisor's staff: its child, what that is told, what it writes, and what an operator did to it by hand.
#ifndef AG_MEMBER_H
#define AG_MEMBER_H

#include "log/journal.h"
#include "supervise/child.h"
#include "supervise/reload.h"

typedef struct ag_member ag_member;

// What is the same for all of a staff.
typedef struct ag_member_ground {
    live_loop *loop;
    const char *directory;   // of the settings
    const char *state;       // folder of the saved state
    const char *run;         // folder of the control socket
    const char *gateway;     // the program; others of ours lie beside it
    const ag_domain *domain; // NULL: no control group is delegated
    ag_journal *journal;
    int log; // standard input of the process that sends the log to the platform
    void (*on_started)(ag_member *member, void *user); // it can be passed descriptors
    void (*on_changed)(ag_member *member, void *user);
    void *user;
} ag_member_ground;

// What the settings say of one.
typedef struct ag_member_order {
    const cJSON *plan; // {"enabled", "type", "config", "stamp"}; NULL: they do not name it any more
    const cJSON *fault; // why it cannot run; NULL: it can
    const char *level;  // of the log
    bool held;          // it starts when ag_member_release() says so
} ag_member_order;

// `ground` is borrowed and outlives the member.
live_err ag_member_new(const ag_member_ground *ground, const char *name, bool gateway,
                       ag_member **ret_member, live_error *error);
void ag_member_free(ag_member *member); // kills its child

// Makes it so. A member whose plan is the same is not touched.
live_err ag_member_take(ag_member *member, const ag_member_order *order, ag_change *ret_change,
                        live_error *error);

// Starts one that was held.
void ag_member_release(ag_member *member);

const char *ag_member_name(const ag_member *member);
bool ag_member_is_gateway(const ag_member *member);
bool ag_member_has_link(const ag_member *member); // to the gateway: it is a worker
bool ag_member_enabled(const ag_member *member);
ag_child *ag_member_child(const ag_member *member); // NULL: its settings keep it from running
bool ag_member_runs(const ag_member *member);
bool ag_member_passes(const ag_member *member, const char *name, int fd); // ag_child_pass()
pid_t ag_member_pid(const ag_member *member);                             // 0: none
bool ag_member_is_stopped(const ag_member *member);                       // by hand
bool ag_member_is_leaving(const ag_member *member);     // it is in the settings no more
bool ag_member_is_over(const ag_member *member);        // it does not run, and is not about to end
ag_unit_state ag_member_state(const ag_member *member); // also of one that is leaving
const cJSON *ag_member_plan(const ag_member *member);

// Why it does not run or ended last, for people; "": there is nothing to tell.
void ag_member_reason(const ag_member *member, char *out, size_t size);

// The last lines that it wrote before it ended, the oldest first. Borrowed; NULL: it has not ended.
const cJSON *ag_member_last_lines(const ag_member *member);

// For an operator: by hand, until its settings change or the agent ends. LIVE_E_INVALID: it cannot run.
live_err ag_member_start(ag_member *member, live_error *error);
void ag_member_stop(ag_member *member);
live_err ag_member_restart(ag_member *member, live_error *error);

#endif
