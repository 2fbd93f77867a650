// SPDX-License-Identifier: Apache-2.0
// What libcurl is told of trust, identity and the way to a host.
#include "net/secure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    long curl;
} versions[] = { { "1.2", CURL_SSLVERSION_TLSv1_2 }, { "1.3", CURL_SSLVERSION_TLSv1_3 } };

static long find_version(const char *name)
{
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (strcmp(versions[i].name, name) == 0)
            return versions[i].curl;
    return 0;
}

// One or several keys, between ';'.
static bool is_pin(const char *text)
{
    static const char prefix[] = "sha256//";
    enum { PREFIX = sizeof prefix - 1, CODED = 44 }; // 32 bytes in Base64

    do {
        text += *text == ';';
        if (strncmp(text, prefix, PREFIX) != 0 || strcspn(text + PREFIX, ";") != CODED)
            return false;
        text += PREFIX + CODED;
    } while (*text);
    return true;
}

live_err lv_secure_check(const lv_http_options *options, live_error *error)
{
    if (options->min_version && !find_version(options->min_version))
        return live_fail(error, LIVE_E_INVALID, "tls.min_version: '%.20s' is neither 1.2 nor 1.3",
                         options->min_version);
    if (options->pinned_key && !is_pin(options->pinned_key))
        return live_fail(error, LIVE_E_INVALID,
                         "tls.pinned_key: not of the form sha256//, 44 characters of Base64, more "
                         "of them after ';'");
    if (options->key && !options->certificate)
        return live_fail(error, LIVE_E_INVALID, "tls.key is of no use without tls.certificate");
    return lv_proxy_check(options->proxy, error);
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Instead of the system's, also for a proxy that speaks TLS.
static void set_authorities(CURL *easy, const char *path)
{
    const char *folder = is_folder(path) ? path : NULL, *file = folder ? NULL : path;

    curl_easy_setopt(easy, CURLOPT_CAINFO, file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, file);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, folder);
}

static void set_trust(CURL *easy, const lv_http_options *options)
{
    long version =
        options->min_version ? find_version(options->min_version) : CURL_SSLVERSION_TLSv1_2;

    curl_easy_setopt(easy, CURLOPT_SSLVERSION, version);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, version);
    if (options->tls_insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
    }
    if (options->ca_file)
        set_authorities(easy, options->ca_file);
    if (options->pinned_key)
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, options->pinned_key);
}

// Who we are.
static void set_identity(CURL *easy, const lv_http_options *options)
{
    if (options->username) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, options->username);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, options->password ? options->password : "");
    }
    if (options->certificate) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, options->certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, options->key ? options->key : options->certificate);
        // Without a passphrase OpenSSL would ask for one on the terminal.
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD,
                         options->key_password ? options->key_password : "");
    }
}

static int note_ask(SSL *ssl, void *user)
{
    bool *asked = user;

    (void)ssl;
    *asked = true;
    return 1;
}

static CURLcode watch_asks(CURL *easy, void *context, void *user)
{
    (void)easy;
    SSL_CTX_set_cert_cb(context, note_ask, user);
    return CURLE_OK;
}

void lv_secure(CURL *easy, const lv_http_options *options, bool *asked)
{
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, watch_asks);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, asked);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    set_trust(easy, options);
    set_identity(easy, options);
}

static SSL *session_of(CURL *easy)
{
    const struct curl_tlssessioninfo *info = NULL;

    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info ||
        info->backend != CURLSSLBACKEND_OPENSSL)
        return NULL;
    return info->internals;
}

// Written into memory: what libcurl writes through is there only within its own calls.
size_t lv_secure_goodbye(CURL *easy, void *out, size_t room)
{
    SSL *session = session_of(easy);
    BIO *memory = session ? BIO_new(BIO_s_mem()) : NULL, *own;
    size_t length = 0;

    if (!memory)
        return 0;
    own = SSL_get_wbio(session);
    BIO_up_ref(own);
    BIO_up_ref(memory);
    SSL_set0_wbio(session, memory);
    SSL_shutdown(session);
    SSL_set0_wbio(session, own);
    ERR_clear_error();
    if (BIO_read_ex(memory, out, room, &length) != 1)
        length = 0;
    BIO_free(memory);
    return length;
}

// What the environment says was weighed already: libcurl is not to look there again.
void lv_secure_route(CURL *easy, const lv_http_options *options, const lv_proxy *proxy)
{
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy->url ? proxy->url : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    if (!proxy->of_options || !options->proxy_username)
        return;
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, options->proxy_username);
    curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD,
                     options->proxy_password ? options->proxy_password : "");
}
