// SPDX-License-Identifier: Apache-2.0
// WebSockets of the HTTP server: wslay's frames on an upgraded connection.
#include "websocket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <wslay/wslay.h>

#include "http_internal.h"
#include "net/frames.h"

enum {
    BAD_REQUEST = 400,
    UPGRADE_REQUIRED = 426,
    CLOSE_MS = 5000, // for the peer to answer our close
    MAX_QUEUE_BYTES = 16 * 1024 * 1024,
    MAX_PONGS =
        10000, // that wait for a peer who pings and does not read; further ones need no answer
};

struct ag_websocket {
    ag_websocket *next, **link;
    ag_http *http;
    ag_websocket_options options;
    struct MHD_UpgradeResponseHandle *handle; // NULL until the connection is ours
    int fd;
    char *extra; // bytes that came with the request
    size_t extra_length;
    lv_frames *frames;            // that come
    wslay_event_context_ptr sent; // … and those that go
    live_io *io;
    live_timer *kick;     // sends and closes from the loop
    live_timer *deadline; // of the peer's answer to our close
    bool opened, failed;
    bool reading;       // until the peer has closed, or broken the protocol
    bool closed;        // its close has come
    bool ended;         // the peer has left
    bool draining;      // closed by us: what comes is not looked at
    bool working, dead; // freed by a callback from inside: kept until that returns
};

static ssize_t receive(uint8_t *out, size_t length, int flags, void *user)
{
    ag_websocket *socket = user;
    ssize_t got;

    (void)flags;
    if (socket->extra_length > 0) {
        length = length < socket->extra_length ? length : socket->extra_length;
        memcpy(out, socket->extra, length);
        socket->extra_length -= length;
        memmove(socket->extra, socket->extra + length, socket->extra_length);
        return (ssize_t)length;
    }
    got = recv(socket->fd, out, length, MSG_DONTWAIT);
    if (got > 0)
        return got;
    socket->ended = got == 0 || (errno != EAGAIN && errno != EINTR);
    return -1;
}

static ssize_t transmit(wslay_event_context_ptr sent_frames, const uint8_t *bytes, size_t length,
                        int flags, void *user)
{
    const ag_websocket *socket = user;
    int more = flags & WSLAY_MSG_MORE ? MSG_MORE : 0;
    ssize_t sent = send(socket->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL | more);

    if (sent >= 0)
        return sent;
    bool later = errno == EAGAIN || errno == EINTR;
    wslay_event_set_error(sent_frames, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

// The first one counts.
static void close_with(ag_websocket *socket, int code)
{
    wslay_event_queue_close(socket->sent, (uint16_t)code, NULL, 0);
}

static void answer_ping(ag_websocket *socket, const char *bytes, size_t length)
{
    const struct wslay_event_msg pong = { .opcode = WSLAY_PONG,
                                          .msg = (const uint8_t *)bytes,
                                          .msg_length = length };

    if (wslay_event_get_queued_msg_count(socket->sent) < MAX_PONGS)
        wslay_event_queue_msg(socket->sent, &pong);
}

static void on_peers_close(ag_websocket *socket, const char *bytes, size_t length)
{
    const int code = lv_frames_close_code(bytes, length);

    socket->reading = false;
    socket->closed = true;
    close_with(socket, code == WSLAY_CODE_NO_STATUS_RCVD ? 0 : code);
}

static bool on_message(int opcode, const char *bytes, size_t length, void *user)
{
    ag_websocket *socket = user;

    if (opcode == WSLAY_TEXT_FRAME)
        socket->options.on_text(socket, bytes, length, socket->options.user);
    else if (opcode == WSLAY_PING)
        answer_ping(socket, bytes, length);
    else if (opcode == WSLAY_CONNECTION_CLOSE)
        on_peers_close(socket, bytes, length);
    return socket->reading && !socket->dead;
}

static void finish(ag_websocket *socket)
{
    void (*on_close)(ag_websocket *, void *) = socket->options.on_close;

    if (socket->opened)
        on_close(socket, socket->options.user);
    ag_websocket_free(socket);
}

static bool over(const ag_websocket *socket)
{
    return socket->failed || (!socket->reading && !wslay_event_want_write(socket->sent));
}

// Our close has left while the peer still sends: a connection that is closed with bytes unread is reset, and the
// peer would never read why. They are read and forgotten until it leaves or its time is over.
static void drain(ag_websocket *socket)
{
    char bytes[64 * 1024];
    ssize_t got = recv(socket->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        finish(socket);
}

static void begin_to_drain(ag_websocket *socket)
{
    socket->draining = true;
    shutdown(socket->fd, SHUT_WR);
    live_io_want(socket->io, LIVE_READABLE);
    live_timer_set(socket->deadline, CLOSE_MS, 0);
    drain(socket);
}

static void send_what_waits(ag_websocket *socket)
{
    if (wslay_event_send(socket->sent) != 0)
        socket->failed = true;
}

static void receive_frames(ag_websocket *socket)
{
    const int code = lv_frames_receive(socket->frames);

    if (code > 0) {
        socket->reading = false;
        close_with(socket, code);
    } else if (code == LV_FRAMES_NO_MEMORY || (socket->ended && socket->reading)) {
        socket->failed = true;
    }
}

// Reads and sends what there is.
static void work(ag_websocket *socket, bool readable)
{
    socket->working = true;
    if ((readable || socket->extra_length > 0) && socket->reading)
        receive_frames(socket);
    if (!socket->failed)
        send_what_waits(socket);
    socket->working = false;
    if (socket->dead) {
        ag_websocket_free(socket);
        return;
    }
    if (over(socket)) {
        if (!socket->failed && !socket->closed)
            begin_to_drain(socket);
        else
            finish(socket);
        return;
    }
    live_io_want(socket->io, (socket->reading ? LIVE_READABLE : 0u) |
                                 (wslay_event_want_write(socket->sent) ? LIVE_WRITABLE : 0u));
}

static void on_ready(live_io *io, unsigned ready, void *user)
{
    ag_websocket *socket = user;

    (void)io;
    if (socket->draining)
        drain(socket);
    else
        work(socket, (ready & LIVE_READABLE) != 0);
}

static void on_kick(live_timer *timer, void *user)
{
    ag_websocket *socket = user;

    (void)timer;
    if (!socket->io) { // the connection has just become ours
        if (live_io_new(socket->http->loop, socket->fd, LIVE_READABLE, on_ready, socket,
                        &socket->io, NULL))
            socket->failed = true;
        else {
            socket->opened = true;
            socket->options.on_open(socket, socket->options.user);
        }
    }
    if (socket->failed)
        finish(socket);
    else if (!socket->draining)
        work(socket, true);
}

static void on_deadline(live_timer *timer, void *user)
{
    (void)timer;
    finish(user);
}

// The daemon hands the connection over.
static void on_upgraded(void *user, struct MHD_Connection *connection, void *request_user,
                        const char *extra, size_t extra_length, MHD_socket fd,
                        struct MHD_UpgradeResponseHandle *handle)
{
    ag_websocket *socket = user;
    const int on = 1;

    (void)connection;
    (void)request_user;
    socket->handle = handle;
    socket->fd = fd;
    // A message does not wait until the peer has confirmed the one before.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    socket->extra = extra_length ? malloc(extra_length) : NULL;
    if (socket->extra) {
        memcpy(socket->extra, extra, extra_length);
        socket->extra_length = extra_length;
    }
    live_timer_set(socket->kick, 0, 0);
}

// RFC 6455, 4.2.2: base64 of the SHA-1 of the key and a fixed text.
static bool accept_key(const char *key, char out[32])
{
    char text[128];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    int written = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);

    if (written < 0 || (size_t)written >= sizeof text ||
        !EVP_Digest(text, (size_t)written, digest, &length, EVP_sha1(), NULL))
        return false;
    return EVP_EncodeBlock((unsigned char *)out, digest, (int)length) > 0;
}

bool ag_exchange_wants_websocket(const ag_exchange *exchange)
{
    const char *upgrade = ag_exchange_header(exchange, "Upgrade");
    return upgrade && strcasecmp(upgrade, "websocket") == 0;
}

static ag_websocket *new_socket(ag_http *http, const ag_websocket_options *options)
{
    static const lv_frames_hooks hooks = { .read = receive, .on_message = on_message };
    static const struct wslay_event_callbacks callbacks = { .send_callback = transmit };
    const lv_frames_options frames = { .max_message_bytes = options->max_message_bytes,
                                       .masked = true };
    ag_websocket *socket = calloc(1, sizeof *socket);
    if (!socket)
        return NULL;

    *socket = (ag_websocket){ .http = http,
                              .options = *options,
                              .fd = -1,
                              .reading = true,
                              .next = http->sockets,
                              .link = &http->sockets };
    if (socket->next)
        socket->next->link = &socket->next;
    http->sockets = socket;
    if (wslay_event_context_server_init(&socket->sent, &callbacks, socket) ||
        lv_frames_new(&frames, &hooks, socket, &socket->frames, NULL) ||
        live_timer_new(http->loop, -1, 0, on_kick, socket, &socket->kick, NULL) ||
        live_timer_new(http->loop, -1, 0, on_deadline, socket, &socket->deadline, NULL)) {
        ag_websocket_free(socket);
        return NULL;
    }
    return socket;
}

static void refuse(ag_exchange *exchange, int status)
{
    static const char text[] = "{\"message\":\"no WebSocket of version 13 is asked for\"}";

    ag_exchange_add_header(exchange, "Sec-WebSocket-Version", "13");
    ag_exchange_reply(exchange, status, "application/json;charset=utf-8", text, sizeof text - 1);
}

void ag_exchange_upgrade(ag_exchange *exchange, const ag_websocket_options *options)
{
    const char *version = ag_exchange_header(exchange, "Sec-WebSocket-Version");
    const char *key = ag_exchange_header(exchange, "Sec-WebSocket-Key");
    char accept[32] = "";

    if (!version || strcmp(version, "13") != 0) {
        refuse(exchange, UPGRADE_REQUIRED);
        return;
    }
    if (!key || strcmp(exchange->method, "GET") != 0 || exchange->bodiless ||
        !accept_key(key, accept)) {
        refuse(exchange, BAD_REQUEST);
        return;
    }
    ag_websocket *socket = new_socket(exchange->http, options);
    struct MHD_Response *response =
        socket ? MHD_create_response_for_upgrade(on_upgraded, socket) : NULL;
    if (!response) {
        ag_websocket_free(socket);
        ag_exchange_drop(exchange);
        return;
    }
    ag_exchange_add_header(exchange, "Upgrade", "websocket");
    ag_exchange_add_header(exchange, "Sec-WebSocket-Accept", accept);
    ag_exchange_answer(exchange, response, MHD_HTTP_SWITCHING_PROTOCOLS);
}

void *ag_websocket_user(const ag_websocket *socket)
{
    return socket->options.user;
}

void ag_websocket_set_user(ag_websocket *socket, void *user)
{
    socket->options.user = user;
}

void ag_websocket_send(ag_websocket *socket, const char *text, size_t length)
{
    struct wslay_event_msg message = { .opcode = WSLAY_TEXT_FRAME,
                                       .msg = (const uint8_t *)text,
                                       .msg_length = length };

    // After a close was queued nothing more is taken: the peer has been told.
    if (wslay_event_get_queued_msg_length(socket->sent) + length > MAX_QUEUE_BYTES ||
        wslay_event_queue_msg(socket->sent, &message) == WSLAY_ERR_NOMEM)
        socket->failed = true;
    live_timer_set(socket->kick, 0, 0);
}

size_t ag_websocket_waiting(const ag_websocket *socket)
{
    return wslay_event_get_queued_msg_length(socket->sent);
}

void ag_websocket_close(ag_websocket *socket, int code, const char *reason)
{
    send_what_waits(socket); // wslay would send the close before it
    wslay_event_queue_close(socket->sent, (uint16_t)code, (const uint8_t *)reason, strlen(reason));
    live_timer_set(socket->kick, 0, 0);
    live_timer_set(socket->deadline, CLOSE_MS, 0);
}

void ag_websocket_free(ag_websocket *socket)
{
    if (!socket)
        return;
    socket->dead = true;
    if (socket->working)
        return;
    live_io_free(socket->io);
    live_timer_free(socket->kick);
    live_timer_free(socket->deadline);
    if (socket->handle) {
        MHD_upgrade_action(socket->handle, MHD_UPGRADE_ACTION_CLOSE);
        ag_http_nudge(socket->http);
    }
    if (socket->sent)
        wslay_event_context_free(socket->sent);
    lv_frames_free(socket->frames);
    *socket->link = socket->next;
    if (socket->next)
        socket->next->link = socket->link;
    free(socket->extra);
    free(socket);
}

void ag_websockets_free(ag_http *http)
{
    for (ag_websocket *socket = http->sockets, *next; socket; socket = next) {
        next = socket->next;
        if (socket->opened && !socket->failed && !socket->draining) {
            ag_websocket_close(socket, WSLAY_CODE_GOING_AWAY, "");
            send_what_waits(socket);
        }
        finish(socket);
    }
}
