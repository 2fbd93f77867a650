// SPDX-License-Identifier: Apache-2.0
// Fuzzes the simulated platform's HTTP: the input is what a peer sends on one connection, then it stops sending.
#include <arpa/inet.h>
#include <live/loop.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/simulator.h"

enum { TURNS = 32, TURN_MS = 0 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static live_loop *loop;
static simulator *platform;

static void start(void)
{
    static const simulator_options options = { .share = LIVE_SHARE, .connect_timeout_ms = 1 };

    if (live_loop_new(&loop, NULL) || simulator_new(loop, &options, &platform, NULL))
        abort();
}

// It is closed with a reset: an address of this machine that waited after each close would soon be the last.
static int connect_to_it(void)
{
    static const struct linger at_once = { .l_onoff = 1 };
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)simulator_port(platform)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        abort();
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return fd;
}

// Whether the answer has been read to its end.
static int ended(int fd)
{
    char bytes[65536];
    ssize_t got;

    while ((got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
    }
    return got == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!platform)
        start();
    int fd = connect_to_it();
    if (send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        shutdown(fd, SHUT_WR);
    for (int turn = 0; turn < TURNS && !ended(fd); turn++)
        if (live_loop_run(loop, TURN_MS, NULL) == LIVE_E_SYSTEM)
            abort();
    close(fd);
    return 0;
}
