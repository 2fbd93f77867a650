// SPDX-License-Identifier: Apache-2.0
/** @file client.h
 * The connection to a LIVE platform: address, credentials, limits; events out, resources in.
 *
 * A client belongs to one loop. Functions without a callback block the calling thread on a loop of
 * their own, so no other callback of the client runs meanwhile and they may be called from a
 * callback.
 *
 * Threads: a client, its calls and its queries are used on the thread of their loop alone; only live_client_cancel() may be
 * called from anywhere. Clients of different loops share nothing.
 */
#ifndef LIVE_CLIENT_H
#define LIVE_CLIENT_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <live/loop.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A connection to a platform. Belongs to its loop and to that loop's thread. */
typedef struct live_client live_client;
typedef struct live_call live_call; ///< something asked for that has not been answered

/**
 * Where the platform is and who asks. Begin with LIVE_CLIENT_OPTIONS_INIT. All texts are copied.
 */
typedef struct live_client_options {
    size_t size;            ///< sizeof(live_client_options)
    const char *url;        ///< such as "https://live.example.com"
    const char *username;   ///< of the platform
    const char *password;   ///< the text itself
    const char *rest_input; ///< path of the REST input, such as "/services/plugin-restinput/rig/"
    const char *tcp_host;   ///< TCP input; used when one of the four above is missing
    int tcp_port;           ///< of the TCP input
    bool tls_insecure;      ///< do not verify the platform's certificate
    const char *
        ca_file; ///< certificates to trust instead of the system's: a file, or a folder as `openssl rehash` makes it
    int64_t connect_timeout_ms; ///< 0: 3050
    int64_t request_timeout_ms; ///< 0: 5000; for the whole request
    int max_retries;            ///< 0: 5; negative: none
    size_t max_body_bytes;      ///< 0: 64 MiB; a longer answer is refused
    bool polling_only;          ///< queries by long-polling, also where WebSocket is there
    const char *
        tls_certificate; ///< file (PEM) of the client's certificate, for servers that ask for one; NULL
    const char *tls_key;          ///< file (PEM) of its key; NULL: it is in the certificate's
    const char *tls_key_password; ///< the key's passphrase, the text itself; NULL
    const char *
        tls_pinned_key; ///< the server's public key must be this: "sha256//" and Base64, several after ';'; NULL: any
    const char *tls_min_version; ///< "1.2", "1.3"; NULL: "1.2"
    bool tcp_tls;                ///< the TCP input speaks TLS
    const char *
        proxy; ///< "http://HOST:PORT", https, socks5 or socks5h; "none"; NULL: what the environment says
    const char *
        proxy_except; ///< hosts that are reached without one, as in NO_PROXY; NULL: see live_client_new()
    const char *proxy_username; ///< NULL: without
    const char *proxy_password; ///< the text itself
} live_client_options;

/** Initialises options: no address, the default limits. */
#define LIVE_CLIENT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(live_client_options), 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, \
            false, 0, 0, 0, 0                                                                      \
    }

/** Secrets that settings lead to, which options point to. Begin with zeros. */
typedef struct live_client_secrets {
    char *password;       ///< of the platform; NULL: not given, or part of the settings
    char *proxy_password; ///< of the proxy
    char *key_password;   ///< of the client's key
} live_client_secrets;

/** Wipes and frees what was read. */
LIVE_API void live_client_secrets_clear(live_client_secrets *secrets);

/**
 * Reads the `live` object of a settings file: `url`, `username`, `password`, `rest_input`, `ip`, `port`, `verify_ssl` (true,
 * false or the path of certificates), `tls` and `proxy`, as docs/settings.md describes them.
 *
 * The texts are borrowed from `live`. A password that is a reference (`{"file": …}`, `{"env": …}`,
 * `{"credential": …}`) is resolved, and what was read is kept in `secrets`: clear them after the client was made.
 *
 * @retval LIVE_E_INVALID a wrong type or value; the text names the member
 */
LIVE_API LIVE_MUST_USE live_err live_client_options_read(const cJSON *live,
                                                         live_client_options *options,
                                                         live_client_secrets *secrets,
                                                         live_error *error);

/**
 * Copies the options; connects to nothing yet.
 *
 * Where `proxy` is NULL, `https_proxy`, `HTTPS_PROXY` or for http: URLs `http_proxy`, then `all_proxy` and `ALL_PROXY` of the
 * environment count, and for the TCP input only the last two; hosts of `proxy_except`, else of `no_proxy` and `NO_PROXY`, are
 * reached directly. A proxy of the options counts for all other hosts, whatever the environment says.
 *
 * @param ret_client yours: live_client_free(), before its loop
 * @retval LIVE_E_INVALID an address that is none
 */
LIVE_API LIVE_MUST_USE live_err live_client_new(live_loop *loop, const live_client_options *options,
                                                live_client **ret_client, live_error *error);

/** Ends everything that is under way; no callback follows. */
LIVE_API void live_client_free(live_client *client);

/**
 * Ends the blocking call that is under way with LIVE_E_CLOSED; where there is none it ends the next one, so that a signal that
 * comes just before a call is not lost. A call that has its answer is not ended: the next one is.
 *
 * From any thread and from signal handlers (async-signal-safe), as long as live_client_free() has not begun. Blocking are the
 * functions of this and the other headers that take a client and no callback; live_loop_run() is ended by
 * live_loop_interrupt().
 */
LIVE_API void live_client_cancel(live_client *client);

/**
 * The platform's clock now, in milliseconds since the epoch, as it answers the queries that run: to
 * a few milliseconds, whatever this machine's clock shows.
 *
 * @return false: the platform has not said; there was no query yet, or it lacks the extension
 */
LIVE_API bool live_client_platform_ms(const live_client *client, int64_t *ret_ms);

/**
 * LIVE_OK when `/healthcheck` answers exactly `WORKING`.
 *
 * @retval LIVE_E_PROTOCOL it answers something else; otherwise as live_client_get()
 */
LIVE_API LIVE_MUST_USE live_err live_client_health(live_client *client, live_error *error);

/**
 * LIVE_OK when there is a REST input at `rest_input`: one answers 405 to a GET.
 *
 * @retval LIVE_E_INVALID no `rest_input` is set  @retval LIVE_E_NOTFOUND 404
 * @retval LIVE_E_PROTOCOL something that is no input answers there
 */
LIVE_API LIVE_MUST_USE live_err live_client_input(live_client *client, live_error *error);

/**
 * Gets a JSON resource below the base URL.
 *
 * @param ret_body yours: cJSON_Delete(); a text/plain answer is a JSON string.
 * @retval LIVE_E_AUTH 401 or 403  @retval LIVE_E_NOTFOUND 404  @retval LIVE_E_TIMEOUT after all
 * retries
 */
LIVE_API LIVE_MUST_USE live_err live_client_get(live_client *client, const char *path,
                                                cJSON **ret_body, live_error *error);

/**
 * `body` and `error` are borrowed; exactly one is NULL. The call is over: it needs no
 * live_call_free().
 */
typedef void (*live_reply_fn)(const cJSON *body, const live_error *error, void *user);

/**
 * As live_client_get(), without blocking. `json` NULL makes a GET, else it is POSTed (borrowed).
 *
 * Timeouts and refused connections are tried again as the options say for a GET; a POST is sent
 * once.
 */
LIVE_API LIVE_MUST_USE live_err live_client_call(live_client *client, const char *path,
                                                 const char *json, live_reply_fn fn, void *user,
                                                 live_call **ret_call, live_error *error);

/** An answer as it came, whatever its status. */
typedef struct live_answer {
    int status;               ///< of HTTP
    const char *content_type; ///< "" when the answer has none
    const char *text;         ///< followed by a NUL that is not counted
    size_t length;            ///< in bytes
} live_answer;

/** `answer` is borrowed; NULL when none came, then `error` says why. The call is over. */
typedef void (*live_answer_fn)(const live_answer *answer, const live_error *error, void *user);

/**
 * As live_client_call(), but hands out the answer as it is: for what is no JSON, and for what a
 * refusal says. A status other than 2xx is an answer like any other, and `error` tells it too.
 */
LIVE_API LIVE_MUST_USE live_err live_client_ask(live_client *client, const char *path,
                                                const char *json, live_answer_fn fn, void *user,
                                                live_call **ret_call, live_error *error);

/** Cancels a call or a send that has not been answered. NULL is fine. */
LIVE_API void live_call_free(live_call *call);

// Events. With url, username, password and rest_input they go to the REST input, else to the TCP
// input.

/**
 * Takes the event and sends it, blocking. LIVE_OK: the platform's input answered 2xx (TCP: it was
 * written).
 *
 * @retval LIVE_E_INVALID what live_event_check() refuses, or the client has no input
 * @retval LIVE_E_CONNECT nobody is there; LIVE_E_TIMEOUT, LIVE_E_AUTH, LIVE_E_HTTP as for any request
 */
LIVE_API LIVE_MUST_USE live_err live_event_send(live_client *client, cJSON *event,
                                                live_error *error);

/**
 * Takes an array of events and sends it: one POST, or one line each.
 *
 * @retval LIVE_E_INVALID no array, or an event that live_event_check() refuses; else as live_event_send()
 */
LIVE_API LIVE_MUST_USE live_err live_event_send_all(live_client *client, cJSON *events,
                                                    live_error *error);

/** `error` is NULL on success. Called once. */
typedef void (*live_sent_fn)(const live_error *error, void *user);

/**
 * Sends ready JSON, one event object or an array of them, as it is, without blocking.
 *
 * The text is checked to be JSON, never re-printed. For the TCP input `text` must be one event
 * without a newline, or an array, which is split.
 *
 * @param ret_call over once `fn` was called; before that live_call_free() cancels it. Borrowed
 * @retval LIVE_E_PARSE   it is no JSON
 * @retval LIVE_E_INVALID the client has no input
 * @see live_event_send() for what `fn` may be told
 */
LIVE_API LIVE_MUST_USE live_err live_event_send_text(live_client *client, const char *text,
                                                     size_t length, live_sent_fn fn, void *user,
                                                     live_call **ret_call, live_error *error);

#ifdef __cplusplus
}
#endif
#endif
