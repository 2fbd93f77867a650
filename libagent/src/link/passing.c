// SPDX-License-Identifier: Apache-2.0
// Passing descriptors from the supervisor to its children.
#include "link/passing.h"

#include <errno.h>
#include <live/log.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
} control;

live_err ag_passing_pair(int ret_ends[2], live_error *error)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends))
        return live_fail_errno(error, errno, "socket pair");
    return LIVE_OK;
}

live_err ag_passing_send(int socket, const char *name, int fd, live_error *error)
{
    control control = { .bytes = { 0 } };
    struct iovec text = { .iov_base = (void *)(size_t)name, .iov_len = strlen(name) + 1 };
    struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1 };

    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(head), &fd, sizeof fd);
    }
    if (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        return LIVE_OK;
    live_fail_errno(error, errno, "passing a descriptor");
    return errno == EPIPE || errno == ECONNRESET ? LIVE_E_CLOSED : LIVE_E_SYSTEM;
}

live_err ag_passing_receive(int socket, char name[AG_NAME_BYTES], int *ret_fd, live_error *error)
{
    control control = { .bytes = { 0 } };
    struct iovec text = { .iov_base = name, .iov_len = AG_NAME_BYTES - 1 };
    struct msghdr message = { .msg_iov = &text,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return LIVE_E_NOTFOUND;
    if (got <= 0)
        return live_fail(error, LIVE_E_CLOSED, "the supervisor is gone");
    name[got] = '\0';
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *ret_fd = -1;
    if (head && head->cmsg_type == SCM_RIGHTS)
        memcpy(ret_fd, CMSG_DATA(head), sizeof *ret_fd);
    return LIVE_OK;
}

void ag_passing_obey(const char *word)
{
    live_level level = LIVE_LOG_INFO;

    if (strncmp(word, AG_PASS_LEVEL, strlen(AG_PASS_LEVEL)) == 0 &&
        live_level_parse(word + strlen(AG_PASS_LEVEL), &level, NULL) == LIVE_OK)
        live_log_set_level(level);
}
