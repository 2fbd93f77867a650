// SPDX-License-Identifier: Apache-2.0
// Takes batches to the REST input: a POST each, over connections that are kept.
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "client.h"
#include "outbox/carrier.h"

typedef struct rest {
    lv_carrier carrier;
    live_client *client;
    char *url;
    bool gzip;
} rest;

struct lv_trip {
    lv_exchange *exchange;
    lv_carried_fn fn;
    void *user;
};

static void on_reply(const lv_http_reply *reply, const live_error *error, void *user)
{
    lv_trip *trip = user;
    const lv_carried_fn fn = trip->fn;
    void *const owner = trip->user;

    free(trip);
    fn(error, reply ? reply->retry_after_ms : 0, owner);
}

// gzip, as one piece. The bytes are yours: free().
static live_err compress_text(const char *text, size_t length, char **ret_bytes, size_t *ret_length,
                              live_error *error)
{
    enum { GZIP = 15 + 16, LEVEL = 3, MEMORY = 8 };
    z_stream stream = { .next_in = (const Bytef *)text, .avail_in = (uInt)length };

    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    size_t room = deflateBound(&stream, (uLong)length);
    char *bytes = malloc(room);
    if (!bytes) {
        deflateEnd(&stream);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    stream.next_out = (Bytef *)bytes;
    stream.avail_out = (uInt)room;
    deflate(&stream, Z_FINISH);
    *ret_bytes = bytes;
    *ret_length = stream.total_out;
    deflateEnd(&stream);
    return LIVE_OK;
}

static live_err start(const rest *rest, lv_trip *trip, const char *text, size_t length,
                      live_error *error)
{
    char *compressed = NULL;
    lv_http_request request = { .url = rest->url,
                                .body = text,
                                .length = length,
                                .gzip = rest->gzip,
                                .timeout_ms = rest->client->options.request_timeout_ms };
    live_err err = LIVE_OK;

    if (rest->gzip) {
        err = compress_text(text, length, &compressed, &request.length, error);
        request.body = compressed;
    }
    if (!err)
        err = lv_http_start(rest->client->http, &request, on_reply, trip, &trip->exchange, error);
    free(compressed);
    return err;
}

static live_err rest_send(lv_carrier *carrier, const char *text, size_t length, lv_carried_fn fn,
                          void *user, lv_trip **ret_trip, live_error *error)
{
    lv_trip *trip = calloc(1, sizeof *trip);
    if (!trip)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *trip = (lv_trip){ .fn = fn, .user = user };
    live_err err = start((rest *)carrier, trip, text, length, error);
    if (err) {
        free(trip);
        return err;
    }
    *ret_trip = trip;
    return LIVE_OK;
}

static void rest_cancel(lv_trip *trip)
{
    if (trip)
        lv_exchange_free(trip->exchange);
    free(trip);
}

static void rest_free(lv_carrier *carrier)
{
    free(((rest *)carrier)->url);
    free(carrier);
}

live_err lv_carrier_rest(live_client *client, bool gzip, lv_carrier **ret_carrier,
                         live_error *error)
{
    const live_client_options *options = &client->options;
    const size_t base = strlen(options->url), path = strlen(options->rest_input);
    rest *rest = calloc(1, sizeof *rest);
    char *url = malloc(base + path + 1);

    if (!rest || !url) {
        free(rest);
        free(url);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    memcpy(url, options->url, base);
    memcpy(url + base, options->rest_input, path + 1);
    rest->carrier = (lv_carrier){ .send = rest_send, .cancel = rest_cancel, .free = rest_free };
    rest->client = client;
    rest->url = url;
    rest->gzip = gzip;
    *ret_carrier = &rest->carrier;
    return LIVE_OK;
}
