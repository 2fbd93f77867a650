// SPDX-License-Identifier: Apache-2.0
// The sockets of libcurl, watched on a loop.
#ifndef LV_SOCKETS_H
#define LV_SOCKETS_H

#include <curl/curl.h>
#include <live/loop.h>

// `ready` holds CURL_CSELECT_… bits. All may be cleared from it.
typedef void (*lv_sockets_fn)(curl_socket_t socket, int ready, void *user);

typedef struct lv_sockets {
    live_loop *loop;
    CURLM *multi;
    struct lv_watch *watches;
    lv_sockets_fn fn;
    void *user;
} lv_sockets;

// Of all that `multi` makes from now on. It stays where it is as long as `multi` lives.
void lv_sockets_watch(lv_sockets *sockets, CURLM *multi);

// To be told of each handle: it says when a socket is closed.
void lv_sockets_follow(lv_sockets *sockets, CURL *easy);

// The socket is somebody else's to watch from now on.
void lv_sockets_leave(lv_sockets *sockets, curl_socket_t socket);

// After the multi handle.
void lv_sockets_clear(lv_sockets *sockets);

#endif
