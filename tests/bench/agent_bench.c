// SPDX-License-Identifier: Apache-2.0
// What an agent costs that sends 5,000 events a second: a worker emits them, the link carries them, the gateway journals
// and posts them; the platform is a sink.
//
//   agent_bench BIN-OF-live FOLDER-OF-THE-MODULE FOLDER [TURN-MS]
//
// TURN-MS: the worker wakes up so often, for as many events as are due (default: 10).
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sink.h"

enum { RATE = 5000, SECONDS = 10 };

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void say(const char *what, double value, const char *unit)
{
    printf("%-52s %12.2f %s\n", what, value, unit);
    fflush(stdout);
}

static void pause_ms(long ms)
{
    const struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&pause, NULL);
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_settings(const char *path, int port, long turn_ms)
{
    FILE *file = fopen(path, "w");

    if (!file)
        give_up(path);
    fprintf(file,
            "{ \"enabled_modules\": [\"flood\"],\n"
            "  \"processes\": { \"flood\": { \"type\": \"flood\", \"enabled\": true,"
            " \"every\": \"%ldms\", \"events\": %ld } },\n"
            "  \"live\": { \"url\": \"http://127.0.0.1:%d\", \"username\": \"bench\","
            " \"password\": \"bench\", \"rest_input\": \"/services/plugin-restinput/bench/\" } }\n",
            turn_ms, RATE * turn_ms / 1000, port);
    if (fclose(file))
        give_up(path);
}

// The agent, in a folder of its own: there it keeps its outbox and its state.
static pid_t start_agent(const char *live, const char *modules, const char *folder)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    setenv("LIVE_MODULE_PATH", modules, 1);
    if (chdir(folder) == 0 && freopen("agent.log", "w", stderr))
        execl(live, live, "run", "--settings", "settings.json", (char *)NULL);
    give_up(live);
    return -1;
}

// Seconds of processor that a process has used; what the kernel counts of it, in ticks.
static double cpu_of(pid_t pid)
{
    char path[64], line[1024];
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        give_up(path);
    fclose(file);
    const char *at = strrchr(line, ')');
    for (int field = 2; field < 14; field++)
        at = strchr(at + 1, ' ');
    sscanf(at, " %lu %lu", &user, &system);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

// The supervisor, and those it has started: the gateway comes first.
static const char *const processes[] = { "supervisor", "gateway", "worker" };

enum { PROCESSES = sizeof processes / sizeof *processes };

static void find_processes(pid_t agent, pid_t pids[PROCESSES])
{
    char path[64];

    pids[0] = agent;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)agent, (int)agent);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%d %d", &pids[1], &pids[2]) != 2)
        give_up(path);
    fclose(file);
}

static void measure(const sink *sink, pid_t agent)
{
    pid_t pids[PROCESSES];
    double cpu[PROCESSES], all = 0;
    char line[80];

    find_processes(agent, pids);
    const long events = sink->state->events, requests = sink->state->requests;
    const double began = now_s();
    for (size_t i = 0; i < PROCESSES; i++)
        cpu[i] = cpu_of(pids[i]);
    pause_ms(SECONDS * 1000);
    const double took = now_s() - began;
    say("through worker, link and journal", (double)(sink->state->events - events) / took,
        "events/s");
    say("... in so many posts", (double)(sink->state->requests - requests) / took, "/s");
    for (size_t i = 0; i < PROCESSES; i++) {
        cpu[i] = (cpu_of(pids[i]) - cpu[i]) / took * 100;
        all += cpu[i];
        snprintf(line, sizeof line, "... CPU of the %s", processes[i]);
        say(line, cpu[i], "% of a core");
    }
    say("... CPU of the agent in all", all, "% of a core");
}

int main(int argc, char **argv)
{
    char path[512];
    sink sink;
    int status = 0;

    if (argc < 4) {
        fputs("agent_bench BIN-OF-live FOLDER-OF-THE-MODULE FOLDER [TURN-MS]\n", stderr);
        return 2;
    }
    sink_start(&sink);
    snprintf(path, sizeof path, "%s/settings.json", argv[3]);
    write_settings(path, sink.rest_port, argc > 4 ? strtol(argv[4], NULL, 10) : 10);
    pid_t agent = start_agent(argv[1], argv[2], argv[3]);
    for (int i = 0; i < 1000 && sink.state->events < RATE; i++)
        pause_ms(10);
    measure(&sink, agent);
    kill(agent, SIGTERM);
    waitpid(agent, &status, 0);
    const long last = sink.state->events;
    say("... events sent in all", (double)last, "");
    say("... and missing of them", (double)sink_missing(&sink, 1, last), "");
    sink_stop(&sink);
    return 0;
}
