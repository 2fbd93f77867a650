// SPDX-License-Identifier: Apache-2.0
/** @file agent.h
 * A whole agent as one call: `int main(int argc, char **argv) { return agent_main(argc, argv, modules); }`.
 *
 * The program is the supervisor and, executed again by itself, each of its workers. Its options are those of
 * `live-agent`: `--settings FILE`, `--daemon` (in the background; returns when it is ready or has failed) and `--strict` (any
 * error in the settings refuses them). Only one runs in a folder of settings.
 *
 * Threads: agent_main() is the main thread, once.
 *
 * Blocking: until the agent has ended.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <agent/module.h>
#include <live/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Runs the agent of a settings file until SIGINT or SIGTERM, or until it is told to end on its control socket. SIGHUP reads
 * the settings again where there is no controlling terminal.
 *
 * @param modules the modules that are compiled in, ended by NULL; NULL: none. Others are loaded by name.
 * @return the exit code: 0 stopped, 1 failed, 2 usage or settings refused
 */
LIVE_API int agent_main(int argc, char **argv, const agent_module *const *modules);

#ifdef __cplusplus
}
#endif
#endif
