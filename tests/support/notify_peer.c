// SPDX-License-Identifier: Apache-2.0
// A service manager's ear: prints what is sent to a socket, a line each. notify_peer PATH
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char text[4096];
    ssize_t got;

    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    memcpy(address.sun_path, argv[1], strlen(argv[1]));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while ((got = recv(fd, text, sizeof text - 1, 0)) >= 0) {
        text[got] = '\0';
        puts(text);
    }
    return 1;
}
