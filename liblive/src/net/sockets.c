// SPDX-License-Identifier: Apache-2.0
// The sockets of libcurl, watched on a loop.
#include "net/sockets.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct lv_watch {
    struct lv_watch *next, **link;
    lv_sockets *sockets;
    curl_socket_t socket;
    live_io *io;
} watch;

static void on_ready(live_io *io, unsigned ready, void *user)
{
    const watch *watch = user;
    int bits = (ready & LIVE_READABLE ? CURL_CSELECT_IN : 0) |
               (ready & LIVE_WRITABLE ? CURL_CSELECT_OUT : 0);

    (void)io;
    watch->sockets->fn(watch->socket, bits, watch->sockets->user);
}

static void free_watch(watch *watch)
{
    live_io_free(watch->io);
    free(watch);
}

static void remove_watch(watch *watch)
{
    *watch->link = watch->next;
    if (watch->next)
        watch->next->link = watch->link;
    free_watch(watch);
}

static watch *find(const lv_sockets *sockets, curl_socket_t socket)
{
    watch *watch = sockets->watches;

    while (watch && watch->socket != socket)
        watch = watch->next;
    return watch;
}

static watch *new_watch(lv_sockets *sockets, curl_socket_t socket, unsigned want)
{
    watch *own = calloc(1, sizeof *own);
    if (!own)
        return NULL;

    *own = (watch){ .sockets = sockets, .socket = socket };
    if (live_io_new(sockets->loop, socket, want, on_ready, own, &own->io, NULL)) {
        free(own);
        return NULL;
    }
    own->next = sockets->watches;
    own->link = &sockets->watches;
    if (own->next)
        own->next->link = &own->next;
    sockets->watches = own;
    return own;
}

// The connection of a transfer that is over waits for the next one, and so does its watch: to make it anew would be six
// calls of the kernel for each request. Its end is told by close_socket(). Any other socket may be closed without a word.
static void rest(watch *watch, CURL *easy)
{
    curl_socket_t kept = CURL_SOCKET_BAD;

    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &kept);
    if (kept == watch->socket)
        live_io_want(watch->io, 0);
    else
        remove_watch(watch);
}

static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *socket_user)
{
    lv_sockets *sockets = user;
    watch *watch = socket_user ? socket_user : find(sockets, socket);
    unsigned want =
        (what & CURL_POLL_IN ? LIVE_READABLE : 0u) | (what & CURL_POLL_OUT ? LIVE_WRITABLE : 0u);

    if (what == CURL_POLL_REMOVE) {
        if (watch)
            rest(watch, easy);
        return 0;
    }
    if (watch)
        live_io_want(watch->io, want);
    else
        watch = new_watch(sockets, socket, want);
    if (!watch)
        return -1;
    if (!socket_user)
        curl_multi_assign(sockets->multi, socket, watch);
    return 0;
}

static int close_socket(void *user, curl_socket_t socket)
{
    lv_sockets_leave(user, socket);
    return close(socket);
}

void lv_sockets_watch(lv_sockets *sockets, CURLM *multi)
{
    sockets->multi = multi;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, sockets);
}

void lv_sockets_follow(lv_sockets *sockets, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets);
}

void lv_sockets_leave(lv_sockets *sockets, curl_socket_t socket)
{
    watch *watch = find(sockets, socket);

    if (watch)
        remove_watch(watch);
}

void lv_sockets_clear(lv_sockets *sockets)
{
    for (watch *own = sockets->watches, *next; own; own = next) {
        next = own->next;
        free_watch(own);
    }
    sockets->watches = NULL;
}
