// SPDX-License-Identifier: Apache-2.0
// The agent: the roles of its program.
#include <agent/agent.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "settings/catalogue.h"
#include "settings/interview.h"
#include "settings/inventory.h"
#include "settings/reference.h"
#include "settings/validate.h"
#include "supervise/plan.h"
#include "supervise/proposal.h"
#include "supervise/supervisor.h"
#include "worker/worker.h"

static int propose(char **argv, const agent_module *const *modules, bool judged)
{
    const ag_proposal proposal = {
        .operation = argv[3], .words = argv + 4, .judged = judged, .modules = modules
    };

    return ag_proposal_print(argv[2], &proposal);
}

// The roles of the program beside the supervisor's.
static bool run_role(int argc, char **argv, const agent_module *const *modules, int *ret_code)
{
    if (argc == 2 && strcmp(argv[1], "--worker") == 0)
        *ret_code = ag_worker_main(modules);
    else if (argc == 3 && strcmp(argv[1], "--describe") == 0)
        *ret_code = ag_interview_answer(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "--inventory") == 0)
        *ret_code = ag_inventory_print(argv[2], modules);
    else if (argc == 3 && strcmp(argv[1], "--plan") == 0)
        *ret_code = ag_plan_print(argv[2], modules);
    else if (argc == 3 && strcmp(argv[1], "--plan-draft") == 0)
        *ret_code = ag_plan_print_draft(argv[2], modules);
    else if (argc >= 2 && strcmp(argv[1], "--reference") == 0)
        *ret_code = ag_reference_print(argv + 2, modules);
    else if (argc == 3 && strcmp(argv[1], "--validate") == 0)
        *ret_code = ag_validate(argv[2], modules, false);
    else if (argc == 3 && strcmp(argv[1], "--validate-json") == 0)
        *ret_code = ag_validate(argv[2], modules, true);
    else if (argc > 4 && strcmp(argv[1], "--edit") == 0)
        *ret_code = propose(argv, modules, false);
    else if (argc > 4 && strcmp(argv[1], "--edit-judged") == 0)
        *ret_code = propose(argv, modules, true);
    else
        return false;
    return true;
}

int agent_main(int argc, char **argv, const agent_module *const *modules)
{
    ag_office_options options = { .settings = "settings.json" };
    bool strict = false, known = true;
    int code;

    if (run_role(argc, argv, modules, &code))
        return code;
    for (int i = 1; known && i < argc; i++) {
        if (strcmp(argv[i], "--daemon") == 0)
            options.detach = true;
        else if (strcmp(argv[i], "--successor") == 0) // of ag_successor_become()
            options.successor = true;
        else if (strcmp(argv[i], "--strict") == 0)
            strict = true;
        else if (strcmp(argv[i], "--settings") == 0 && i + 1 < argc)
            options.settings = argv[++i];
        else
            known = false;
    }
    if (!known) {
        fprintf(stderr, "Usage: %s [--settings FILE] [--daemon] [--strict]\n", argv[0]);
        return AG_EXIT_SETTINGS;
    }
    return ag_supervisor_run(&options, strict);
}
