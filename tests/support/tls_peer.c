// SPDX-License-Identifier: Apache-2.0
// A platform behind TLS, with certificates that nobody signed: `openssl s_server`, which answers GET /healthcheck.
#include "tls_peer.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

const char *tls_peer_path(const tls_peer *peer, const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", peer->directory, name);
    return path;
}

int tls_peer_open(tls_peer *peer)
{
    *peer = (tls_peer){ .directory = "/tmp/live-tls-XXXXXX", .output = -1 };
    if (!mkdtemp(peer->directory))
        return -1;
    FILE *file = fopen(tls_peer_path(peer, "healthcheck"), "we");
    if (!file)
        return -1;
    fputs("WORKING", file);
    return fclose(file);
}

// Starts openssl in the directory; what it says goes to `output`.
static pid_t start(const tls_peer *peer, const char *const *words, int output)
{
    pid_t parent = getpid(), pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool ready = getppid() == parent && chdir(peer->directory) == 0 && dup2(null, 0) >= 0 &&
                 dup2(output >= 0 ? output : null, 1) >= 0 && dup2(null, 2) >= 0;
    if (ready)
        execvp("openssl", (char *const *)(uintptr_t)words);
    _exit(127);
}

int tls_peer_certify(const tls_peer *peer, const char *name, const char *alt)
{
    char key[64], certificate[64], extension[128];
    const char *words[] = { "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "ec",
                            "-pkeyopt",
                            "ec_paramgen_curve:prime256v1",
                            "-nodes",
                            "-days",
                            "2",
                            "-subj",
                            "/CN=live test",
                            "-addext",
                            extension,
                            "-keyout",
                            key,
                            "-out",
                            certificate,
                            NULL };
    int status = -1;

    snprintf(key, sizeof key, "%s.key", name);
    snprintf(certificate, sizeof certificate, "%s.pem", name);
    snprintf(extension, sizeof extension, "subjectAltName=%s", alt);
    pid_t pid = start(peer, words, -1);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "openssl req: no certificate (%d)\n", status);
        return -1;
    }
    return 0;
}

// Reads what the server says up to the line with its port.
static int read_port(int fd)
{
    char text[4096] = "";
    size_t length = 0;
    ssize_t got;

    while (length < sizeof text - 1 &&
           (got = read(fd, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
        text[length] = '\0';
        const char *line = strstr(text, "ACCEPT ");
        const char *colon = line ? strchr(line, ':') : NULL;
        if (colon && strchr(colon, '\n'))
            return (int)strtol(colon + 1, NULL, 10);
    }
    return -1;
}

int tls_peer_start(tls_peer *peer, const char *name)
{
    char key[64], certificate[64];
    const char *words[] = { "openssl", "s_server", "-accept", "127.0.0.1:0", "-WWW",
                            "-key",    key,        "-cert",   certificate,   NULL };
    int ends[2];

    snprintf(key, sizeof key, "%s.key", name);
    snprintf(certificate, sizeof certificate, "%s.pem", name);
    if (pipe2(ends, O_CLOEXEC))
        return -1;
    peer->pid = start(peer, words, ends[1]);
    peer->output = ends[0];
    close(ends[1]);
    int port = peer->pid > 0 ? read_port(ends[0]) : -1;
    if (port <= 0) {
        fprintf(stderr, "openssl s_server: it does not listen\n");
        return -1;
    }
    snprintf(peer->url, sizeof peer->url, "https://127.0.0.1:%d", port);
    return 0;
}

void tls_peer_stop(tls_peer *peer)
{
    if (peer->pid > 0) {
        kill(peer->pid, SIGKILL);
        waitpid(peer->pid, NULL, 0);
    }
    if (peer->output >= 0)
        close(peer->output);
    peer->pid = 0;
    peer->output = -1;
}

void tls_peer_close(tls_peer *peer)
{
    DIR *directory = opendir(peer->directory);
    const struct dirent *entry;

    tls_peer_stop(peer);
    while (directory && (entry = readdir(directory)))
        unlink(tls_peer_path(peer, entry->d_name));
    if (directory)
        closedir(directory);
    rmdir(peer->directory);
}
