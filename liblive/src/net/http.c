// SPDX-License-Identifier: Apache-2.0
// HTTP requests on a loop, with libcurl.
#include "net/http.h"

#include <curl/curl.h>
#include <live/buf.h>
#include <live/version.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/handle.h"
#include "net/outcome.h"
#include "net/proxy.h"
#include "net/secure.h"
#include "net/sockets.h"

// A connection that was idle for longer is not used again. Where one turned out dead because its answer did not come in
// time, those beside it may be dead as well, and would cost that time each.
enum { NAME_BYTES = 160, TYPE_BYTES = 128, SPARES = 2, IDLE_S = 4 };

struct lv_http {
    live_loop *loop;
    CURLM *multi;
    CURLSH *cookies;
    struct curl_slist *headers, *gzip_headers;
    live_timer *timer;   // curl's
    live_timer *deliver; // armed while more exchanges are done than one, and their owners not told
    lv_sockets sockets;
    lv_exchange *exchanges;
    lv_handle spares[SPARES]; // handles of exchanges that are over, for the next ones
    size_t spare_count;
    lv_http_options options;
    bool asked; // for the client's certificate, and not answered since
};

struct lv_exchange {
    lv_exchange *next, **link;
    lv_wire *wire; // NULL, or what it connects
    lv_http *http;
    lv_handle handle;
    live_buf *body;
    size_t max_body_bytes;
    lv_proxy proxy;
    char name[NAME_BYTES]; // for people
    char type[TYPE_BYTES]; // the answer's Content-Type
    char detail[CURL_ERROR_SIZE];
    int64_t timeout_ms;
    bool done, too_long;
    live_buf *once; // the body, where it is sent only once
    CURLcode result;
    lv_http_fn fn;
    void *user;
};

struct lv_wire {
    lv_exchange exchange; // first: it is freed as one
    live_io *io;
    lv_wire_fn fn;
    void *user;
};

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

// Outcomes

static lv_outcome describe(const lv_exchange *exchange)
{
    return (lv_outcome){ .easy = exchange->handle.easy,
                         .result = exchange->result,
                         .name = exchange->name,
                         .detail = exchange->detail,
                         .unanswered_ask = exchange->http->asked,
                         .too_long = exchange->too_long,
                         .max_body_bytes = exchange->max_body_bytes,
                         .timeout_ms = exchange->timeout_ms };
}

static void read_reply(lv_exchange *exchange, lv_http_reply *reply)
{
    long status = 0;
    char *type = NULL;
    curl_off_t retry_after = 0;

    curl_easy_getinfo(exchange->handle.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->handle.easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(exchange->handle.easy, CURLINFO_RETRY_AFTER, &retry_after);
    snprintf(exchange->type, sizeof exchange->type, "%s", type ? type : "");
    *reply = (lv_http_reply){ .status = (int)status,
                              .content_type = exchange->type,
                              .body = live_buf_data(exchange->body),
                              .length = live_buf_length(exchange->body),
                              .retry_after_ms = (int64_t)retry_after * 1000 };
}

static void on_wire(live_io *io, unsigned ready, void *user)
{
    const lv_wire *wire = user;

    (void)io;
    wire->fn(ready, NULL, wire->user);
}

// Curl has done its part. The handle stays in the multi, or its connection would be closed.
static live_err take_over(lv_wire *wire, live_error *error)
{
    lv_exchange *exchange = &wire->exchange;
    lv_outcome outcome = describe(exchange);

    if (exchange->result != CURLE_OK)
        return lv_outcome_fail(&outcome, error);
    int socket = lv_wire_socket(wire);
    if (socket == CURL_SOCKET_BAD)
        return live_fail(error, LIVE_E_CLOSED, "%s: the connection has ended", exchange->name);
    lv_sockets_leave(&exchange->http->sockets, socket);
    return live_io_new(exchange->http->loop, socket, LIVE_READABLE | LIVE_WRITABLE, on_wire, wire,
                       &wire->io, error);
}

static void tell_wire(lv_wire *wire)
{
    live_error error = { 0 };
    lv_wire_fn fn = wire->fn;
    void *user = wire->user;

    wire->exchange.done = false;
    if (take_over(wire, &error)) {
        lv_wire_free(wire);
        fn(0, &error, user);
    } else {
        fn(LIVE_WRITABLE, NULL, user);
    }
}

// Making a handle costs as much as a small request.
static void keep(lv_http *http, lv_handle *handle)
{
    curl_multi_remove_handle(http->multi, handle->easy);
    curl_easy_setopt(handle->easy, CURLOPT_COPYPOSTFIELDS, NULL);
    if (http->spare_count < SPARES) {
        http->spares[http->spare_count++] = *handle;
        *handle = (lv_handle){ 0 };
    } else {
        lv_handle_clear(handle);
    }
}

static void tell(lv_exchange *exchange)
{
    lv_http_reply reply = { 0 };
    live_error error = { 0 };
    lv_outcome outcome = describe(exchange);
    lv_http_fn fn = exchange->fn;
    void *user = exchange->user;
    live_err err;

    if (exchange->result == CURLE_OK && live_buf_failed(exchange->body))
        err = live_fail(&error, LIVE_E_NOMEM, "%s: out of memory", exchange->name);
    else if (exchange->result != CURLE_OK)
        err = lv_outcome_fail(&outcome, &error);
    else {
        exchange->http->asked = false;
        read_reply(exchange, &reply);
        err = lv_outcome_status(&outcome, reply.status, &error);
    }
    // The owner may free the whole client from the callback: the exchange is no longer part of it.
    *exchange->link = exchange->next;
    if (exchange->next)
        exchange->next->link = exchange->link;
    keep(exchange->http, &exchange->handle);
    exchange->http = NULL;
    fn(reply.status ? &reply : NULL, err ? &error : NULL, user);
    lv_exchange_free(exchange);
}

// Tells one owner, who may free everything; the next one has its turn of the loop.
static void deliver(lv_http *http)
{
    lv_exchange *first = NULL;
    size_t count = 0;

    for (lv_exchange *exchange = http->exchanges; exchange; exchange = exchange->next) {
        if (!exchange->done)
            continue;
        first = exchange; // the list begins with the newest
        count++;
    }
    if (count > 1)
        live_timer_set(http->deliver, 0, 0);
    if (first && first->wire)
        tell_wire(first->wire);
    else if (first)
        tell(first);
}

static void on_turn(live_timer *timer, void *user)
{
    (void)timer;
    deliver(user);
}

// Sockets and time

// Whether anything is.
static bool collect_done(lv_http *http)
{
    CURLMsg *message;
    bool any = false;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left))) {
        lv_exchange *exchange = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
        exchange->result = message->data.result;
        exchange->done = any = true;
    }
    return any;
}

static void act(curl_socket_t socket, int ready, void *user)
{
    lv_http *http = user;
    int running;

    curl_multi_socket_action(http->multi, socket, ready, &running);
    if (collect_done(http))
        deliver(http);
}

static int set_timer(CURLM *multi, long after_ms, void *user)
{
    lv_http *http = user;

    (void)multi;
    live_timer_set(http->timer, after_ms, 0);
    return 0;
}

static void on_time(live_timer *timer, void *user)
{
    (void)timer;
    act(CURL_SOCKET_TIMEOUT, 0, user);
}

// Requests

static size_t keep_body(char *bytes, size_t size, size_t count, void *user)
{
    lv_exchange *exchange = user;
    size_t length = size * count;

    if (live_buf_length(exchange->body) + length > exchange->max_body_bytes) {
        exchange->too_long = true;
        return 0;
    }
    live_buf_add(exchange->body, bytes, length);
    return live_buf_failed(exchange->body) ? 0 : length;
}

// "POST /path", with the proxy on the way; what is no HTTP has its address for a name.
static void name_request(lv_exchange *exchange, const lv_http_request *request)
{
    const char *host = strstr(request->url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    const char *proxy = exchange->proxy.name;
    int room = NAME_BYTES - 8 - (*proxy ? (int)(sizeof " through ") + (int)strlen(proxy) : 0);
    int length = path ? (int)strcspn(path, "?#") : 1;

    if (length > room)
        length = room;
    if (strncmp(request->url, "http", 4) == 0)
        snprintf(exchange->name, sizeof exchange->name, "%s %.*s%s%s",
                 request->body ? "POST" : "GET", length, path ? path : "/",
                 *proxy ? " through " : "", proxy);
    else
        snprintf(exchange->name, sizeof exchange->name, "%.*s%s%s", room, request->url,
                 *proxy ? " through " : "", proxy);
}

// Curl reads the body again where it sends it again, on another connection than the kept one that has died.
static size_t read_once(char *bytes, size_t size, size_t count, void *user)
{
    live_buf *body = user;
    size_t room = size * count, left = live_buf_length(body), length = room < left ? room : left;

    memcpy(bytes, live_buf_data(body), length);
    live_buf_drop(body, length);
    return length;
}

static int refuse_rewind(void *user, curl_off_t offset, int origin)
{
    (void)user;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static void set_once(lv_exchange *exchange, const lv_http_request *request)
{
    exchange->once = live_buf_new();
    live_buf_add(exchange->once, request->body, request->length);
    curl_easy_setopt(exchange->handle.easy, CURLOPT_POSTFIELDS, NULL);
    curl_easy_setopt(exchange->handle.easy, CURLOPT_READFUNCTION, read_once);
    curl_easy_setopt(exchange->handle.easy, CURLOPT_READDATA, exchange->once);
    curl_easy_setopt(exchange->handle.easy, CURLOPT_SEEKFUNCTION, refuse_rewind);
}

static void set_body(lv_exchange *exchange, const lv_http_request *request)
{
    const lv_http *http = exchange->http;
    CURL *easy = exchange->handle.easy;

    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
    if (request->once)
        set_once(exchange, request);
    else
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->gzip ? http->gzip_headers : http->headers);
}

static void set_no_body(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
}

// A handle with what all requests share. NULL: no memory.
static CURL *new_easy(lv_http *http)
{
    CURL *easy = curl_easy_init();
    if (!easy)
        return NULL;

        // Before 7.87 TLS may raise SIGPIPE, which libcurl keeps away only without the first of these.
#if LIBCURL_VERSION_NUM >= 0x075700
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a resolver that hangs holds up no end
#endif
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "liblive/" LIVE_VERSION_TEXT);
    curl_easy_setopt(easy, CURLOPT_SHARE, http->cookies);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)http->options.max_body_bytes);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)http->options.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_S);
    lv_sockets_follow(&http->sockets, easy);
    lv_secure(easy, &http->options, &http->asked);
    return easy;
}

// What is of this request, on a handle that may have carried another one.
static void set_request(lv_exchange *exchange, const lv_http_request *request)
{
    CURL *easy = exchange->handle.easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    lv_handle_aim(&exchange->handle, request->url);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->detail);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    lv_secure_route(easy, &exchange->http->options, &exchange->proxy);
    if (request->body)
        set_body(exchange, request);
    else
        set_no_body(easy);
    if (exchange->wire) {
        curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
        curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    }
}

static lv_proxy choose_proxy(const lv_http *http, const char *url)
{
    return lv_proxy_choose(http->options.proxy, http->options.proxy_except, url);
}

bool lv_http_is_direct(const lv_http *http, const char *url)
{
    return !choose_proxy(http, url).url;
}

static lv_handle take_handle(lv_http *http)
{
    if (http->spare_count > 0)
        return http->spares[--http->spare_count];
    return (lv_handle){ .easy = new_easy(http) };
}

static live_err start_easy(lv_exchange *exchange, const lv_http_request *request, live_error *error)
{
    lv_http *http = exchange->http;

    exchange->handle = take_handle(http);
    exchange->body = live_buf_new();
    if (!exchange->handle.easy || !exchange->body)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    exchange->proxy = choose_proxy(http, request->url);
    name_request(exchange, request);
    set_request(exchange, request);
    if (request->once && live_buf_failed(exchange->once))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    CURLMcode added = curl_multi_add_handle(http->multi, exchange->handle.easy);
    if (added != CURLM_OK)
        return live_fail(error, LIVE_E_SYSTEM, "%s: %s", exchange->name,
                         curl_multi_strerror(added));
    return LIVE_OK;
}

// Frees it on failure.
static live_err start(lv_http *http, lv_exchange *exchange, const lv_http_request *request,
                      live_error *error)
{
    exchange->http = http;
    exchange->next = http->exchanges;
    exchange->link = &http->exchanges;
    exchange->max_body_bytes = http->options.max_body_bytes;
    exchange->timeout_ms = request->timeout_ms;
    if (exchange->next)
        exchange->next->link = &exchange->next;
    http->exchanges = exchange;

    live_err err = start_easy(exchange, request, error);
    if (err)
        lv_exchange_free(exchange);
    return err;
}

live_err lv_http_start(lv_http *http, const lv_http_request *request, lv_http_fn fn, void *user,
                       lv_exchange **ret_exchange, live_error *error)
{
    lv_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *exchange = (lv_exchange){ .fn = fn, .user = user };
    live_err err = start(http, exchange, request, error);
    if (!err)
        *ret_exchange = exchange;
    return err;
}

void lv_exchange_free(lv_exchange *exchange)
{
    if (!exchange)
        return;
    if (exchange->wire)
        live_io_free(exchange->wire->io);
    if (exchange->http) {
        *exchange->link = exchange->next;
        if (exchange->next)
            exchange->next->link = exchange->link;
        if (exchange->handle.easy)
            curl_multi_remove_handle(exchange->http->multi, exchange->handle.easy);
    }
    lv_handle_clear(&exchange->handle);
    live_buf_free(exchange->body);
    live_buf_free(exchange->once);
    free(exchange);
}

// Wires

live_err lv_wire_new(lv_http *http, const char *url, int64_t timeout_ms, lv_wire_fn fn, void *user,
                     lv_wire **ret_wire, live_error *error)
{
    lv_http_request request = { .url = url, .timeout_ms = timeout_ms };
    lv_wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    wire->exchange.wire = wire;
    wire->fn = fn;
    wire->user = user;
    live_err err = start(http, &wire->exchange, &request, error);
    if (!err)
        *ret_wire = wire;
    return err;
}

void lv_wire_want(lv_wire *wire, unsigned want)
{
    live_io_want(wire->io, want);
}

ssize_t lv_wire_read(lv_wire *wire, void *bytes, size_t room)
{
    size_t count = 0;
    CURLcode result = curl_easy_recv(wire->exchange.handle.easy, bytes, room, &count);

    if (result == CURLE_AGAIN)
        return 0;
    return result == CURLE_OK && count > 0 ? (ssize_t)count : -1;
}

ssize_t lv_wire_write(lv_wire *wire, const void *bytes, size_t length)
{
    size_t count = 0;
    CURLcode result = curl_easy_send(wire->exchange.handle.easy, bytes, length, &count);

    if (result == CURLE_AGAIN)
        return 0;
    return result == CURLE_OK ? (ssize_t)count : -1;
}

int lv_wire_socket(const lv_wire *wire)
{
    curl_socket_t socket = CURL_SOCKET_BAD;

    curl_easy_getinfo(wire->exchange.handle.easy, CURLINFO_ACTIVESOCKET, &socket);
    return socket;
}

size_t lv_wire_goodbye(lv_wire *wire, void *out, size_t room)
{
    const char *proxy = wire->exchange.proxy.url;
    const bool wrapped = proxy && strncmp(proxy, "https", 5) == 0;

    return wrapped ? 0 : lv_secure_goodbye(wire->exchange.handle.easy, out, room);
}

void lv_wire_free(lv_wire *wire)
{
    lv_exchange_free(wire ? &wire->exchange : NULL);
}

// Curl lists a cookie as a line of seven fields: host, tail match, path, secure, expiry, name, value.
static void add_cookie(char *line, const char *path, live_buf *out)
{
    enum { PATH = 2, NAME = 5, VALUE = 6, FIELDS };
    char *fields[FIELDS] = { NULL };

    for (size_t i = 0; i < FIELDS && line; i++)
        fields[i] = strsep(&line, "\t");
    if (!fields[VALUE] || strncmp(path, fields[PATH], strlen(fields[PATH])) != 0)
        return;
    live_buf_add_format(out, "%s%s=%s", live_buf_length(out) ? "; " : "", fields[NAME],
                        fields[VALUE]);
}

void lv_http_add_cookies(const lv_http *http, const char *path, live_buf *out)
{
    struct curl_slist *all = NULL;
    CURL *easy = curl_easy_init();

    if (!easy)
        return;
    curl_easy_setopt(easy, CURLOPT_SHARE, http->cookies);
    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &all);
    for (struct curl_slist *one = all; one; one = one->next)
        add_cookie(one->data, path, out);
    curl_slist_free_all(all);
    curl_easy_cleanup(easy);
}

void lv_http_post_now(lv_http *http, const char *url, const char *body, int64_t timeout_ms)
{
    lv_http_request request = {
        .url = url, .body = body, .length = strlen(body), .timeout_ms = timeout_ms
    };
    lv_exchange exchange = { .http = http, .max_body_bytes = http->options.max_body_bytes };

    exchange.handle.easy = new_easy(http);
    exchange.body = live_buf_new();
    if (exchange.handle.easy && exchange.body) {
        exchange.proxy = choose_proxy(http, url);
        set_request(&exchange, &request);
        curl_easy_setopt(exchange.handle.easy, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
        curl_easy_perform(exchange.handle.easy);
    }
    lv_handle_clear(&exchange.handle);
    live_buf_free(exchange.body);
}

static struct curl_slist *make_headers(void)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    if (headers && !curl_slist_append(headers, "Expect:")) {
        curl_slist_free_all(headers);
        return NULL;
    }
    return headers;
}

static live_err open_multi(lv_http *http, live_error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start_curl);
    http->multi = curl_multi_init();
    http->cookies = curl_share_init();
    http->headers = make_headers();
    http->gzip_headers = make_headers();
    if (!http->multi || !http->cookies || !http->headers || !http->gzip_headers ||
        !curl_slist_append(http->gzip_headers, "Content-Encoding: gzip"))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    curl_share_setopt(http->cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    http->sockets = (lv_sockets){ .loop = http->loop, .fn = act, .user = http };
    lv_sockets_watch(&http->sockets, http->multi);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    live_err err = live_timer_new(http->loop, -1, 0, on_time, http, &http->timer, error);
    return err ? err : live_timer_new(http->loop, -1, 0, on_turn, http, &http->deliver, error);
}

live_err lv_http_new(live_loop *loop, const lv_http_options *options, lv_http **ret_http,
                     live_error *error)
{
    live_err err = lv_secure_check(options, error);
    if (err)
        return err;

    lv_http *http = calloc(1, sizeof *http);
    if (!http)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    *http = (lv_http){ .loop = loop, .options = *options };
    err = open_multi(http, error);
    if (err) {
        lv_http_free(http);
        return err;
    }
    *ret_http = http;
    return LIVE_OK;
}

void lv_http_free(lv_http *http)
{
    if (!http)
        return;
    while (http->exchanges)
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each takes itself out of the list
        lv_exchange_free(http->exchanges);
    while (http->spare_count > 0)
        lv_handle_clear(&http->spares[--http->spare_count]);
    if (http->multi)
        curl_multi_cleanup(http->multi);
    lv_sockets_clear(&http->sockets);
    if (http->cookies)
        curl_share_cleanup(http->cookies);
    curl_slist_free_all(http->headers);
    curl_slist_free_all(http->gzip_headers);
    live_timer_free(http->timer);
    live_timer_free(http->deliver);
    free(http);
}
