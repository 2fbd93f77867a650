// SPDX-License-Identifier: Apache-2.0
// The addresses of a host. The system's resolver blocks, so it is asked on a thread of its own.
#include "net/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// Shared by the lookup and its thread; who lets go last frees it.
typedef struct question {
    atomic_int holders;
    int done_fd;          // an event once the answer stands
    atomic_bool answered; // orders what follows between the threads
    char port[8];
    int failed, sys; // of getaddrinfo()
    struct addrinfo *addresses;
    char host[];
} question;

struct lv_lookup {
    question *question;
    live_io *io;
    lv_lookup_fn fn;
    void *user;
};

static void let_go(question *question)
{
    if (atomic_fetch_sub(&question->holders, 1) > 1)
        return;
    if (question->addresses)
        freeaddrinfo(question->addresses);
    if (question->done_fd >= 0)
        close(question->done_fd);
    free(question);
}

static void ask(question *question, int flags)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };

    question->failed = getaddrinfo(question->host, question->port, &hints, &question->addresses);
    question->sys = errno;
}

static void say_done(question *question)
{
    atomic_store(&question->answered, true);
    eventfd_write(question->done_fd, 1);
}

static void *run(void *user)
{
    question *question = user;

    ask(question, 0);
    say_done(question);
    let_go(question);
    return NULL;
}

static void on_done(live_io *io, unsigned ready, void *user)
{
    lv_lookup *lookup = user;
    question *question = lookup->question;
    lv_lookup_fn fn = lookup->fn;
    void *fn_user = lookup->user;
    live_error error = { 0 };

    (void)io;
    (void)ready;
    if (!atomic_load(&question->answered))
        return;
    struct addrinfo *addresses = question->addresses;
    int failed = question->failed;
    if (failed == EAI_SYSTEM)
        live_fail_errno(&error, question->sys, "%s", question->host);
    else if (failed)
        live_fail(&error, LIVE_E_CONNECT, "%s: %s", question->host, gai_strerror(failed));
    error.code = failed ? LIVE_E_CONNECT : LIVE_OK;
    error.retry = true; // a name that is not there today may be there tomorrow
    question->addresses = NULL;
    lv_lookup_free(lookup);
    fn(failed ? NULL : addresses, failed ? &error : NULL, fn_user);
}

// The thread leaves the process's signals to the others.
static int start_thread(question *question)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, before;
    int failed = pthread_attr_init(&detached);
    if (failed)
        return failed;

    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&thread, &detached, run, question);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return failed;
}

static live_err begin(question *question, live_error *error)
{
    ask(question, AI_NUMERICHOST);
    if (question->failed != EAI_NONAME) {
        say_done(question);
        return LIVE_OK;
    }
    atomic_fetch_add(&question->holders, 1);
    int failed = start_thread(question);
    if (!failed)
        return LIVE_OK;
    atomic_fetch_sub(&question->holders, 1);
    return live_fail_errno(error, failed, "looking up %s", question->host);
}

static live_err new_question(const char *host, int port, question **ret_question, live_error *error)
{
    size_t length = strlen(host) + 1;
    question *question = calloc(1, sizeof *question + length);
    if (!question)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    memcpy(question->host, host, length);
    snprintf(question->port, sizeof question->port, "%d", port);
    atomic_init(&question->holders, 1);
    question->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (question->done_fd < 0) {
        live_fail_errno(error, errno, "looking up %s", host);
        let_go(question);
        return LIVE_E_SYSTEM;
    }
    *ret_question = question;
    return LIVE_OK;
}

live_err lv_lookup_start(live_loop *loop, const char *host, int port, lv_lookup_fn fn, void *user,
                         lv_lookup **ret_lookup, live_error *error)
{
    lv_lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    lookup->fn = fn;
    lookup->user = user;
    live_err err = new_question(host, port, &lookup->question, error);
    if (!err)
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without an error there is a question
        err = live_io_new(loop, lookup->question->done_fd, LIVE_READABLE, on_done, lookup,
                          &lookup->io, error);
    if (!err)
        err = begin(lookup->question, error);
    if (err) {
        lv_lookup_free(lookup);
        return err;
    }
    *ret_lookup = lookup;
    return LIVE_OK;
}

void lv_lookup_free(lv_lookup *lookup)
{
    if (!lookup)
        return;
    live_io_free(lookup->io);
    if (lookup->question)
        let_go(lookup->question);
    free(lookup);
}
