// SPDX-License-Identifier: Apache-2.0
// Servers that others wrote, each on a free port of 127.0.0.1: tinyproxy and microsocks as proxies, stunnel as TLS before
// a server. What they log is kept.
#ifndef DAEMON_PEER_H
#define DAEMON_PEER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct daemon_peer {
    char folder[64]; // of its configuration and its log
    pid_t pid;
    int port;
} daemon_peer;

// Whether a program is installed; else it says so: the test is to be skipped.
bool daemon_there(const char *program);

// An HTTP proxy and a SOCKS5 proxy; `user` NULL: for everybody. 0, or -1 after a message.
int daemon_http_proxy(daemon_peer *peer, const char *user, const char *password);
int daemon_socks_proxy(daemon_peer *peer, const char *user, const char *password);

// TLS before the port `behind`; `lines` are more of stunnel's options, such as its certificate.
int daemon_tls(daemon_peer *peer, int behind, const char *lines);

// Whether its log has the text; waits for it for at most 5 s, as what a proxy did is logged beside its work.
bool daemon_logged(const daemon_peer *peer, const char *text);

// How often its log has it by now.
int daemon_count(const daemon_peer *peer, const char *text);

// Ends it. What was never started is fine.
void daemon_stop(daemon_peer *peer);

#endif
