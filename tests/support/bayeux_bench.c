// SPDX-License-Identifier: Apache-2.0
#include "bayeux_bench.h"

int set_up_with(void **state, bayeux_options options)
{
    fixture *f = test_calloc(1, sizeof *f);

    *state = f;
    return live_loop_new_simulated(0, &f->loop, NULL) ||
           bayeux_server_new(f->loop, &options, &f->server, NULL);
}

int set_up(void **state)
{
    return set_up_with(state, (bayeux_options){ 0 });
}

int tear_down(void **state)
{
    fixture *f = *state;

    bayeux_server_free(f->server);
    live_loop_free(f->loop);
    test_free(f);
    return 0;
}

void on_reply(int status, const char *text, size_t length, void *user)
{
    fixture *f = user;

    f->status = status;
    f->replies++;
    f->poll = NULL;
    snprintf(f->text, sizeof f->text, "%.*s", (int)length, text);
}

const char *post(fixture *f, const char *format)
{
    char text[2048];
    size_t length = 0;

    for (const char *at = format; *at; at++) {
        if (at[0] == '%' && at[1] == 's') {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", f->id);
            at++;
        } else {
            text[length++] = *at;
        }
    }
    text[length] = '\0';
    f->text[0] = '\0';
    f->poll = bayeux_post(f->server, text, length, "browser", on_reply, f);
    return f->text;
}

void pass(fixture *f, int64_t ms)
{
    live_err err = live_loop_run(f->loop, ms, NULL);
    assert_true(err == LIVE_OK || err == LIVE_E_TIMEOUT);
}

void handshake(fixture *f)
{
    cJSON *reply = NULL;

    post(f, "[" HANDSHAKE "]");
    assert_int_equal(live_json_parse(f->text, strlen(f->text), &reply, NULL), LIVE_OK);
    snprintf(f->id, sizeof f->id, "%s", live_json_str(reply->child, "clientId", ""));
    cJSON_Delete(reply);
}

void connect_and_subscribe(fixture *f)
{
    handshake(f);
    post(f, "[" CONNECT "]");
    post(f, "[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/"
            "a\",\"id\":\"3\"}]");
}

void publish(fixture *f, const char *channel, const char *data)
{
    bayeux_publish(f->server, channel, cJSON_Parse(data));
}
