// SPDX-License-Identifier: Apache-2.0
// A platform under trial: its clients, what was found so far, and one question after the other.
#include "probe/probe.h"

#include <ctype.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/loop.h>
#include <live/uuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MS = 15000, NAME_BYTES = 40, NAMES_MAX = 40 };

// What was found

void probe_saw(probe *probe, fact_id id, const char *value)
{
    char *own = probe->findings[id].value;
    int number;
    bool plain = fact_at(id)->number && sscanf(value, "%9d", &number) == 1;
    bool known = fact_value(fact_at(id), value) >= 0;

    if (probe->interrupted)
        return; // what was not answered is no sign of anything
    if (plain && !known)
        snprintf(own, PROBE_VALUE_BYTES, "%d", number);
    else
        snprintf(own, PROBE_VALUE_BYTES, "%s", known ? value : "other");
}

void probe_saw_number(probe *probe, fact_id id, int number)
{
    char text[16];

    snprintf(text, sizeof text, "%d", number);
    probe_saw(probe, id, text);
}

void probe_missed(probe *probe, fact_id id, const char *reason)
{
    probe_finding *finding = &probe->findings[id];

    if (!*finding->value && !*finding->reason)
        snprintf(finding->reason, sizeof finding->reason, "%s", reason);
}

static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    return length > 0 && length < NAME_BYTES && !name[length];
}

void probe_saw_members(probe *probe, fact_id id, const cJSON *object)
{
    probe_finding *finding = &probe->findings[id];
    const cJSON *member;
    int count = 0;

    cJSON_Delete(finding->members);
    finding->members = cJSON_CreateArray();
    cJSON_ArrayForEach (member, object) {
        if (count++ < NAMES_MAX && member->string && is_plain_name(member->string))
            cJSON_AddItemToArray(finding->members, cJSON_CreateString(member->string));
    }
}

// Asking

bool probe_wait(probe *probe, const bool *done, int64_t limit_ms)
{
    int64_t end_ms = live_loop_monotonic_ms(probe->session->loop) + limit_ms;
    live_err err = LIVE_OK;

    while (!*done && !probe->interrupted && !err) {
        int64_t left_ms = end_ms - live_loop_monotonic_ms(probe->session->loop);
        if (left_ms <= 0)
            break;
        err = live_loop_run(probe->session->loop, left_ms, NULL);
    }
    return *done;
}

typedef struct waiting {
    probe *probe;
    probe_answer *answer;
    bool done;
} waiting;

static void keep(const live_answer *answer, const live_error *error, void *user)
{
    waiting *waiting = user;

    (void)error;
    waiting->done = true;
    live_loop_stop(waiting->probe->session->loop);
    if (!answer || !(waiting->answer->text = strndup(answer->text, answer->length)))
        return;
    waiting->answer->status = answer->status;
    waiting->answer->plain = strstr(answer->content_type, "text/plain");
    if (live_json_parse(answer->text, answer->length, &waiting->answer->json, NULL))
        waiting->answer->json = NULL;
}

void probe_ask(probe *probe, live_client *client, const char *path, const char *body,
               probe_answer *ret_answer)
{
    waiting waiting = { .probe = probe, .answer = ret_answer };
    live_call *call = NULL;

    *ret_answer = (probe_answer){ 0 };
    if (probe->interrupted || live_client_ask(client, path, body, keep, &waiting, &call, NULL))
        return;
    if (!probe_wait(probe, &waiting.done, ANSWER_MS))
        live_call_free(call);
}

void probe_answer_clear(probe_answer *answer)
{
    free(answer->text);
    cJSON_Delete(answer->json);
    *answer = (probe_answer){ 0 };
}

bool probe_answer_is_good(const probe_answer *answer)
{
    return answer->status >= 200 && answer->status < 300;
}

bool probe_post(probe *probe, const char *event, probe_answer *ret_answer)
{
    *ret_answer = (probe_answer){ 0 };
    if (!probe->input)
        return false;
    probe_ask(probe, probe->client, probe->input, event, ret_answer);
    return probe_answer_is_good(ret_answer);
}

char *probe_fill(const probe *probe, const char *text)
{
    live_buf *filled = live_buf_new();
    char *made = NULL;

    for (const char *at = text; *at; at++) {
        bool alone = *at == 'T' && (at == text || !isalnum((unsigned char)at[-1])) &&
                     !isalnum((unsigned char)at[1]);
        if (alone)
            live_buf_add_text(filled, probe->scratch);
        else
            live_buf_add(filled, at, 1);
    }
    return live_buf_take(filled, &made, NULL, NULL) ? NULL : made;
}

// Life

static void on_signal(live_signal *signal, int number, void *user)
{
    probe *probe = user;

    (void)signal;
    (void)number;
    probe->interrupted = true;
    live_loop_stop(probe->session->loop);
}

static live_err name_scratch(probe *probe, live_error *error)
{
    unsigned char bytes[8];
    int length = snprintf(probe->scratch, sizeof probe->scratch, "live_probe_");

    live_err err = live_random(bytes, sizeof bytes, error);
    for (size_t i = 0; !err && i < sizeof bytes; i++) // letters: no number that a filter would read
        length += snprintf(probe->scratch + length, 2, "%c", 'a' + bytes[i] % 26);
    return err;
}

static live_err make_clients(probe *probe, live_error *error)
{
    live_client_options options = LIVE_CLIENT_OPTIONS_INIT;
    const cJSON *live = live_json_get(probe->session->settings, "live");
    live_loop *loop = probe->session->loop;
    live_client_secrets secrets = { 0 };

    live_err err = live_client_options_read(live, &options, &secrets, error);
    if (!err && (!options.url || !options.username || !options.password))
        err = live_fail(error, LIVE_E_INVALID, "'live' lacks url, username or password");
    options.request_timeout_ms = ANSWER_MS;
    options.max_retries = -1;
    if (!err)
        err = live_client_new(loop, &options, &probe->client, error);
    if (!err)
        err = live_client_new(loop, &options, &probe->second, error);
    options.username = options.password = NULL;
    if (!err)
        err = live_client_new(loop, &options, &probe->stranger, error);
    probe->input = live_json_str(live, "rest_input", NULL);
    probe->tcp_host = live_json_str(live, "ip", NULL);
    probe->tcp_port = options.tcp_port;
    probe->tcp_tls = options.tcp_tls;
    live_client_secrets_clear(&secrets);
    return err;
}

live_err probe_open(probe *probe, session *session, live_error *error)
{
    probe->session = session;
    live_err err = name_scratch(probe, error);

    if (!err)
        err = make_clients(probe, error);
    if (!err)
        err = live_signal_new(session->loop, SIGINT, on_signal, probe, &probe->on_int, error);
    if (!err)
        err = live_signal_new(session->loop, SIGTERM, on_signal, probe, &probe->on_term, error);
    if (err)
        probe_close(probe);
    return err;
}

void probe_close(probe *probe)
{
    live_signal_free(probe->on_int);
    live_signal_free(probe->on_term);
    live_client_free(probe->client);
    live_client_free(probe->second);
    live_client_free(probe->stranger);
    cJSON_Delete(probe->plugins);
    for (size_t i = 0; i < FACT_COUNT; i++)
        cJSON_Delete(probe->findings[i].members);
    *probe = (struct probe){ 0 };
}

static const struct {
    const char *what;
    void (*try)(probe *probe);
} areas[] = {
    { "resources", probe_try_rest },      { "the REST input", probe_try_inputs },
    { "the TCP input", probe_try_lines }, { "CometD", probe_try_cometd },
    { "queries", probe_try_queries },     { "rows", probe_try_rows },
    { "rooms", probe_try_rooms },
};

static const char *missed_reason(const probe *probe, const fact *fact)
{
    static const char prefix[] = "not tried: ";

    if (fact->untried)
        return fact->how + sizeof prefix - 1;
    return probe->interrupted ? "interrupted" : "the platform did not answer";
}

void probe_try_all(probe *probe)
{
    for (size_t i = 0; i < sizeof areas / sizeof *areas && !probe->interrupted; i++) {
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "live: trying %s…\n", areas[i].what);
        areas[i].try(probe);
    }
    for (size_t i = 0; i < FACT_COUNT; i++)
        probe_missed(probe, (fact_id)i, missed_reason(probe, fact_at((fact_id)i)));
}
