// SPDX-License-Identifier: Apache-2.0
// One running process, as its module sees it.
#ifndef AG_RUN_H
#define AG_RUN_H

#include <agent/run.h>
#include <live/buf.h>

#include "core/link.h"
#include "core/module.h"

struct agent_run {
    const char *name, *state_directory;
    live_loop *loop;
    agent_process process;
    ag_config *config;
    void *state;
    ag_link *link;
};

struct agent_watch {
    live_buf *expression;
    char *span;
};

#endif
