// SPDX-License-Identifier: Apache-2.0
// A getaddrinfo() of the test's own, which takes the place of the system's in the programs that link it.
#include "resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Slow names are answered in the order in which they were asked for.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int asked, seen, allowed;
static atomic_bool forgotten;

void resolver_go_on(void)
{
    pthread_mutex_lock(&lock);
    allowed++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void resolver_forget(bool on)
{
    atomic_store(&forgotten, on);
}

void resolver_wait_until_asked(void)
{
    pthread_mutex_lock(&lock);
    while (asked == seen)
        pthread_cond_wait(&changed, &lock);
    seen++;
    pthread_mutex_unlock(&lock);
}

static void wait_for_leave(void)
{
    pthread_mutex_lock(&lock);
    int ticket = ++asked;
    pthread_cond_broadcast(&changed);
    while (allowed < ticket)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static struct addrinfo *new_address(const char *text, const char *port, struct addrinfo *next)
{
    struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_in));
    if (!info)
        return NULL;
    struct sockaddr_in *address = (struct sockaddr_in *)(info + 1);

    *info = (struct addrinfo){ .ai_family = AF_INET,
                               .ai_socktype = SOCK_STREAM,
                               .ai_addrlen = sizeof *address,
                               .ai_addr = (struct sockaddr *)address,
                               .ai_next = next };
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    if (inet_pton(AF_INET, text, &address->sin_addr) == 1)
        return info;
    free(info);
    return NULL;
}

// Of the whole program: libcurl's calls come here too.
#define EXPORTED __attribute__((visibility("default")))

EXPORTED int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
                         struct addrinfo **ret_addresses)
{
    *ret_addresses = new_address(host, port, NULL);
    if (*ret_addresses)
        return 0;
    if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    if (strcmp(host, "slow.test") == 0) {
        wait_for_leave();
        *ret_addresses = new_address("127.0.0.1", port, NULL);
        return 0;
    }
    if (strcmp(host, "two.test") == 0)
        *ret_addresses = new_address("127.0.0.2", port, new_address("127.0.0.1", port, NULL));
    if (strcmp(host, "there.test") == 0 && !atomic_load(&forgotten))
        *ret_addresses = new_address("127.0.0.1", port, NULL);
    return *ret_addresses ? 0 : EAI_NONAME;
}

EXPORTED void freeaddrinfo(struct addrinfo *addresses)
{
    while (addresses) {
        struct addrinfo *next = addresses->ai_next;
        free(addresses);
        addresses = next;
    }
}
