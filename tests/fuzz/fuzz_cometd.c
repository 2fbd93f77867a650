// SPDX-License-Identifier: Apache-2.0
// Fuzzes the CometD server: each line is a payload, over HTTP and, when it begins with '>', over a WebSocket. In it
// '$' stands for the id of the session that was made last.
#include <live/buf.h>
#include <live/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux/bayeux_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char id[64];

static void remember(const char *text, size_t length)
{
    static const char member[] = "\"clientId\":\"";
    const char *found = memmem(text, length, member, sizeof member - 1);

    if (!found)
        return;
    found += sizeof member - 1;
    size_t rest = (size_t)(text + length - found), have = 0;
    while (have < rest && have < sizeof id - 1 && found[have] != '"')
        have++;
    memcpy(id, found, have);
    id[have] = '\0';
}

static void on_reply(int status, const char *text, size_t length, void *user)
{
    (void)status;
    (void)user;
    remember(text, length);
}

static void on_send(const char *text, size_t length, void *user)
{
    (void)user;
    remember(text, length);
}

static void on_close(int code, const char *reason, void *user)
{
    (void)code;
    (void)reason;
    (void)user;
}

static void send_line(bayeux_server *server, bayeux_socket *socket, const char *line, size_t length)
{
    live_buf *payload = live_buf_new();

    for (size_t i = 0; i < length; i++) {
        if (line[i] == '$')
            live_buf_add_text(payload, id);
        else
            live_buf_add(payload, line + i, 1);
    }
    const char *text = live_buf_data(payload);
    if (length > 0 && line[0] == '>')
        bayeux_socket_receive(socket, text + 1, live_buf_length(payload) - 1);
    else
        bayeux_post(server, text, live_buf_length(payload), "browser", on_reply, NULL);
    live_buf_free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bayeux_options options = { .max_queue = 8, .max_sessions_per_browser = 1 };
    static const bayeux_socket_hooks hooks = { .send = on_send, .close = on_close };
    const char *at = (const char *)data, *end = at + size;
    live_loop *loop = NULL;
    bayeux_server *server = NULL;

    if (live_loop_new_simulated(0, &loop, NULL) || bayeux_server_new(loop, &options, &server, NULL))
        abort();
    bayeux_socket *socket = bayeux_socket_new(server, &hooks, NULL);
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        send_line(server, socket, at, length);
        bayeux_publish(server, "/a", cJSON_CreateTrue());
        at += length + (stop ? 1 : 0);
    }
    if (live_loop_run(loop, 100000, NULL) == LIVE_E_SYSTEM)
        abort();
    bayeux_socket_free(socket);
    bayeux_server_free(server);
    live_loop_free(loop);
    return 0;
}
