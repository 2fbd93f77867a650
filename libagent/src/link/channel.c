// SPDX-License-Identifier: Apache-2.0
// One end of a link.
#include "link/channel.h"

#include <errno.h>
#include <live/log.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct ag_channel {
    int fd;
    live_io *io;
    live_buf *in, *out;
    bool paused;
    bool *gone; // set when a hook frees the channel
    ag_channel_hooks hooks;
    void *user;
};

static void update(ag_channel *channel)
{
    live_io_want(channel->io, (channel->paused ? 0u : LIVE_READABLE) |
                                  (live_buf_length(channel->out) > 0 ? LIVE_WRITABLE : 0u));
}

// An other side that takes no more may have sent something before: only its end on the way here ends a channel.
// False: memory is out.
static bool flush(ag_channel *channel)
{
    while (live_buf_length(channel->out) > 0) {
        ssize_t sent = send(channel->fd, live_buf_data(channel->out), live_buf_length(channel->out),
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        live_buf_drop(channel->out, sent < 0 ? SIZE_MAX : (size_t)sent);
    }
    return !live_buf_failed(channel->out);
}

static bool fill(ag_channel *channel)
{
    char chunk[CHUNK_BYTES];
    ssize_t got = recv(channel->fd, chunk, sizeof chunk, MSG_DONTWAIT);

    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    live_buf_add(channel->in, chunk, (size_t)got);
    return got > 0 && !live_buf_failed(channel->in);
}

// False: a hook freed the channel, or the other side broke the protocol (then `*broken` is set).
static bool dispatch(ag_channel *channel, bool *broken)
{
    size_t offset = 0, bytes = 1;
    live_error error = { 0 };
    bool gone = false;
    ag_frame frame;

    channel->gone = &gone;
    while (bytes > 0 && !*broken) {
        *broken = ag_frame_read(channel->in, offset, &frame, &bytes, &error) != LIVE_OK;
        if (*broken || bytes == 0)
            break;
        offset += bytes;
        channel->hooks.on_frame(&frame, channel->user);
        if (gone)
            return false;
    }
    channel->gone = NULL;
    live_buf_drop(channel->in, offset);
    if (*broken)
        live_log(LIVE_LOG_ERROR, "link.protocol", "%s", error.text);
    return !*broken;
}

// False: the channel is gone.
static bool work(ag_channel *channel, bool readable)
{
    bool broken = false, alive = !readable || fill(channel);

    if (!dispatch(channel, &broken) && !broken)
        return false;
    if (alive && !broken && flush(channel)) {
        update(channel);
        return true;
    }
    channel->hooks.on_closed(channel, channel->user);
    return false;
}

static void on_ready(live_io *io, unsigned ready, void *user)
{
    (void)io;
    work(user, (ready & LIVE_READABLE) != 0);
}

live_err ag_channel_new(live_loop *loop, int fd, const ag_channel_hooks *hooks, void *user,
                        ag_channel **ret_channel, live_error *error)
{
    ag_channel *channel = calloc(1, sizeof *channel);
    if (!channel) {
        close(fd);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }

    *channel = (ag_channel){
        .fd = fd, .in = live_buf_new(), .out = live_buf_new(), .hooks = *hooks, .user = user
    };
    live_err err = channel->in && channel->out ? live_io_new(loop, fd, LIVE_READABLE, on_ready,
                                                             channel, &channel->io, error)
                                               : live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (err) {
        ag_channel_free(channel);
        return err;
    }
    *ret_channel = channel;
    return LIVE_OK;
}

void ag_channel_free(ag_channel *channel)
{
    if (!channel)
        return;
    if (channel->gone)
        *channel->gone = true;
    live_io_free(channel->io);
    close(channel->fd);
    live_buf_free(channel->in);
    live_buf_free(channel->out);
    free(channel);
}

void ag_channel_send(ag_channel *channel, ag_frame_type type, uint64_t number, const char *text,
                     size_t length)
{
    ag_frame_add(channel->out, type, number, text, length);
    update(channel);
}

size_t ag_channel_waiting(const ag_channel *channel)
{
    return live_buf_length(channel->out);
}

void ag_channel_pause(ag_channel *channel, bool paused)
{
    channel->paused = paused;
    update(channel);
}

bool ag_channel_pump(ag_channel *channel, int timeout_ms)
{
    struct pollfd ready = { .fd = channel->fd, .events = POLLIN };

    if (live_buf_length(channel->out) > 0)
        ready.events |= POLLOUT;
    poll(&ready, 1, timeout_ms);
    return work(channel, (ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0);
}

bool ag_channel_drain(ag_channel *channel)
{
    char byte;

    while (recv(channel->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
        if (!work(channel, true))
            return false;
    return true;
}
