// SPDX-License-Identifier: Apache-2.0
// Every command of `live`, once: its name ('_' is typed as '-'), who runs it and one line for people.
#ifndef COMMANDS_H
#define COMMANDS_H

#include <argp.h>

// LIVE commands operate an agent and talk to a platform; DEV commands are a developer's and run in
// `live-dev`, which a server need not have.
#define COMMANDS(LIVE, DEV)                                                                        \
    LIVE(run, "run the agent of a settings file in the foreground")                                \
    LIVE(start, "start an agent in the background, or processes of one")                           \
    LIVE(stop, "stop an agent, or processes of it")                                                \
    LIVE(restart, "restart processes of an agent")                                                 \
    LIVE(reload, "have an agent read its settings again")                                          \
    LIVE(status, "show how an agent is")                                                           \
    LIVE(logs, "show the log of an agent")                                                         \
    LIVE(validate, "check a settings file offline")                                                \
    LIVE(describe, "print what a settings file may hold")                                          \
    LIVE(enable, "enable processes of an agent")                                                   \
    LIVE(disable, "disable processes of an agent")                                                 \
    LIVE(add, "add a process to the settings of an agent")                                         \
    LIVE(remove, "remove processes from the settings of an agent")                                 \
    LIVE(outbox, "show what waits to be sent, and what was refused")                               \
    LIVE(send, "send events to the platform")                                                      \
    LIVE(query, "run a query and print its rows")                                                  \
    LIVE(list, "list what the platform has")                                                       \
    LIVE(analyse, "analyse a curve of an asset")                                                   \
    LIVE(say, "say something in a room")                                                           \
    LIVE(annotate, "annotate a span of time")                                                      \
    LIVE(chat, "talk in a room")                                                                   \
    LIVE(check_features, "check that a platform has what an agent uses")                           \
    LIVE(probe, "try on a platform what is believed of it")                                        \
    DEV(create_agent, "make a project of an agent")                                                \
    DEV(add_module, "add a module to an agent's project")                                          \
    DEV(simulate, "run a platform of your own on this machine")                                    \
    DEV(build_rpm, "build an RPM of an agent")                                                     \
    LIVE(completion, "print the completion of this tool for a shell")                              \
    LIVE(version, "print the version")                                                             \
    LIVE(help, "show the commands, or the options of one")

#define COMMAND_DECLARE(name, summary)                                                             \
    extern const struct argp name##_argp;                                                          \
    int name##_run(void);
COMMANDS(COMMAND_DECLARE, COMMAND_DECLARE)

#endif
