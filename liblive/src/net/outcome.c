// SPDX-License-Identifier: Apache-2.0
// What libcurl's outcomes mean here.
#include "net/outcome.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

// The codes that mean one thing; the others are LIVE_E_PROTOCOL.
static const struct meaning {
    CURLcode result;
    live_err code;
    bool retry;
    const char *advice; // what to do
} meanings[] = {
    { CURLE_COULDNT_RESOLVE_HOST, LIVE_E_CONNECT, true, "" },
    { CURLE_COULDNT_RESOLVE_PROXY, LIVE_E_CONNECT, true, "" },
    { CURLE_COULDNT_CONNECT, LIVE_E_CONNECT, true, "" },
    { CURLE_PROXY, LIVE_E_CONNECT, true, "" },
    { CURLE_OPERATION_TIMEDOUT, LIVE_E_TIMEOUT, true, "" },
    { CURLE_GOT_NOTHING, LIVE_E_CLOSED, true, "" },
    { CURLE_RECV_ERROR, LIVE_E_CLOSED, true, "" },
    { CURLE_SEND_ERROR, LIVE_E_CLOSED, true, "" },
    { CURLE_SEND_FAIL_REWIND, LIVE_E_CLOSED, true, "" },
    { CURLE_PARTIAL_FILE, LIVE_E_CLOSED, true, "" },
    { CURLE_PEER_FAILED_VERIFICATION, LIVE_E_TLS, false, "" },
    { CURLE_SSL_CONNECT_ERROR, LIVE_E_TLS, true, "" },
    { CURLE_SSL_CACERT_BADFILE, LIVE_E_TLS, false, "; verify_ssl in settings, ca_file, names it" },
    { CURLE_SSL_CERTPROBLEM, LIVE_E_TLS, false,
      "; tls.certificate, tls.key and tls.key_password in settings name the client's certificate" },
    { CURLE_SSL_PINNEDPUBKEYNOTMATCH, LIVE_E_TLS, false,
      "; if the server has a new key, and you know it from its owner, tls.pinned_key takes it" },
    { CURLE_URL_MALFORMAT, LIVE_E_INVALID, false, "" },
    { CURLE_UNSUPPORTED_PROTOCOL, LIVE_E_INVALID, false, "" },
    { CURLE_OUT_OF_MEMORY, LIVE_E_NOMEM, false, "" },
    { CURLE_FILESIZE_EXCEEDED, LIVE_E_LIMIT, false, "" },
};

// Why a certificate is not trusted.
static const struct {
    long verdict;
    const char *advice;
} verdicts[] = {
    { X509_V_ERR_UNSPECIFIED, // libcurl's, who compares the names before it asks for more
      "; the name in the address and that of the certificate have to be the same" },
    { X509_V_ERR_CERT_HAS_EXPIRED,
      "; the server needs a new one, or this machine's clock is wrong" },
    { X509_V_ERR_CERT_NOT_YET_VALID, "; this machine's clock may be wrong" },
    { X509_V_ERR_CERT_REVOKED, "; the server needs a new one" },
};

#define CLIENT                                                                                     \
    "; the server wants another client certificate: tls.certificate and tls.key in settings"

// What a server says of the client's side before it hangs up.
static const struct {
    int reason;
    const char *advice;
} alerts[] = {
    { SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
      "; it may want a client certificate, tls.certificate in settings" },
    { SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, CLIENT },
    { SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, CLIENT },
    { SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, CLIENT },
    { SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, CLIENT },
    { SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, CLIENT },
    { SSL_R_TLSV1_ALERT_UNKNOWN_CA, CLIENT },
    { SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, CLIENT },
    { SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "; the server speaks no TLS of tls.min_version" },
    { SSL_R_UNSUPPORTED_PROTOCOL, "; the server speaks no TLS of tls.min_version" },
};

static struct meaning find_meaning(CURLcode result)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].result == result)
            return meanings[i];
    return (struct meaning){ .code = LIVE_E_PROTOCOL, .advice = "" };
}

// OpenSSL's number in a text such as "…: error:0A00045C:SSL routines::tlsv13 alert certificate required".
static int read_reason(const char *detail)
{
    const char *number = strstr(detail, "error:");

    return number ? ERR_GET_REASON(strtoul(number + sizeof "error:" - 1, NULL, 16)) : 0;
}

static const char *advise_on_certificate(const lv_outcome *outcome)
{
    long verdict = 0, of_proxy = 0;

    curl_easy_getinfo(outcome->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    curl_easy_getinfo(outcome->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &of_proxy);
    if (verdict < of_proxy)
        verdict = of_proxy;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (verdicts[i].verdict == verdict)
            return verdicts[i].advice;
    return "; ca_file, or verify_ssl in settings, names the certificates to trust";
}

// Alerts come while the connection is made, and with TLS 1.3 in place of an answer.
static void read_alert(const lv_outcome *outcome, struct meaning *meaning)
{
    int reason = read_reason(outcome->detail);

    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
        if (alerts[i].reason != reason)
            continue;
        meaning->code = LIVE_E_TLS;
        meaning->retry = false;
        meaning->advice = alerts[i].advice;
    }
    // A server that hangs up at once may cut off what it said of the certificate.
    if (meaning->code == LIVE_E_CLOSED && outcome->unanswered_ask) {
        meaning->code = LIVE_E_TLS;
        meaning->advice = CLIENT;
    }
}

static void read_socks(const lv_outcome *outcome, struct meaning *meaning)
{
    long reason = 0;

    curl_easy_getinfo(outcome->easy, CURLINFO_PROXY_ERROR, &reason);
    if (reason != CURLPX_USER_REJECTED && reason != CURLPX_NO_AUTH)
        return;
    meaning->code = LIVE_E_AUTH;
    meaning->retry = false;
    meaning->advice = "; proxy.username and proxy.password in settings";
}

static live_err fail_proxy(const lv_outcome *outcome, int status, live_error *error)
{
    bool refused = status == 401 || status == 407; // tinyproxy knows the first
    live_err code = refused ? LIVE_E_AUTH : LIVE_E_CONNECT;

    if (refused)
        live_fail(error, code,
                  "%s: the proxy refuses the credentials (HTTP %d); proxy.username and "
                  "proxy.password in settings",
                  outcome->name, status);
    else
        live_fail(error, code, "%s: the proxy does not connect (HTTP %d)", outcome->name, status);
    error->http = status;
    error->retry = status >= 500;
    return code;
}

static live_err fail_time(const lv_outcome *outcome, live_error *error)
{
    curl_off_t connected_us = 0;
    live_err code = LIVE_E_TIMEOUT;

    curl_easy_getinfo(outcome->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    if (connected_us == 0)
        live_fail(error, code = LIVE_E_CONNECT, "%s: no connection in time", outcome->name);
    else
        live_fail(error, code, "%s: no answer within %" PRId64 " ms", outcome->name,
                  outcome->timeout_ms);
    error->retry = true;
    return code;
}

// A long path in libcurl's text is cut, rather than what to do about it.
static int room_for_detail(const char *name, const char *advice)
{
    const size_t taken = strlen(name) + strlen(": ") + strlen(advice) + 1;
    const size_t whole = sizeof((live_error *)0)->text;

    return taken < whole ? (int)(whole - taken) : 0;
}

live_err lv_outcome_fail(const lv_outcome *outcome, live_error *error)
{
    struct meaning meaning = find_meaning(outcome->result);
    long connect_status = 0;

    if (outcome->too_long || meaning.code == LIVE_E_LIMIT)
        return live_fail(error, LIVE_E_LIMIT, "%s: the answer is longer than %zu bytes",
                         outcome->name, outcome->max_body_bytes);
    if (meaning.code == LIVE_E_TIMEOUT)
        return fail_time(outcome, error);
    curl_easy_getinfo(outcome->easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    if (connect_status >= 300)
        return fail_proxy(outcome, (int)connect_status, error);
    if (outcome->result == CURLE_PEER_FAILED_VERIFICATION)
        meaning.advice = advise_on_certificate(outcome);
    else if (outcome->result == CURLE_PROXY)
        read_socks(outcome, &meaning);
    else
        read_alert(outcome, &meaning);
    const char *detail = *outcome->detail ? outcome->detail : curl_easy_strerror(outcome->result);
    live_fail(error, meaning.code, "%s: %.*s%s", outcome->name,
              room_for_detail(outcome->name, meaning.advice), detail, meaning.advice);
    error->retry = meaning.retry;
    return meaning.code;
}

static live_err fail_redirect(const lv_outcome *outcome, int status, live_error *error)
{
    char *target = NULL;

    curl_easy_getinfo(outcome->easy, CURLINFO_REDIRECT_URL, &target);
    size_t length = target ? strcspn(target, "?#") : 0; // a query may hold what is secret
    live_fail(error, LIVE_E_HTTP, "%s: HTTP %d, a redirect to '%.*s' that is not followed",
              outcome->name, status, (int)(length > 100 ? 100 : length), target ? target : "");
    error->http = status;
    return LIVE_E_HTTP;
}

live_err lv_outcome_status(const lv_outcome *outcome, int status, live_error *error)
{
    live_err code = status == 401 || status == 403 ? LIVE_E_AUTH
                    : status == 404                ? LIVE_E_NOTFOUND
                                                   : LIVE_E_HTTP;

    if (status >= 200 && status < 300)
        return LIVE_OK;
    if (status >= 300 && status < 400)
        return fail_redirect(outcome, status, error);
    if (status == 407)
        return fail_proxy(outcome, status, error);
    live_fail(error, code, "%s: HTTP %d", outcome->name, status);
    error->http = status;
    error->retry = status == 408 || status == 429 || status >= 500;
    return code;
}
