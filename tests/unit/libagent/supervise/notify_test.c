// SPDX-License-Identifier: Apache-2.0
// What the service manager hears.
#include "supervise/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_all.h"

// A socket that listens under a name in no file system, as a service manager's may.
static int listen_as_manager(char name[64])
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int length = snprintf(name, 64, "@live-notify-%d", (int)getpid());
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&address,
                          (socklen_t)(sizeof address.sun_family + (size_t)length)),
                     0);
    return fd;
}

static const char *heard(int fd, char text[600])
{
    ssize_t got = recv(fd, text, 599, 0);

    text[got > 0 ? got : 0] = '\0';
    return text;
}

static void each_word_is_a_datagram(void **state)
{
    char name[64], text[600];
    int fd = listen_as_manager(name);

    (void)state;
    setenv("NOTIFY_SOCKET", name, 1);
    ag_notify_ready();
    ag_notify("STATUS=%d up", 3);
    ag_notify_reloading();
    assert_string_equal(heard(fd, text), "READY=1");
    assert_string_equal(heard(fd, text), "STATUS=3 up");
    assert_int_equal(strncmp(heard(fd, text), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
    close(fd);
}

static void nobody_to_hear_is_no_matter(void **state)
{
    (void)state;
    setenv("NOTIFY_SOCKET", "@live-notify-nobody", 1);
    ag_notify_ready();
    setenv("NOTIFY_SOCKET", "relative", 1);
    ag_notify_ready();
    unsetenv("NOTIFY_SOCKET");
    ag_notify_ready();
}

static void the_watchdog_is_fed_at_half_its_time_by_whom_it_means(void **state)
{
    char own[16];

    (void)state;
    unsetenv("WATCHDOG_PID");
    unsetenv("WATCHDOG_USEC");
    assert_int_equal(ag_notify_every_ms(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(ag_notify_every_ms(), 15000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(ag_notify_every_ms(), 0);
    snprintf(own, sizeof own, "%d", (int)getpid());
    setenv("WATCHDOG_PID", own, 1);
    assert_int_equal(ag_notify_every_ms(), 15000);
    setenv("WATCHDOG_USEC", "nonsense", 1);
    assert_int_equal(ag_notify_every_ms(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_is_a_datagram),
        cmocka_unit_test(nobody_to_hear_is_no_matter),
        cmocka_unit_test(the_watchdog_is_fed_at_half_its_time_by_whom_it_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
