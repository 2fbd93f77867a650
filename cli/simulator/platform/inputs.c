// SPDX-License-Identifier: Apache-2.0
// The inputs of the simulated platform: events as text, and the TCP input's lines.
#include "inputs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "input.h"

enum { MAX_LINE_BYTES = 4194304, MAX_CONNECTIONS = 64, CHUNK_BYTES = 65536 };

typedef struct connection {
    struct connection *next, **link;
    sim_tcp_input *input;
    int fd;
    live_io *io;
    live_buf *line; // what has come of a line
    bool skipping;  // a line that is too long, up to its end
    bool over;      // a line was no event, on a platform that ends there
} connection;

struct sim_tcp_input {
    live_loop *loop;
    sim_store *store;
    int fd, port, count;
    live_io *io;
    connection *connections;
};

// Events

// How an input of this platform receives.
static sim_reception reception_of(const sim_store *store)
{
    const sim_profile *profile = sim_store_profile(store);

    return (sim_reception){
        .keep_timestamp = sim_profile_differs(profile, FACT_INPUT_TIMESTAMP),
        .source = sim_profile_is(profile, FACT_INPUT_SOURCE, "replaced")  ? "restinput"
                  : sim_profile_is(profile, FACT_INPUT_SOURCE, "removed") ? ""
                                                                          : NULL,
        .hides_modifiers = sim_profile_differs(profile, FACT_INPUT_MODIFIERS),
        .overwrites_alike = sim_profile_differs(profile, FACT_INPUT_OVERWRITE),
    };
}

static live_err put_all(sim_store *store, cJSON *events, const sim_reception *reception,
                        live_error *error)
{
    live_err err = LIVE_OK;
    int index = 0;

    for (cJSON *event; !err && (event = cJSON_DetachItemFromArray(events, 0)); index++) {
        err = sim_store_put(store, event, reception, error);
        if (err)
            live_error_context(error, err, "event %d", index);
    }
    cJSON_Delete(events);
    return err;
}

live_err sim_input_receive(sim_store *store, const char *text, size_t length, live_error *error)
{
    cJSON *json = NULL;
    sim_reception reception = reception_of(store);
    live_err err = sim_input_parse(sim_store_profile(store), text, length, &json, error);

    if (err)
        return err;
    return cJSON_IsArray(json) ? put_all(store, json, &reception, error)
                               : sim_store_put(store, json, &reception, error);
}

// Connections

static void close_connection(connection *own)
{
    live_io_free(own->io);
    close(own->fd);
    *own->link = own->next;
    if (own->next)
        own->next->link = own->link;
    own->input->count--;
    live_buf_free(own->line);
    free(own);
}

static const sim_profile *profile_of(const connection *own)
{
    return sim_store_profile(own->input->store);
}

static size_t longest_line(const connection *own)
{
    const size_t longest = MAX_LINE_BYTES;

    return sim_profile_is(profile_of(own), FACT_INPUT_TCP_LONGEST, "shorter")  ? longest / 4
           : sim_profile_is(profile_of(own), FACT_INPUT_TCP_LONGEST, "longer") ? longest * 4
                                                                               : longest;
}

static void receive_line(connection *own)
{
    live_error error = { 0 };
    const char *line = live_buf_data(own->line);
    size_t length = live_buf_length(own->line);

    if (!own->skipping && strspn(line, " \t\r") < length &&
        sim_input_receive(own->input->store, line, length, &error)) {
        live_log(LIVE_LOG_WARN, "input.tcp.skipped", "TCP input: a line was skipped: %s",
                 error.text);
        own->over = sim_profile_differs(profile_of(own), FACT_INPUT_TCP_GARBAGE);
    }
    live_buf_clear(own->line);
    own->skipping = false;
}

static void take_bytes(connection *own, const char *bytes, size_t length)
{
    const size_t longest = longest_line(own);

    while (length > 0 && !own->over) {
        const char *end = memchr(bytes, '\n', length);
        size_t part = end ? (size_t)(end - bytes) : length;

        if (live_buf_length(own->line) + part > longest) {
            live_log(LIVE_LOG_WARN, "input.tcp.long", "TCP input: a line is longer than %zu bytes",
                     longest);
            own->skipping = true;
            live_buf_clear(own->line);
        }
        if (!own->skipping)
            live_buf_add(own->line, bytes, part);
        if (!end)
            return;
        receive_line(own);
        bytes = end + 1;
        length -= part + 1;
    }
}

static void on_readable(live_io *io, unsigned ready, void *user)
{
    connection *own = user;
    char bytes[CHUNK_BYTES];
    ssize_t got = read(own->fd, bytes, sizeof bytes);

    (void)io;
    (void)ready;
    if (got > 0)
        take_bytes(own, bytes, (size_t)got);
    if ((got > 0 && !own->over) || (got < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    if (!own->over && !sim_profile_differs(profile_of(own), FACT_INPUT_TCP_TAIL))
        receive_line(own); // a last line without its end
    close_connection(own);
}

static void accept_connection(live_io *io, unsigned ready, void *user)
{
    sim_tcp_input *input = user;
    int fd = accept4(input->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    connection *own = fd >= 0 && input->count < MAX_CONNECTIONS ? calloc(1, sizeof *own) : NULL;

    (void)io;
    (void)ready;
    if (!own) {
        if (fd >= 0)
            close(fd);
        return;
    }
    *own = (connection){ .input = input,
                         .fd = fd,
                         .line = live_buf_new(),
                         .next = input->connections,
                         .link = &input->connections };
    if (own->next)
        own->next->link = &own->next;
    input->connections = own;
    input->count++;
    if (live_io_new(input->loop, fd, LIVE_READABLE, on_readable, own, &own->io, NULL))
        close_connection(own);
}

// Life

static live_err listen_on(sim_tcp_input *input, int port, live_error *error)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int on = 1;

    input->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(input->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (input->fd < 0 || bind(input->fd, (struct sockaddr *)&address, sizeof address) ||
        listen(input->fd, MAX_CONNECTIONS) ||
        getsockname(input->fd, (struct sockaddr *)&address, &length))
        return live_fail_errno(error, errno, "listening on 127.0.0.1 port %d", port);
    input->port = ntohs(address.sin_port);
    return live_io_new(input->loop, input->fd, LIVE_READABLE, accept_connection, input, &input->io,
                       error);
}

live_err sim_tcp_input_new(live_loop *loop, sim_store *store, int port, sim_tcp_input **ret_input,
                           live_error *error)
{
    sim_tcp_input *input = calloc(1, sizeof *input);
    if (!input)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    input->loop = loop;
    input->store = store;
    live_err err = listen_on(input, port, error);
    if (err) {
        sim_tcp_input_free(input);
        return live_error_context(error, err, "TCP input");
    }
    *ret_input = input;
    return LIVE_OK;
}

void sim_tcp_input_free(sim_tcp_input *input)
{
    if (!input)
        return;
    for (connection *own = input->connections, *next; own; own = next) {
        next = own->next;
        close_connection(own);
    }
    live_io_free(input->io);
    if (input->fd >= 0)
        close(input->fd);
    free(input);
}

int sim_tcp_input_port(const sim_tcp_input *input)
{
    return input->port;
}
