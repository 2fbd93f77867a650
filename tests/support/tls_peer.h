// SPDX-License-Identifier: Apache-2.0
// A platform behind TLS, with certificates that nobody signed: `openssl s_server`, which answers GET /healthcheck.
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <sys/types.h>

typedef struct tls_peer {
    char directory[64]; // what is made, which tls_peer_close() removes
    char url[64];
    pid_t pid;
    int output; // of the server
} tls_peer;

// Makes the directory. 0, or -1 after a message.
int tls_peer_open(tls_peer *peer);

// Makes DIRECTORY/NAME.pem and NAME.key: a certificate that signs itself, for the subject alternative name
// `alt`, such as "IP:127.0.0.1".
int tls_peer_certify(const tls_peer *peer, const char *name, const char *alt);

// Starts the server with that certificate and fills `url`.
int tls_peer_start(tls_peer *peer, const char *name);

// The path of a file in the directory; valid until the next call.
const char *tls_peer_path(const tls_peer *peer, const char *name);

void tls_peer_stop(tls_peer *peer); // the server
void tls_peer_close(tls_peer *peer);

#endif
