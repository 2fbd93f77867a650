// SPDX-License-Identifier: Apache-2.0
// systemd's journal. Its format is documented by systemd as JOURNAL_NATIVE_PROTOCOL.
#include "log/journald.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { AT_ONCE = MSG_NOSIGNAL | MSG_DONTWAIT };

struct ag_journald {
    int fd;
    struct sockaddr_un address; // of each datagram, so that a journal that is started anew is found
    const char *identifier;
};

// Fields

static void add_length(live_buf *out, uint64_t length)
{
    unsigned char bytes[sizeof length];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(length >> (8 * i)); // the lowest first
    live_buf_add(out, (const char *)bytes, sizeof bytes);
}

// "NAME=value", or the form with a length, where the value has line breaks. journalctl shows nothing of a value that it takes
// for no text: so none is.
static void add_field(live_buf *out, const char *name, const char *value)
{
    live_buf *clean = live_buf_new();

    for (const char *end; (end = strchr(value, '\n')); value = end + 1) {
        live_buf_add_visible(clean, value, (size_t)(end - value));
        live_buf_add_text(clean, "\n");
    }
    bool lines = live_buf_length(clean) > 0;
    live_buf_add_visible(clean, value, strlen(value));
    live_buf_add_text(out, name);
    live_buf_add_text(out, lines ? "\n" : "=");
    if (lines)
        add_length(out, live_buf_length(clean));
    live_buf_add(out, live_buf_data(clean), live_buf_length(clean));
    live_buf_add_text(out, "\n");
    live_buf_free(clean);
}

// An action's id, and its place there as eliot writes it: "/2/1".
static void add_action(live_buf *out, const live_log_record *record)
{
    add_field(out, "LIVE_ACTION", record->task_uuid);
    live_buf_add_text(out, "LIVE_ACTION_LEVEL=");
    for (size_t i = 0; i < record->task_depth; i++)
        live_buf_add_format(out, "/%d", record->task_level[i]);
    live_buf_add_text(out, "\n");
    if (record->action_status)
        add_field(out, "LIVE_ACTION_STATUS", record->action_status);
}

void ag_journald_write(live_buf *out, const char *identifier, const live_log_record *record)
{
    static const char priorities[] = { '3', '4', '6', '7' };

    add_field(out, "MESSAGE", record->text);
    live_buf_add_format(out, "PRIORITY=%c\n", priorities[record->level]);
    add_field(out, "SYSLOG_IDENTIFIER", identifier);
    add_field(out, "LIVE_PROCESS", record->process);
    add_field(out, "LIVE_EVENT", record->event);
    if (record->task_uuid)
        add_action(out, record);
}

// Sending

// What is too large for a datagram goes as a piece of memory that can change no more.
static bool send_large(const ag_journald *journald, struct msghdr *message, const live_buf *text)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { .bytes = { 0 } };
    int fd = memfd_create("live-log", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t length = live_buf_length(text);
    bool sealed =
        fd >= 0 && write(fd, live_buf_data(text), length) == (ssize_t)length &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;

    message->msg_iovlen = 0;
    message->msg_control = control.bytes;
    message->msg_controllen = sizeof control.bytes;
    struct cmsghdr *head = CMSG_FIRSTHDR(message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    bool sent = sealed && sendmsg(journald->fd, message, AT_ONCE) >= 0;
    message->msg_control = NULL;
    if (fd >= 0)
        close(fd);
    return sent;
}

bool ag_journald_send(const ag_journald *journald, const live_log_record *record)
{
    live_buf *text = live_buf_new();

    ag_journald_write(text, journald->identifier, record);
    struct iovec bytes = { .iov_base = (void *)(uintptr_t)live_buf_data(text), // only read
                           .iov_len = live_buf_length(text) };
    struct msghdr message = { .msg_name = (void *)(uintptr_t)&journald->address,
                              .msg_namelen = sizeof journald->address,
                              .msg_iov = &bytes,
                              .msg_iovlen = 1 };
    bool sent = !live_buf_failed(text) && sendmsg(journald->fd, &message, AT_ONCE) >= 0;
    if (!sent && !live_buf_failed(text) && (errno == EMSGSIZE || errno == ENOBUFS))
        sent = send_large(journald, &message, text);
    live_buf_free(text);
    return sent;
}

live_err ag_journald_new(const char *path, const char *identifier, ag_journald **ret_journald,
                         live_error *error)
{
    ag_journald *journald = calloc(1, sizeof *journald);
    if (!journald)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *journald = (ag_journald){ .address = { .sun_family = AF_UNIX }, .identifier = identifier };
    size_t length = strlen(path);
    if (length >= sizeof journald->address.sun_path) {
        free(journald);
        return live_fail(error, LIVE_E_LIMIT, "%s: the path is too long", path);
    }
    memcpy(journald->address.sun_path, path, length);
    journald->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (journald->fd < 0) {
        free(journald);
        return live_fail_errno(error, errno, "socket");
    }
    *ret_journald = journald;
    return LIVE_OK;
}

void ag_journald_free(ag_journald *journald)
{
    if (!journald)
        return;
    close(journald->fd);
    free(journald);
}
