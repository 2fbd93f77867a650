// SPDX-License-Identifier: Apache-2.0
// Which proxy the way to a host leads through.
#include "net/proxy.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOST_BYTES = 256, ADDRESS_BYTES = 16 };

#define NONE "none" // in the place of a proxy: not even the environment's

static const char *after_scheme(const char *url)
{
    const char *end = strstr(url, "://");

    return end ? end + 3 : url;
}

// HOST, without the brackets of an IPv6 address.
static void read_host(const char *url, char host[HOST_BYTES])
{
    const char *start = after_scheme(url);
    bool bracket = *start == '[';

    start += bracket;
    snprintf(host, HOST_BYTES, "%.*s", (int)strcspn(start, bracket ? "]" : ":/?#"), start);
}

// Exceptions

// The bytes of an address; 0: it is none.
static size_t read_address(const char *text, unsigned char bytes[ADDRESS_BYTES])
{
    if (inet_pton(AF_INET, text, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

// An address, or a block of them such as "10.0.0.0/8".
static bool is_in_block(const char *entry, const char *host)
{
    unsigned char block[ADDRESS_BYTES], own[ADDRESS_BYTES];
    char address[HOST_BYTES];
    const char *slash = strchr(entry, '/');
    size_t length = read_address(host, own);

    snprintf(address, sizeof address, "%.*s", (int)strcspn(entry, "/"), entry);
    if (length == 0 || read_address(address, block) != length)
        return false;
    size_t bits = slash ? strtoul(slash + 1, NULL, 10) : length * 8, whole = bits / 8;
    if (bits > length * 8 || memcmp(block, own, whole) != 0)
        return false;
    unsigned rest = 0xFF00U >> bits % 8 & 0xFFU;
    return rest == 0 || ((block[whole] ^ own[whole]) & rest) == 0;
}

// "example.com", as ".example.com", means what is below it, too.
static bool is_below(const char *entry, const char *host)
{
    size_t dot = *entry == '.', length = strlen(entry + dot), host_length = strlen(host);

    if (length == 0 || host_length < length ||
        strcasecmp(host + host_length - length, entry + dot) != 0)
        return false;
    return host_length == length || host[host_length - length - 1] == '.';
}

bool lv_proxy_excepts(const char *list, const char *host)
{
    static const char blanks[] = ", \t";
    char entry[HOST_BYTES];

    for (const char *at = list + strspn(list, blanks); *at; at += strspn(at, blanks)) {
        size_t length = strcspn(at, blanks);
        snprintf(entry, sizeof entry, "%.*s", (int)length, at);
        if (strcmp(entry, "*") == 0 || is_in_block(entry, host) || is_below(entry, host))
            return true;
        at += length;
    }
    return false;
}

// The choice

// The first of the variables that is set to something.
static const char *first_of(const char *const *variables)
{
    for (; *variables; variables++) {
        const char *value = getenv(*variables);
        if (value && *value)
            return value;
    }
    return NULL;
}

// HTTP_PROXY is left out, as libcurl does: a server's client may set it with a header "Proxy".
static const char *of_environment(const char *url)
{
    static const char *const https[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                         NULL };
    static const char *const http[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
    static const char *const other[] = { "all_proxy", "ALL_PROXY", NULL };

    if (strncmp(url, "https://", 8) == 0)
        return first_of(https);
    return first_of(strncmp(url, "http://", 7) == 0 ? http : other);
}

static void name_proxy(lv_proxy *proxy)
{
    const char *host = after_scheme(proxy->url), *slash = host + strcspn(host, "/");
    const char *at = memrchr(host, '@', (size_t)(slash - host));
    int scheme = (int)(host - proxy->url);

    if (at)
        host = at + 1;
    snprintf(proxy->name, sizeof proxy->name, "%.*s%.*s", scheme ? scheme : 7,
             scheme ? proxy->url : "http://", (int)strcspn(host, "/"), host);
}

lv_proxy lv_proxy_choose(const char *proxy, const char *except, const char *url)
{
    static const char *const no_proxy[] = { "no_proxy", "NO_PROXY", NULL };
    lv_proxy chosen = { .url = proxy ? proxy : of_environment(url), .of_options = proxy != NULL };
    char host[HOST_BYTES];

    if (!proxy && !except)
        except = first_of(no_proxy);
    read_host(url, host);
    if (!chosen.url || strcmp(chosen.url, NONE) == 0 || (except && lv_proxy_excepts(except, host)))
        return (lv_proxy){ .url = NULL };
    name_proxy(&chosen);
    return chosen;
}

live_err lv_proxy_check(const char *proxy, live_error *error)
{
    static const char *const schemes[] = { "http://", "https://", "socks5://", "socks5h://" };
    const char *port = NULL;

    if (!proxy || strcmp(proxy, NONE) == 0)
        return LIVE_OK;
    if (strchr(proxy, '@'))
        return live_fail(
            error, LIVE_E_INVALID,
            "proxy: user and password do not stand in the address, but in proxy.username and "
            "proxy.password");
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && !port; i++)
        if (strncmp(proxy, schemes[i], strlen(schemes[i])) == 0)
            port = strrchr(proxy + strlen(schemes[i]), ':');
    size_t digits = port ? strspn(port + 1, "0123456789") : 0;
    bool known = digits > 0 && digits < 6 &&
                 (strcmp(port + 1 + digits, "") == 0 || strcmp(port + 1 + digits, "/") == 0);
    long number = known ? strtol(port + 1, NULL, 10) : 0;
    if (number >= 1 && number <= 65535 && !strpbrk(proxy, " \t\r\n?#"))
        return LIVE_OK;
    return live_fail(error, LIVE_E_INVALID,
                     "proxy: '%.100s' is not of the form http://HOST:PORT, https://…, socks5://… "
                     "or socks5h://…, and not "
                     "\"none\"",
                     proxy);
}
