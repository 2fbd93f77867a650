// SPDX-License-Identifier: Apache-2.0
#include "middle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <live/json.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trial.h"

// One end of a relayed connection.
typedef struct side {
    int fd;
    live_io *io;
    live_buf *in, *out; // received and not understood yet; to be sent
} side;

typedef struct relay {
    struct relay *next;
    middle *middle;
    side client, server;
    live_buf *request; // the one that is being answered
    live_timer *delay; // armed while the platform's words wait
    bool upgraded, vanished, waiting, repeated, leaving;
} relay;

struct middle {
    live_loop *loop;
    relay *relays;
    int port_fd; // has the port as long as there is a middle
    int fd, port, server_port;
    live_io *io;
    bool muted, held;
    middle_act act;
    int left; // how often the act is still to be done
};

// Sides

static void open_side(relay *relay, side *side, int fd, live_io_fn fn)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    side->fd = fd;
    side->in = live_buf_new();
    side->out = live_buf_new();
    trial_must(!live_io_new(relay->middle->loop, fd, LIVE_READABLE, fn, relay, &side->io, NULL),
               "a connection");
}

static void close_side(side *side)
{
    live_io_free(side->io);
    live_buf_free(side->in);
    live_buf_free(side->out);
    if (side->fd >= 0)
        close(side->fd);
}

// False: the connection has ended.
static bool receive(side *side)
{
    char bytes[65536];
    ssize_t got = recv(side->fd, bytes, sizeof bytes, 0);

    if (got > 0)
        live_buf_add(side->in, bytes, (size_t)got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static void flush(side *side)
{
    ssize_t sent = 0;

    while (live_buf_length(side->out) && sent >= 0) {
        sent = send(side->fd, live_buf_data(side->out), live_buf_length(side->out), MSG_NOSIGNAL);
        if (sent > 0)
            live_buf_drop(side->out, (size_t)sent);
    }
    live_io_want(side->io, LIVE_READABLE | (live_buf_length(side->out) ? LIVE_WRITABLE : 0u));
}

// Relays

static void end_relay(relay *gone, bool reset)
{
    struct linger now = { .l_onoff = 1 };
    relay **slot = &gone->middle->relays;

    while (*slot != gone)
        slot = &(*slot)->next;
    *slot = gone->next;
    if (reset)
        setsockopt(gone->client.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_side(&gone->client);
    close_side(&gone->server);
    live_buf_free(gone->request);
    live_timer_free(gone->delay);
    free(gone);
}

static void say(relay *relay, const void *bytes, size_t length)
{
    live_buf_add(relay->client.out, bytes, length);
}

static bool plays(const relay *relay, const char *text)
{
    const middle *middle = relay->middle;

    return middle->left > 0 && strstr(text, middle->act.to);
}

static cJSON *edited(const middle_act *act, const char *text, size_t length)
{
    cJSON *messages = NULL;

    if (!live_json_parse(text, length, &messages, NULL))
        act->edit(messages);
    return messages;
}

static void answer(relay *relay, const char *status, const char *headers, const char *body,
                   size_t length)
{
    live_buf_add_format(relay->client.out,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: "
                        "%zu\r\n\r\n",
                        status, headers ? headers : "", length);
    say(relay, body, length);
}

static void wait_with(relay *relay)
{
    relay->waiting = true;
    live_timer_set(relay->delay, relay->middle->act.delay_ms, 0);
}

// Answers over HTTP

typedef struct reply {
    const char *text, *body; // body: NULL: not all of it is there yet
    size_t length, body_length;
    live_buf *joined; // of chunks
} reply;

static void join_chunks(reply *reply, const char *at, const char *end)
{
    reply->joined = live_buf_new();
    for (;;) {
        char *line = NULL;
        size_t size = strtoul(at, &line, 16);
        if (line + 2 > end || (size_t)(end - line) < size + 4)
            return;
        if (size == 0)
            break;
        live_buf_add(reply->joined, line + 2, size);
        at = line + 2 + size + 2;
    }
    at = strstr(at, "\r\n\r\n") + 4;
    reply->length = (size_t)(at - reply->text);
    reply->body = live_buf_data(reply->joined);
    reply->body_length = live_buf_length(reply->joined);
}

static reply read_reply(const live_buf *in)
{
    reply reply = { .text = live_buf_data(in) };
    const char *end = reply.text + live_buf_length(in), *head = strstr(reply.text, "\r\n\r\n");

    if (!head)
        return reply;
    const char *length = strcasestr(reply.text, "\r\nContent-Length:");
    const char *chunked = strcasestr(reply.text, "\r\nTransfer-Encoding: chunked");
    head += 4;
    if (chunked && chunked < head) {
        join_chunks(&reply, head, end);
        return reply;
    }
    size_t count = length && length < head ? strtoul(length + 17, NULL, 10) : 0;
    if ((size_t)(end - head) < count)
        return reply;
    reply.body = head;
    reply.body_length = count;
    reply.length = (size_t)(head - reply.text) + count;
    return reply;
}

static void answer_edited(relay *relay, const reply *reply)
{
    cJSON *messages = edited(&relay->middle->act, reply->body, reply->body_length);
    char *text = messages ? cJSON_PrintUnformatted(messages) : NULL;

    answer(relay, "200 OK", "", text ? text : "", text ? strlen(text) : 0);
    cJSON_free(text);
    cJSON_Delete(messages);
}

// False: the relay has ended.
static bool play_reply(relay *relay, const reply *reply)
{
    const middle_act *act = &relay->middle->act;

    relay->middle->left--;
    switch (act->what) {
    case MIDDLE_ANSWER:
        answer(relay, act->status, act->headers, act->body, strlen(act->body));
        return true;
    case MIDDLE_EDIT: answer_edited(relay, reply); return true;
    case MIDDLE_HALF: answer(relay, "200 OK", "", reply->body, reply->body_length / 2); return true;
    case MIDDLE_CUT:
        say(relay, reply->text, reply->length - reply->body_length / 2 - 1);
        relay->leaving = true;
        return true;
    case MIDDLE_DELAY:
        say(relay, reply->text, reply->length);
        wait_with(relay);
        return true;
    case MIDDLE_TWICE:
        relay->repeated = true;
        live_buf_add(relay->server.out, live_buf_data(relay->request),
                     live_buf_length(relay->request));
        flush(&relay->server);
        return true;
    default: end_relay(relay, true); return false;
    }
}

static bool take_reply(relay *relay, bool *alive)
{
    reply reply = read_reply(relay->server.in);

    if (!reply.body) {
        live_buf_free(reply.joined);
        return false;
    }
    relay->upgraded = strncmp(reply.text, "HTTP/1.1 101", 12) == 0;
    size_t length = reply.length;
    bool again = relay->repeated;
    relay->repeated = false;
    if (!again && plays(relay, live_buf_data(relay->request)))
        *alive = play_reply(relay, &reply);
    else
        say(relay, reply.text, reply.length);
    live_buf_free(reply.joined);
    if (*alive)
        live_buf_drop(relay->server.in, length);
    return *alive;
}

// Frames

// The length of the head of the frame, and of all of it; 0: it is not all there.
static size_t read_frame(const live_buf *in, size_t *ret_length)
{
    const unsigned char *at = (const unsigned char *)live_buf_data(in);
    size_t there = live_buf_length(in), head = 2, length = there > 1 ? at[1] & 127 : 0;
    size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;

    if (there < head + more)
        return 0;
    length = more ? 0 : length;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | at[head + i];
    *ret_length = head + more + length;
    return there < *ret_length ? 0 : head + more;
}

static void say_frame(relay *relay, const char *text, size_t length)
{
    unsigned char head[10] = { 0x81 };
    size_t more = length < 126 ? 0 : length < 65536 ? 2 : 8;

    head[1] = (unsigned char)(more == 0 ? length : more == 2 ? 126 : 127);
    for (size_t i = 0; i < more; i++)
        head[1 + more - i] = (unsigned char)((uint64_t)length >> (8 * i));
    say(relay, head, 2 + more);
    say(relay, text, length);
}

static void say_edited(relay *relay, const char *text, size_t length)
{
    cJSON *messages = edited(&relay->middle->act, text, length);
    char *own = messages ? cJSON_PrintUnformatted(messages) : NULL;

    if (own)
        say_frame(relay, own, strlen(own));
    cJSON_free(own);
    cJSON_Delete(messages);
}

static bool play_frame(relay *relay, size_t head, size_t length)
{
    const middle_act *act = &relay->middle->act;
    const char *bytes = live_buf_data(relay->server.in);
    unsigned char bye[] = { 0x88, 2, (unsigned char)(act->code >> 8), (unsigned char)act->code };

    relay->middle->left--;
    switch (act->what) {
    case MIDDLE_ANSWER: say_frame(relay, act->body, strlen(act->body)); return true;
    case MIDDLE_EDIT: say_edited(relay, bytes + head, length - head); return true;
    case MIDDLE_HALF: say_frame(relay, bytes + head, (length - head) / 2); return true;
    case MIDDLE_CUT:
        say(relay, bytes, head + (length - head) / 2);
        relay->leaving = true;
        return true;
    case MIDDLE_DELAY: wait_with(relay); break;
    case MIDDLE_TWICE: say(relay, bytes, length); break;
    case MIDDLE_BYE:
        say(relay, bye, sizeof bye);
        relay->leaving = true;
        return true;
    default: end_relay(relay, true); return false;
    }
    say(relay, bytes, length);
    return true;
}

static bool take_frame(relay *relay, bool *alive)
{
    size_t length = 0, head = read_frame(relay->server.in, &length);
    char *text = head ? strndup(live_buf_data(relay->server.in) + head, length - head) : NULL;

    if (!head)
        return false;
    if (plays(relay, text))
        *alive = play_frame(relay, head, length);
    else
        say(relay, live_buf_data(relay->server.in), length);
    free(text);
    if (*alive)
        live_buf_drop(relay->server.in, length);
    return *alive;
}

// What the platform says

static void pass_down(relay *relay)
{
    bool alive = true, more = true;

    if (relay->waiting || relay->vanished || relay->middle->held)
        return;
    while (alive && more && !relay->waiting && !relay->leaving)
        more = relay->upgraded ? take_frame(relay, &alive) : take_reply(relay, &alive);
    if (!alive || relay->waiting)
        return;
    flush(&relay->client);
    if (relay->leaving)
        end_relay(relay, false);
}

static void on_delay(live_timer *timer, void *user)
{
    relay *relay = user;

    (void)timer;
    relay->waiting = false;
    if (!relay->vanished)
        pass_down(relay);
}

static void on_server(live_io *io, unsigned ready, void *user)
{
    relay *relay = user;

    (void)io;
    if (ready & LIVE_WRITABLE)
        flush(&relay->server);
    if (!(ready & LIVE_READABLE))
        return;
    if (receive(&relay->server))
        pass_down(relay);
    else if (relay->vanished || relay->waiting || relay->middle->held)
        live_io_want(relay->server.io, 0);
    else
        end_relay(relay, false);
}

// What the client says

static size_t request_length(const live_buf *in)
{
    const char *text = live_buf_data(in), *head = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "\r\nContent-Length:");

    if (!head)
        return 0;
    size_t whole =
        (size_t)(head - text) + 4 + (length && length < head ? strtoul(length + 17, NULL, 10) : 0);
    return live_buf_length(in) < whole ? 0 : whole;
}

static void pass_up(relay *relay)
{
    live_buf *in = relay->client.in;
    size_t length = relay->upgraded ? live_buf_length(in) : request_length(in);

    if (relay->vanished || relay->middle->muted || length == 0)
        return;
    if (!relay->upgraded) {
        live_buf_clear(relay->request);
        live_buf_add(relay->request, live_buf_data(in), length);
        // One answer of the platform less: it never hears of the request.
        if (relay->middle->act.what == MIDDLE_ANSWER && plays(relay, live_buf_data(in))) {
            reply none = { .text = "", .body = "" };
            live_buf_drop(in, length);
            play_reply(relay, &none);
            flush(&relay->client);
            return;
        }
    }
    live_buf_add(relay->server.out, live_buf_data(in), length);
    live_buf_drop(in, length);
    flush(&relay->server);
}

static void on_client(live_io *io, unsigned ready, void *user)
{
    relay *relay = user;

    (void)io;
    if (ready & LIVE_WRITABLE)
        flush(&relay->client);
    if (!(ready & LIVE_READABLE))
        return;
    if (receive(&relay->client))
        pass_up(relay);
    else
        end_relay(relay, false);
}

static int connect_on(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static void on_connection(live_io *io, unsigned ready, void *user)
{
    middle *middle = user;
    int client = accept4(middle->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int server = client < 0 ? -1 : connect_on(middle->server_port);

    (void)io;
    (void)ready;
    if (server < 0) {
        if (client >= 0)
            close(client);
        return;
    }
    relay *relay = calloc(1, sizeof *relay);
    trial_must(relay, "memory");
    relay->middle = middle;
    relay->next = middle->relays;
    relay->request = live_buf_new();
    middle->relays = relay;
    open_side(relay, &relay->client, client, on_client);
    open_side(relay, &relay->server, server, on_server);
    trial_must(!live_timer_new(middle->loop, -1, 0, on_delay, relay, &relay->delay, NULL),
               "a timer");
}

// Orders

static void end_all(middle *middle, bool reset)
{
    while (middle->relays)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        end_relay(middle->relays, reset);
}

void middle_reset(middle *middle)
{
    end_all(middle, true);
}

void middle_close(middle *middle)
{
    end_all(middle, false);
}

void middle_vanish(middle *middle)
{
    for (relay *relay = middle->relays; relay; relay = relay->next)
        relay->vanished = true;
}

void middle_mute(middle *middle, bool on)
{
    middle->muted = on;
    for (relay *relay = middle->relays; relay && !on; relay = relay->next)
        pass_up(relay);
}

void middle_hold(middle *middle, bool on)
{
    relay *next = NULL;

    middle->held = on;
    for (relay *relay = middle->relays; relay && !on; relay = next) {
        next = relay->next;
        live_io_want(relay->server.io, LIVE_READABLE);
        pass_down(relay);
    }
}

static int bind_port(middle *middle)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)middle->port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    trial_must(bind(fd, (struct sockaddr *)&address, length) == 0 &&
                   getsockname(fd, (struct sockaddr *)&address, &length) == 0,
               "no port");
    middle->port = ntohs(address.sin_port);
    return fd;
}

static void listen_on(middle *middle)
{
    middle->fd = bind_port(middle);
    trial_must(listen(middle->fd, 64) == 0, "no port");
    trial_must(!live_io_new(middle->loop, middle->fd, LIVE_READABLE, on_connection, middle,
                            &middle->io, NULL),
               "no port");
}

static void stop_listening(middle *middle)
{
    live_io_free(middle->io);
    if (middle->fd >= 0)
        close(middle->fd);
    middle->io = NULL;
    middle->fd = -1;
}

void middle_refuse(middle *middle, bool on)
{
    stop_listening(middle);
    if (!on)
        listen_on(middle);
    else
        middle_reset(middle);
}

void middle_play(middle *middle, const middle_act *act)
{
    middle->left = act ? act->count ? act->count : 1 : 0;
    if (act)
        middle->act = *act;
}

bool middle_is_playing(const middle *middle)
{
    return middle->left > 0;
}

middle *middle_new(live_loop *loop)
{
    middle *middle = calloc(1, sizeof *middle);

    trial_must(middle, "memory");
    middle->loop = loop;
    middle->port_fd = bind_port(middle);
    listen_on(middle);
    return middle;
}

void middle_free(middle *middle)
{
    if (!middle)
        return;
    stop_listening(middle);
    middle_reset(middle);
    close(middle->port_fd);
    free(middle);
}

int middle_port(const middle *middle)
{
    return middle->port;
}

void middle_to(middle *middle, int server_port)
{
    middle->server_port = server_port;
}
