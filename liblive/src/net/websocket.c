// SPDX-License-Identifier: Apache-2.0
// A WebSocket to the platform: wslay's frames on a wire.
#include "net/websocket.h"

#include <live/uuid.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "net/frames.h"
#include "net/upgrade.h"

enum {
    ROUND_BYTES = 1024 * 1024, // so much is read before others have their turn
    MAX_PONGS =
        10000 // that wait for a server who pings and does not read; further ones need no answer
};

typedef enum phase { CONNECTING, ASKING, OPEN, OVER } phase;

struct lv_websocket {
    lv_websocket_options options;
    lv_upgrade upgrade;
    lv_wire *wire;
    live_buf *request;            // the upgrade's, what of it has not been sent
    live_buf *answer;             // the upgrade's, and behind it what has come of frames
    lv_frames *frames;            // that come
    wslay_event_context_ptr sent; // … and those that go
    bool reading;                 // until the server has closed, or broken the protocol
    int closed;                   // the code of its close; 0: none came
    int refused;                  // the code of ours, for what broke the protocol; 0: nothing did
    live_timer *kick;             // goes on from the loop
    phase phase;
    size_t round_left;
    bool working, dead; // freed by a callback from inside: kept until that returns
    live_error why;     // set when it has failed
};

static void fail(lv_websocket *socket, live_err code, const char *text)
{
    if (socket->phase == OVER)
        return;
    socket->phase = OVER;
    live_fail(&socket->why, code, "WebSocket: %s", text);
    socket->why.retry = true;
}

// Frames

static ssize_t receive(uint8_t *out, size_t room, int flags, void *user)
{
    lv_websocket *socket = user;
    size_t early = live_buf_length(socket->answer);
    ssize_t got = 0;

    (void)flags;
    if (early > 0 && !socket->dead) {
        got = (ssize_t)(early < room ? early : room);
        memcpy(out, live_buf_data(socket->answer), (size_t)got);
        live_buf_drop(socket->answer, (size_t)got);
        return got;
    }
    if (!socket->dead && socket->round_left == 0) {
        live_timer_set(socket->kick, 0, 0);
    } else if (!socket->dead) {
        got =
            lv_wire_read(socket->wire, out, room < socket->round_left ? room : socket->round_left);
    }
    if (got > 0) {
        socket->round_left -= (size_t)got;
        return got;
    }
    if (got < 0)
        fail(socket, LIVE_E_CLOSED, "the connection has ended");
    return -1;
}

static ssize_t transmit(wslay_event_context_ptr sent_frames, const uint8_t *bytes, size_t length,
                        int flags, void *user)
{
    lv_websocket *socket = user;
    ssize_t sent = socket->wire ? lv_wire_write(socket->wire, bytes, length) : 0;

    (void)flags;
    if (sent > 0)
        return sent;
    if (sent < 0)
        fail(socket, LIVE_E_CLOSED, "the connection has ended");
    wslay_event_set_error(sent_frames,
                          sent < 0 ? WSLAY_ERR_CALLBACK_FAILURE : WSLAY_ERR_WOULDBLOCK);
    return -1;
}

static int make_mask(wslay_event_context_ptr frames, uint8_t *out, size_t length, void *user)
{
    (void)frames;
    (void)user;
    return live_random(out, length, NULL) ? -1 : 0;
}

// The first one counts.
static void close_with(lv_websocket *socket, int code)
{
    wslay_event_queue_close(socket->sent, (uint16_t)code, NULL, 0);
}

static void on_close(lv_websocket *socket, const char *bytes, size_t length)
{
    const int code = lv_frames_close_code(bytes, length);

    socket->reading = false;
    socket->closed = code;
    close_with(socket, code == WSLAY_CODE_NO_STATUS_RCVD ? 0 : code);
}

static bool on_message(int opcode, const char *bytes, size_t length, void *user)
{
    lv_websocket *socket = user;
    const struct wslay_event_msg pong = { .opcode = WSLAY_PONG,
                                          .msg = (const uint8_t *)bytes,
                                          .msg_length = length };

    if (opcode == WSLAY_TEXT_FRAME)
        socket->options.on_text(bytes, length, socket->options.user);
    else if (opcode == WSLAY_PING && wslay_event_get_queued_msg_count(socket->sent) < MAX_PONGS)
        wslay_event_queue_msg(socket->sent, &pong);
    else if (opcode == WSLAY_CONNECTION_CLOSE)
        on_close(socket, bytes, length);
    return socket->reading && !socket->dead;
}

// The close of the other side, or ours for what breaks the protocol.
static void note_the_end(lv_websocket *socket)
{
    static const struct {
        bool ours;
        int code;
        live_err err;
        const char *text;
    } reasons[] = {
        { false, WSLAY_CODE_NORMAL_CLOSURE, LIVE_E_CLOSED, "closed by the server (1000)" },
        { false, WSLAY_CODE_GOING_AWAY, LIVE_E_CLOSED,
          "closed by the server, which goes away (1001)" },
        { false, WSLAY_CODE_MESSAGE_TOO_BIG, LIVE_E_CLOSED,
          "closed by the server: too long (1009)" },
        { false, 1011, LIVE_E_CLOSED, "closed by the server, which failed (1011)" },
        { true, WSLAY_CODE_PROTOCOL_ERROR, LIVE_E_CLOSED, "the server broke the protocol" },
        { true, WSLAY_CODE_UNSUPPORTED_DATA, LIVE_E_CLOSED, "the server sends what is no text" },
        { true, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA, LIVE_E_UNSUPPORTED,
          "the server sends bytes that are no UTF-8" },
        { true, WSLAY_CODE_MESSAGE_TOO_BIG, LIVE_E_CLOSED, "the server's message is too long" },
    };
    const bool ours = !socket->closed;
    const int code = ours ? socket->refused : socket->closed;

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].ours == ours && reasons[i].code == code)
            fail(socket, reasons[i].err, reasons[i].text);
    fail(socket, LIVE_E_CLOSED, "closed by the server"); // the first reason stays
}

// False: memory is out.
static bool receive_frames(lv_websocket *socket)
{
    const int code = socket->reading ? lv_frames_receive(socket->frames) : 0;

    if (code > 0) {
        socket->reading = false;
        // A close whose reason is no UTF-8 is no row that would come again on the next socket.
        socket->refused = lv_frames_closed(socket->frames) ? WSLAY_CODE_PROTOCOL_ERROR : code;
        close_with(socket, code);
    }
    return code >= 0;
}

static void exchange_frames(lv_websocket *socket)
{
    socket->round_left = ROUND_BYTES;
    bool failed = !receive_frames(socket) || wslay_event_send(socket->sent) != 0;
    if (socket->dead)
        return;
    if (failed)
        fail(socket, LIVE_E_PROTOCOL, "out of memory");
    else if (!socket->reading && !wslay_event_want_write(socket->sent))
        note_the_end(socket);
    else
        lv_wire_want(socket->wire,
                     LIVE_READABLE | (wslay_event_want_write(socket->sent) ? LIVE_WRITABLE : 0u));
}

// The upgrade

static void send_request(lv_websocket *socket)
{
    size_t length = live_buf_length(socket->request);
    ssize_t sent = length ? lv_wire_write(socket->wire, live_buf_data(socket->request), length) : 0;

    if (sent < 0)
        fail(socket, LIVE_E_CLOSED, "the connection has ended");
    else
        live_buf_drop(socket->request, (size_t)sent);
    lv_wire_want(socket->wire,
                 LIVE_READABLE | (live_buf_length(socket->request) ? LIVE_WRITABLE : 0u));
}

static void read_answer(lv_websocket *socket)
{
    char bytes[4096];
    size_t head = 0;
    ssize_t got = 1;

    while (head == 0 && got > 0 && live_buf_length(socket->answer) < LV_UPGRADE_MAX_HEAD_BYTES) {
        got = lv_wire_read(socket->wire, bytes, sizeof bytes);
        if (got > 0)
            live_buf_add(socket->answer, bytes, (size_t)got);
        head = lv_upgrade_head(live_buf_data(socket->answer), live_buf_length(socket->answer));
    }
    if (head == 0 && got == 0)
        return;
    if (head == 0) {
        fail(socket, got < 0 ? LIVE_E_CLOSED : LIVE_E_PROTOCOL,
             got < 0 ? "no whole answer to the upgrade" : "the answer to the upgrade has no end");
        return;
    }
    if (lv_upgrade_check(&socket->upgrade, live_buf_data(socket->answer), head, &socket->why)) {
        socket->phase = OVER;
        return;
    }
    live_buf_drop(socket->answer, head);
    socket->phase = OPEN;
}

// The life of a socket

// Tells why it is over, unless its owner has freed it.
static void finish(lv_websocket *socket)
{
    lv_websocket_options options = socket->options;
    live_error why = socket->why;
    bool dead = socket->dead;

    socket->dead = true;
    lv_websocket_free(socket);
    if (!dead)
        options.on_end(&why, options.user);
}

static void work(lv_websocket *socket)
{
    socket->working = true;
    if (socket->phase == ASKING) {
        send_request(socket);
        if (socket->phase == ASKING)
            read_answer(socket);
    }
    if (socket->phase == OPEN)
        exchange_frames(socket);
    socket->working = false;
    if (socket->dead || socket->phase == OVER)
        finish(socket);
}

static void on_wire(unsigned ready, const live_error *error, void *user)
{
    lv_websocket *socket = user;

    (void)ready;
    if (error) {
        socket->wire = NULL;
        socket->phase = OVER;
        socket->why = *error;
        finish(socket);
        return;
    }
    if (socket->phase == CONNECTING)
        socket->phase = ASKING;
    work(socket);
}

static void on_kick(live_timer *timer, void *user)
{
    lv_websocket *socket = user;

    (void)timer;
    if (socket->phase != CONNECTING)
        work(socket);
}

static live_err open_frames(lv_websocket *socket, live_error *error)
{
    static const lv_frames_hooks hooks = { .read = receive, .on_message = on_message };
    static const struct wslay_event_callbacks callbacks = { .send_callback = transmit,
                                                            .genmask_callback = make_mask };

    socket->reading = true;
    if (wslay_event_context_client_init(&socket->sent, &callbacks, socket))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    const lv_frames_options options = { .max_message_bytes = socket->options.max_message_bytes };
    return lv_frames_new(&options, &hooks, socket, &socket->frames, error);
}

static live_err ask(lv_websocket *socket, lv_http *http, live_error *error)
{
    live_buf *cookies = live_buf_new();

    socket->upgrade.url = socket->options.url;
    socket->upgrade.username = socket->options.username;
    socket->upgrade.password = socket->options.password;
    lv_http_add_cookies(http, lv_upgrade_path(&socket->upgrade), cookies);
    socket->upgrade.cookies = live_buf_data(cookies);
    socket->request = live_buf_new();
    socket->answer = live_buf_new();
    live_err err = lv_upgrade_make_key(&socket->upgrade, error);
    if (!err)
        lv_upgrade_write(&socket->upgrade, socket->request);
    live_buf_free(cookies);
    if (!err && live_buf_failed(socket->request))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    return err ? err
               : lv_wire_new(http, socket->options.url, socket->options.timeout_ms, on_wire, socket,
                             &socket->wire, error);
}

live_err lv_websocket_new(live_loop *loop, lv_http *http, const lv_websocket_options *options,
                          lv_websocket **ret_socket, live_error *error)
{
    lv_websocket *socket = calloc(1, sizeof *socket);
    if (!socket)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    socket->options = *options;
    live_err err = live_timer_new(loop, -1, 0, on_kick, socket, &socket->kick, error);
    if (!err)
        err = open_frames(socket, error);
    if (!err)
        err = ask(socket, http, error);
    if (err) {
        lv_websocket_free(socket);
        return err;
    }
    *ret_socket = socket;
    return LIVE_OK;
}

void lv_websocket_send(lv_websocket *socket, const char *text, size_t length)
{
    struct wslay_event_msg message = { .opcode = WSLAY_TEXT_FRAME,
                                       .msg = (const uint8_t *)text,
                                       .msg_length = length };

    // After a close nothing more is taken: the end is about to be told.
    if (wslay_event_queue_msg(socket->sent, &message) == WSLAY_ERR_NOMEM)
        fail(socket, LIVE_E_NOMEM, "out of memory");
    live_timer_set(socket->kick, 0, 0);
}

static void say_goodbye(lv_websocket *socket)
{
    socket->dead = true; // what comes now is of no interest
    if (socket->phase != OPEN)
        return;
    close_with(socket, WSLAY_CODE_NORMAL_CLOSURE);
    wslay_event_send(socket->sent);
}

void lv_websocket_free(lv_websocket *socket)
{
    if (!socket)
        return;
    if (!socket->dead)
        say_goodbye(socket);
    lv_wire_free(socket->wire); // now: the loop and the client may be freed next
    socket->wire = NULL;
    live_timer_free(socket->kick);
    socket->kick = NULL;
    if (socket->working)
        return;
    if (socket->sent)
        wslay_event_context_free(socket->sent);
    lv_frames_free(socket->frames);
    live_buf_free(socket->request);
    live_buf_free(socket->answer);
    free(socket);
}
