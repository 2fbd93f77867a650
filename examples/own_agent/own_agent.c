// SPDX-License-Identifier: Apache-2.0
// An agent of one's own: a program with its module compiled in, supervisor and worker in one.
#include <agent/agent.h>

static live_err poll_beat(agent_run *run, live_error *error)
{
    cJSON *event = live_event_new("beat", 0);
    cJSON_AddStringToObject(event, "from", agent_name(run));
    return agent_emit(run, event, error); // takes the event, reports its failures
}

static const agent_process processes[] = {
    { .name = "beat", .summary = "A sign of life", .poll = poll_beat }, { 0 }
};

AGENT_MODULE(.name = "beat", .version = "1.0.0", .processes = processes);

int main(int argc, char **argv)
{
    return agent_main(argc, argv, (const agent_module *const[]){ &agent_module_v1, NULL });
}
