// SPDX-License-Identifier: Apache-2.0
// Speaks on a control socket as a stranger's program would: sends standard input, prints what comes.
//
//   control_talk SOCKET [LINES]
//
// Until the other side closes, after we have said our last; with LINES until so many have come.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK_BYTES = 65536 };

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return fd;
}

static void send_input(int fd)
{
    static char chunk[CHUNK_BYTES];
    ssize_t got;

    while ((got = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        if (send(fd, chunk, (size_t)got, MSG_NOSIGNAL) < 0)
            return; // it is told why
}

int main(int argc, char **argv)
{
    static char chunk[CHUNK_BYTES];
    long lines = argc > 2 ? strtol(argv[2], NULL, 10) : -1;
    ssize_t got;

    if (argc < 2)
        return 2;
    int fd = connect_to(argv[1]);
    send_input(fd);
    if (lines < 0)
        shutdown(fd, SHUT_WR);
    while (lines != 0 && (got = read(fd, chunk, sizeof chunk)) > 0) {
        for (ssize_t i = 0; lines != 0 && i < got; i++) {
            putchar(chunk[i]);
            lines -= chunk[i] == '\n' && lines > 0;
        }
        fflush(stdout);
    }
    close(fd);
    return EXIT_SUCCESS;
}
