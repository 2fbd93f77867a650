// SPDX-License-Identifier: Apache-2.0
// How an HTTP connection becomes a WebSocket (RFC 6455, section 4).
#include "net/upgrade.h"

#include <live/uuid.h>
#include <live/version.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NONCE_BYTES = 16, ACCEPT_BYTES = 32, MAX_PATH = 100 };

live_err lv_upgrade_make_key(lv_upgrade *upgrade, live_error *error)
{
    unsigned char nonce[NONCE_BYTES];
    live_err err = live_random(nonce, sizeof nonce, error);

    if (!err)
        EVP_EncodeBlock((unsigned char *)upgrade->key, nonce, sizeof nonce);
    return err;
}

static const char *authority(const char *url)
{
    const char *end = strstr(url, "://");

    return end ? end + 3 : url;
}

const char *lv_upgrade_path(const lv_upgrade *upgrade)
{
    const char *path = strchr(authority(upgrade->url), '/');

    return path ? path : "/";
}

static void add_credentials(const lv_upgrade *upgrade, live_buf *out)
{
    live_buf *plain = live_buf_new();

    live_buf_add_format(plain, "%s:%s", upgrade->username,
                        upgrade->password ? upgrade->password : "");
    size_t length = live_buf_length(plain);
    unsigned char *coded = malloc(length / 3 * 4 + 5);
    if (coded) {
        EVP_EncodeBlock(coded, (const unsigned char *)live_buf_data(plain), (int)length);
        live_buf_add_format(out, "Authorization: Basic %s\r\n", (const char *)coded);
    }
    free(coded);
    live_buf_free(plain);
}

void lv_upgrade_write(const lv_upgrade *upgrade, live_buf *out)
{
    const char *host = authority(upgrade->url);

    live_buf_add_format(out,
                        "GET %s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: liblive/" LIVE_VERSION_TEXT
                        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
                        lv_upgrade_path(upgrade), (int)strcspn(host, "/"), host, upgrade->key);
    if (upgrade->cookies && *upgrade->cookies)
        live_buf_add_format(out, "Cookie: %s\r\n", upgrade->cookies);
    if (upgrade->username)
        add_credentials(upgrade, out);
    live_buf_add_text(out, "\r\n");
}

size_t lv_upgrade_head(const char *bytes, size_t length)
{
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);

    return end ? (size_t)(end - bytes) + 4 : 0;
}

// The value of a header, without the blanks around it; NULL: there is none.
static const char *find_header(const char *head, size_t length, const char *name, size_t *ret_count)
{
    const char *end = head + length, *line = memmem(head, length, "\r\n", 2);
    size_t name_length = strlen(name);

    while (line && (size_t)(end - line) > name_length + 3) {
        const char *start = line + 2;
        const char *stop = memmem(start, (size_t)(end - start), "\r\n", 2);
        bool found = stop && (size_t)(stop - start) > name_length && start[name_length] == ':' &&
                     strncasecmp(start, name, name_length) == 0;
        if (found) {
            for (start += name_length + 1; start < stop && (*start == ' ' || *start == '\t');)
                start++;
            while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t'))
                stop--;
            *ret_count = (size_t)(stop - start);
            return start;
        }
        line = stop;
    }
    return NULL;
}

static bool header_is(const char *head, size_t length, const char *name, const char *value)
{
    size_t count = 0;
    const char *own = find_header(head, length, name, &count);

    return own && count == strlen(value) && strncasecmp(own, value, count) == 0;
}

// Whether the header lists the word among others, between commas and blanks.
static bool header_lists(const char *head, size_t length, const char *name, const char *word)
{
    size_t count = 0, word_length = strlen(word);
    const char *own = find_header(head, length, name, &count);

    for (size_t i = 0; own && i + word_length <= count; i++) {
        bool begins = i == 0 || strchr(", \t", own[i - 1]);
        bool ends = i + word_length == count || strchr(", \t", own[i + word_length]);
        if (begins && ends && strncasecmp(own + i, word, word_length) == 0)
            return true;
    }
    return false;
}

// Base64 of the SHA-1 of the key and a fixed text. Unlike other values it is compared with its case.
static bool accepts(const lv_upgrade *upgrade, const char *head, size_t length)
{
    char text[128], due[ACCEPT_BYTES];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_length = 0;
    size_t count = 0;
    const char *own = find_header(head, length, "Sec-WebSocket-Accept", &count);
    int written =
        snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", upgrade->key);

    if (!own || !EVP_Digest(text, (size_t)written, digest, &digest_length, EVP_sha1(), NULL))
        return false;
    int due_length = EVP_EncodeBlock((unsigned char *)due, digest, (int)digest_length);
    return count == (size_t)due_length && memcmp(own, due, count) == 0;
}

static int read_status(const char *head, size_t length)
{
    enum { DIGITS = 3, BEFORE = sizeof "HTTP/1.1 " - 1 };
    char digits[DIGITS + 1] = "";

    if (length < BEFORE + DIGITS || strncmp(head, "HTTP/1.", sizeof "HTTP/1." - 1) != 0)
        return 0;
    memcpy(digits, head + BEFORE, DIGITS);
    return strspn(digits, "0123456789") == DIGITS ? (int)strtol(digits, NULL, 10) : 0;
}

static live_err refuse(const lv_upgrade *upgrade, int status, live_error *error)
{
    live_err code = status == 401 || status == 403 ? LIVE_E_AUTH : LIVE_E_HTTP;
    live_error own = { 0 };

    live_fail(&own, code, "GET %.*s: HTTP %d instead of a WebSocket", MAX_PATH,
              lv_upgrade_path(upgrade), status);
    own.http = status;
    own.retry = true;
    if (error)
        *error = own;
    return code;
}

live_err lv_upgrade_check(const lv_upgrade *upgrade, const char *head, size_t length,
                          live_error *error)
{
    int status = read_status(head, length);
    const char *wrong = NULL;
    size_t count = 0;

    if (status == 0)
        wrong = "the answer is not HTTP/1.1";
    else if (status != 101)
        return refuse(upgrade, status, error);
    else if (!header_is(head, length, "Upgrade", "websocket") ||
             !header_lists(head, length, "Connection", "Upgrade"))
        wrong = "the answer upgrades to something else";
    else if (!accepts(upgrade, head, length))
        wrong = "the answer is not to this request";
    else if (find_header(head, length, "Sec-WebSocket-Extensions", &count) ||
             find_header(head, length, "Sec-WebSocket-Protocol", &count))
        wrong = "the answer chooses what was not offered";
    if (!wrong)
        return LIVE_OK;
    return live_fail(error, LIVE_E_PROTOCOL, "GET %.*s: %s", MAX_PATH, lv_upgrade_path(upgrade),
                     wrong);
}
