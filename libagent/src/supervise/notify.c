// SPDX-License-Identifier: Apache-2.0
// What the service manager is told.
#include "supervise/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// A path, or '@' and a name that is in no file system.
static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
    size_t length = name ? strlen(name) : 0;

    if (length < 2 || length >= sizeof address->sun_path || (*name != '/' && *name != '@'))
        return 0;
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path, name, length);
    if (*name == '@')
        address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void ag_notify(const char *format, ...)
{
    struct sockaddr_un address;
    socklen_t length = address_of(getenv("NOTIFY_SOCKET"), &address);
    char text[512];
    va_list args;

    if (length == 0)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    // A service manager that does not listen has nowhere to be reported to, and must not stop the agent.
    ssize_t ignored = fd < 0 ? -1
                             : sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
                                      (struct sockaddr *)&address, length);
    (void)ignored;
    if (fd >= 0)
        close(fd);
}

bool ag_notify_is_heard(void)
{
    struct sockaddr_un address;

    return address_of(getenv("NOTIFY_SOCKET"), &address) > 0;
}

void ag_notify_ready(void)
{
    ag_notify("READY=1");
}

void ag_notify_reloading(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    ag_notify("RELOADING=1\nMONOTONIC_USEC=%" PRId64,
              (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

int64_t ag_notify_every_ms(void)
{
    const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t limit_us = us ? strtoll(us, NULL, 10) : 0;

    if (limit_us <= 0 || (pid && strtol(pid, NULL, 10) != (long)getpid()))
        return 0;
    return limit_us < 2000 ? 1 : limit_us / 2000;
}
