// SPDX-License-Identifier: Apache-2.0
// Certificates for a test: of an authority, of servers and clients, expired or not.
#ifndef CERTIFICATE_H
#define CERTIFICATE_H

#include <openssl/x509.h>

enum { CERTIFICATE_PIN_BYTES = 64 };

typedef struct certificate {
    EVP_PKEY *key;
    X509 *x509;
    char pin[CERTIFICATE_PIN_BYTES]; // "sha256//…" of its public key
} certificate;

typedef struct certificate_plan {
    const char *name; // of its subject, and of the files
    const char *alt;  // the subject's alternative name, such as "IP:127.0.0.1"; NULL: an authority
    const certificate *issuer; // NULL: it signs itself
    long from_s, to_s;         // seconds from now; both 0: an hour around it
    const char *passphrase;    // of the key's file; NULL: none
} certificate_plan;

// Makes it, and FOLDER/NAME.pem and FOLDER/NAME.key. 0, or -1.
int certificate_make(certificate *made, const char *folder, const certificate_plan *plan);

// FOLDER/HASH.0, as `openssl rehash` links a certificate to trust; returns as certificate_make().
int certificate_link(const certificate *made, const char *folder);

void certificate_clear(certificate *made);

#endif
