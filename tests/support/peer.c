// SPDX-License-Identifier: Apache-2.0
// A platform that misbehaves in one way: prints its port, then answers every request so until it is killed.
//
//   peer BEHAVIOUR
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BIG_BYTES = 100 * 1024 * 1024 };

static void answer(int fd, const char *status, const char *headers, const char *body)
{
    dprintf(fd, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body), headers,
            body);
}

static void send_status(int fd, const char *status)
{
    answer(fd, status, "Content-Type: application/json\r\n", "{\"message\":\"no\"}");
}

static void send_busy(int fd, const char *unused)
{
    (void)unused;
    answer(fd, "503 Service Unavailable", "Retry-After: 1\r\n", "");
}

static void send_redirect(int fd, const char *unused)
{
    (void)unused;
    answer(fd, "302 Found", "Location: http://login.example/?token=secret\r\n", "");
}

static void send_html(int fd, const char *unused)
{
    (void)unused;
    answer(fd, "200 OK", "Content-Type: text/html\r\n", "<html><body>Log in</body></html>");
}

static void send_truncated_json(int fd, const char *unused)
{
    (void)unused;
    answer(fd, "200 OK", "Content-Type: application/json\r\n", "[{\"channel\": \"/da");
}

static void send_half(int fd, const char *unused)
{
    (void)unused;
    dprintf(fd,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[{");
}

static void send_big(int fd, const char *unused)
{
    char chunk[65536];

    (void)unused;
    memset(chunk, ' ', sizeof chunk);
    dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
            BIG_BYTES);
    for (int sent = 0; sent < BIG_BYTES; sent += (int)sizeof chunk)
        if (write(fd, chunk, sizeof chunk) < 0)
            return;
}

static void say_nothing(int fd, const char *unused)
{
    (void)fd;
    (void)unused;
    pause();
}

static void hang_up(int fd, const char *unused)
{
    (void)fd;
    (void)unused;
}

static void drip(int fd, const char *unused)
{
    (void)unused;
    dprintf(fd, "HTTP/1.1 200 OK\r\n");
    while (dprintf(fd, "X: y\r\n") > 0)
        usleep(100000);
}

static void ramble(int fd, const char *unused)
{
    (void)unused;
    dprintf(fd, "220 mail.example ESMTP\r\n");
}

// One type of assets fails, another is not there, the third one is listed.
static void list_assets(int fd, const char *request)
{
    if (strstr(request, "/assets/crew "))
        send_status(fd, "500 Internal Server Error");
    else if (strstr(request, "/assets/pump "))
        send_status(fd, "404 Not Found");
    else
        answer(fd, "200 OK", "Content-Type: application/json\r\n",
               "[{\"id\":1,\"name\":\"RIG-1\"}]");
}

static const struct {
    const char *name;
    void (*act)(int fd, const char *argument);
    const char *argument; // NULL: the request
} behaviours[] = {
    { "302", send_redirect, NULL },
    { "400", send_status, "400 Bad Request" },
    { "401", send_status, "401 Unauthorized" },
    { "403", send_status, "403 Forbidden" },
    { "404", send_status, "404 Not Found" },
    { "500", send_status, "500 Internal Server Error" },
    { "503", send_busy, NULL },
    { "html", send_html, NULL },
    { "truncated-json", send_truncated_json, NULL },
    { "half", send_half, NULL },
    { "big", send_big, NULL },
    { "silent", say_nothing, NULL },
    { "hang-up", hang_up, NULL },
    { "slow", drip, NULL },
    { "other-protocol", ramble, NULL },
    { "no-crews", list_assets, NULL },
};

static void serve(int fd, size_t behaviour)
{
    char request[65536] = "";
    const char *argument = behaviours[behaviour].argument;

    if (read(fd, request, sizeof request - 1) > 0)
        behaviours[behaviour].act(fd, argument ? argument : request);
    shutdown(fd, SHUT_WR);
    close(fd);
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    size_t count = sizeof behaviours / sizeof *behaviours, chosen = count;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    for (size_t i = 0; argc == 2 && i < count; i++)
        if (strcmp(argv[1], behaviours[i].name) == 0)
            chosen = i;
    if (chosen == count || bind(listener, (struct sockaddr *)&address, length) ||
        listen(listener, 16) || getsockname(listener, (struct sockaddr *)&address, &length))
        return EXIT_FAILURE;
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(listener);
            serve(fd, chosen);
            _exit(EXIT_SUCCESS);
        }
        close(fd);
    }
}
