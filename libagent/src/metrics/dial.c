// SPDX-License-Identifier: Apache-2.0
// Reaching an agent's control socket.
#include "dial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// By the folder's descriptor: so no path of a folder is too long for a socket's address.
bool ag_dial(int fd, const char *folder)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int directory = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (directory < 0)
        return false;
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control", directory);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    int failed = errno;
    close(directory);
    errno = failed;
    return connected;
}
