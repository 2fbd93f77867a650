// SPDX-License-Identifier: Apache-2.0
#include "daemon_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tcp_peer.h"

enum { PATH_BYTES = 128, TRIES = 20, LOOK_MS = 5, PATIENCE_MS = 10000 };

bool daemon_there(const char *program)
{
    char command[128];

    snprintf(command, sizeof command, "command -v %s >/dev/null", program);
    bool there = system(command) == 0; // NOLINT(cert-env33-c): of a constant
    if (!there)
        fprintf(stderr, "%s is not installed: see cmake/packages.sh\n", program);
    return there;
}

static void path_of(const daemon_peer *peer, const char *name, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/%s", peer->folder, name);
}

static int open_folder(daemon_peer *peer)
{
    *peer = (daemon_peer){ .folder = "/tmp/live-daemon-XXXXXX" };
    return mkdtemp(peer->folder) ? 0 : -1;
}

static void run(const daemon_peer *peer, const char *const *words, pid_t parent)
{
    char log[PATH_BYTES];

    path_of(peer, "log", log);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (getppid() == parent && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
        execvp(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
}

static bool listens(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return connected;
}

// Starts the program; 1: its port was taken in the meantime.
static int try_start(daemon_peer *peer, const char *const *words)
{
    pid_t parent = getpid();

    peer->pid = fork();
    if (peer->pid == 0)
        run(peer, words, parent);
    for (int waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
        if (waitpid(peer->pid, NULL, WNOHANG) == peer->pid) {
            peer->pid = 0;
            return 1;
        }
        if (listens(peer->port))
            return 0;
        poll(NULL, 0, LOOK_MS);
    }
    return -1;
}

// What is to be run for a port.
typedef void (*plan_fn)(const daemon_peer *peer, const void *user, const char **words);

static int start(daemon_peer *peer, plan_fn plan, const void *user)
{
    const char *words[16] = { NULL };

    if (open_folder(peer))
        return -1;
    for (int i = 0; i < TRIES; i++) {
        peer->port = tcp_unused_port();
        plan(peer, user, words);
        int result = try_start(peer, words);
        if (result <= 0)
            return result;
    }
    fprintf(stderr, "%s: it does not listen\n", words[0]);
    return -1;
}

static const char *configure(const daemon_peer *peer, const char *text)
{
    static char path[PATH_BYTES];

    path_of(peer, "conf", path);
    FILE *file = fopen(path, "we");
    if (file) {
        fputs(text, file);
        fclose(file);
    }
    return path;
}

typedef struct login {
    const char *user, *password;
} login;

static void plan_http(const daemon_peer *peer, const void *user, const char **words)
{
    const login *login = user;
    char text[512];
    int length = snprintf(
        text, sizeof text,
        "Port %d\nListen 127.0.0.1\nTimeout 30\nLogLevel Connect\nMaxClients 50\n", peer->port);

    if (login->user)
        snprintf(text + length, sizeof text - (size_t)length, "BasicAuth %s %s\n", login->user,
                 login->password);
    words[0] = "tinyproxy";
    words[1] = "-d";
    words[2] = "-c";
    words[3] = configure(peer, text);
}

int daemon_http_proxy(daemon_peer *peer, const char *user, const char *password)
{
    return start(peer, plan_http, &(login){ user, password });
}

static void plan_socks(const daemon_peer *peer, const void *user, const char **words)
{
    static char port[8];
    const login *login = user;

    snprintf(port, sizeof port, "%d", peer->port);
    words[0] = "microsocks";
    words[1] = "-i";
    words[2] = "127.0.0.1";
    words[3] = "-p";
    words[4] = port;
    words[5] = login->user ? "-u" : NULL;
    words[6] = login->user;
    words[7] = "-P";
    words[8] = login->password;
}

int daemon_socks_proxy(daemon_peer *peer, const char *user, const char *password)
{
    return start(peer, plan_socks, &(login){ user, password });
}

typedef struct tls_plan {
    int behind;
    const char *lines;
} tls_plan;

static void plan_tls(const daemon_peer *peer, const void *user, const char **words)
{
    const tls_plan *plan = user;
    char text[1024];

    snprintf(text, sizeof text,
             "foreground = yes\npid =\nsyslog = no\ndebug = info\n[tls]\naccept = 127.0.0.1:%d\n"
             "connect = 127.0.0.1:%d\n%s",
             peer->port, plan->behind, plan->lines);
    words[0] = "stunnel4";
    words[1] = configure(peer, text);
}

int daemon_tls(daemon_peer *peer, int behind, const char *lines)
{
    return start(peer, plan_tls, &(tls_plan){ behind, lines });
}

int daemon_count(const daemon_peer *peer, const char *text)
{
    char path[PATH_BYTES], *log = NULL;
    size_t length = 0;
    int count = 0;

    path_of(peer, "log", path);
    if (live_file_read(path, &log, &length, NULL))
        return 0;
    for (const char *at = log; (at = strstr(at, text)); at++)
        count++;
    live_free(log);
    return count;
}

bool daemon_logged(const daemon_peer *peer, const char *text)
{
    for (int waited = 0; waited < PATIENCE_MS / 2; waited += LOOK_MS) {
        if (daemon_count(peer, text) > 0)
            return true;
        poll(NULL, 0, LOOK_MS);
    }
    return false;
}

void daemon_stop(daemon_peer *peer)
{
    char path[PATH_BYTES];

    if (peer->pid > 0) {
        kill(peer->pid, SIGKILL);
        waitpid(peer->pid, NULL, 0);
    }
    if (!*peer->folder)
        return;
    path_of(peer, "log", path);
    unlink(path);
    path_of(peer, "conf", path);
    unlink(path);
    rmdir(peer->folder);
    *peer = (daemon_peer){ 0 };
}
