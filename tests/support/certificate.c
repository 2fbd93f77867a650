// SPDX-License-Identifier: Apache-2.0
#include "certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HOUR_S = 3600 };

static bool add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool added = extension && X509_add_ext(x509, extension, -1);

    X509_EXTENSION_free(extension);
    return added;
}

static bool fill(X509 *x509, EVP_PKEY *key, const certificate_plan *plan)
{
    static long serial = 1;
    const certificate *issuer = plan->issuer;
    X509_NAME *subject = X509_get_subject_name(x509);

    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), plan->to_s ? plan->from_s : -HOUR_S);
    X509_gmtime_adj(X509_getm_notAfter(x509), plan->to_s ? plan->to_s : HOUR_S);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)plan->name, -1,
                               -1, 0);
    X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer->x509) : subject);
    X509_set_pubkey(x509, key);
    bool extended = plan->alt ? add_extension(x509, NID_subject_alt_name, plan->alt)
                              : add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
    return extended && X509_sign(x509, issuer ? issuer->key : key, EVP_sha256()) > 0;
}

static void pin(certificate *made)
{
    unsigned char *coded = NULL, digest[EVP_MAX_MD_SIZE], text[64];
    int length = i2d_PUBKEY(made->key, &coded);
    unsigned digest_length = 0;

    EVP_Digest(coded, (size_t)length, digest, &digest_length, EVP_sha256(), NULL);
    EVP_EncodeBlock(text, digest, (int)digest_length);
    snprintf(made->pin, sizeof made->pin, "sha256//%s", (const char *)text);
    OPENSSL_free(coded);
}

static FILE *open_in(const char *folder, const char *name, const char *ending)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    return fopen(path, "we");
}

static bool write_certificate(const certificate *made, FILE *file)
{
    bool written = file && PEM_write_X509(file, made->x509);

    return (!file || fclose(file) == 0) && written;
}

static bool write_key(const certificate *made, FILE *file, const char *passphrase)
{
    bool written = file && PEM_write_PKCS8PrivateKey(
                               file, made->key, passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
                               passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);

    return (!file || fclose(file) == 0) && written;
}

int certificate_make(certificate *made, const char *folder, const certificate_plan *plan)
{
    *made = (certificate){ .key = EVP_EC_gen("P-256"), .x509 = X509_new() };
    if (!made->key || !made->x509 || !fill(made->x509, made->key, plan))
        return -1;
    pin(made);
    bool written = write_certificate(made, open_in(folder, plan->name, "pem")) &&
                   write_key(made, open_in(folder, plan->name, "key"), plan->passphrase);
    return written ? 0 : -1;
}

int certificate_link(const certificate *made, const char *folder)
{
    char name[32];

    snprintf(name, sizeof name, "%08lx", X509_subject_name_hash(made->x509));
    return write_certificate(made, open_in(folder, name, "0")) ? 0 : -1;
}

void certificate_clear(certificate *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->x509);
    *made = (certificate){ 0 };
}
