// SPDX-License-Identifier: Apache-2.0
// HTTP requests on a loop: connections that are kept, one cookie jar, limits on every step.
#ifndef LV_HTTP_H
#define LV_HTTP_H

#include <live/buf.h>
#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct lv_http lv_http;
typedef struct lv_exchange lv_exchange; // one request that has not been answered

// All texts are borrowed: they outlive what they are given to.
typedef struct lv_http_options {
    const char *username, *password; // Basic, sent with every request; NULL: none
    bool tls_insecure;
    const char *ca_file; // or a folder; NULL: the system's
    const char *certificate, *key, *key_password;
    const char *pinned_key;  // "sha256//…"
    const char *min_version; // "1.2", "1.3"; NULL: "1.2"
    const char *proxy, *proxy_except, *proxy_username, *proxy_password;
    int64_t connect_timeout_ms;
    size_t max_body_bytes;
} lv_http_options;

typedef struct lv_http_request {
    const char *url;
    const char *body; // POSTed as JSON; NULL: GET. Copied
    size_t length;
    bool gzip; // the body is compressed
    bool
        once; // a kept connection that dies under it is a failure: elsewhere it is sent again on another one
    int64_t timeout_ms; // from now to the last byte of the answer
} lv_http_request;

typedef struct lv_http_reply {
    int status;
    const char *content_type; // "" when the answer has none
    const char *body;         // followed by a NUL
    size_t length;
    int64_t retry_after_ms; // 0: not said
} lv_http_reply;

// `reply` is NULL when no whole answer came; `error` is NULL when the status is 2xx. Both are borrowed for
// the call. The exchange is over.
typedef void (*lv_http_fn)(const lv_http_reply *reply, const live_error *error, void *user);

live_err lv_http_new(live_loop *loop, const lv_http_options *options, lv_http **ret_http,
                     live_error *error);

// Ends the exchanges that are under way without a callback.
void lv_http_free(lv_http *http);

// Redirects are not followed: a 3xx is an error. LIVE_E_CONNECT means that nothing was sent.
live_err lv_http_start(lv_http *http, const lv_http_request *request, lv_http_fn fn, void *user,
                       lv_exchange **ret_exchange, live_error *error);

// Cancels. NULL is fine.
void lv_exchange_free(lv_exchange *exchange);

// POSTs JSON and waits for the answer, at most `timeout_ms`; what it says is of no interest any more.
void lv_http_post_now(lv_http *http, const char *url, const char *body, int64_t timeout_ms);

// The cookies that a request for the path would carry, as "a=1; b=2".
void lv_http_add_cookies(const lv_http *http, const char *path, live_buf *out);

// Whether what `url` names is reached without a proxy.
bool lv_http_is_direct(const lv_http *http, const char *url);

// A connection for bytes of another protocol, made as those of requests are: same proxy, same TLS, same limits.
typedef struct lv_wire lv_wire;

// Tells first that the connection stands, or with the error that it does not, and it is over; later that it may
// be read or written. The wire may be freed from it.
typedef void (*lv_wire_fn)(unsigned ready, const live_error *error, void *user);

// `url` begins with http:// or https://, or for what is no HTTP with tcp:// or tls://.
live_err lv_wire_new(lv_http *http, const char *url, int64_t timeout_ms, lv_wire_fn fn, void *user,
                     lv_wire **ret_wire, live_error *error);

// What is to be waited for: LIVE_READABLE, LIVE_WRITABLE. Bytes that TLS holds already are not waited for:
// read until nothing comes.
void lv_wire_want(lv_wire *wire, unsigned want);

// How many bytes; 0: none at the moment; -1: the connection has ended.
ssize_t lv_wire_read(lv_wire *wire, void *bytes, size_t room);
ssize_t lv_wire_write(lv_wire *wire, const void *bytes, size_t length);

// The socket that the bytes go over, for who asks the kernel about it.
int lv_wire_socket(const lv_wire *wire);

// The bytes by which TLS says that nothing more will come, for the socket; 0: there is no TLS, or a proxy's around it.
size_t lv_wire_goodbye(lv_wire *wire, void *out, size_t room);

// NULL is fine.
void lv_wire_free(lv_wire *wire);

#endif
