// SPDX-License-Identifier: Apache-2.0
// Descriptors and words on their way to a child.
#include "supervise/parcels.h"

#include <errno.h>
#include <fcntl.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "link/passing.h"

struct ag_parcel {
    ag_parcel *next;
    int fd; // -1: a word
    char name[AG_NAME_BYTES];
};

static void drop(ag_parcel *parcel)
{
    if (parcel->fd >= 0)
        close(parcel->fd);
    free(parcel);
}

static void drop_first(ag_parcels *parcels)
{
    ag_parcel *first = parcels->first;

    parcels->first = first->next;
    drop(first);
}

// LIVE_E_LIMIT: there is no room yet.
static live_err send_now(const ag_parcels *parcels, const char *name, int fd)
{
    live_error error = { 0 };
    live_err err = ag_passing_send(parcels->socket, name, fd, &error);

    if (err && error.sys == EAGAIN)
        return LIVE_E_LIMIT;
    if (err && err != LIVE_E_CLOSED) // that is followed by its end
        live_log(LIVE_LOG_ERROR, "process.pass", "%s: %s: %s", parcels->to, name, error.text);
    return err;
}

static void on_room(live_io *io, unsigned ready, void *user)
{
    ag_parcels *parcels = user;

    (void)ready;
    while (parcels->first) {
        if (send_now(parcels, parcels->first->name, parcels->first->fd) == LIVE_E_LIMIT)
            return;
        drop_first(parcels);
    }
    live_io_want(io, 0);
}

// NULL: there is no memory, or no descriptor, for a copy.
static ag_parcel *wrap(const char *name, int fd)
{
    ag_parcel *parcel = calloc(1, sizeof *parcel);

    if (!parcel)
        return NULL;
    parcel->fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0 && parcel->fd < 0) {
        drop(parcel);
        return NULL;
    }
    snprintf(parcel->name, sizeof parcel->name, "%s", name);
    return parcel;
}

// Keeps one until there is room, behind those that wait already.
static bool keep(ag_parcels *parcels, const char *name, int fd)
{
    ag_parcel **last = &parcels->first, *parcel = NULL;

    if (parcels->io || live_io_new(parcels->loop, parcels->socket, 0, on_room, parcels,
                                   &parcels->io, NULL) == LIVE_OK)
        parcel = wrap(name, fd);
    if (!parcel) {
        live_log(LIVE_LOG_ERROR, "process.pass", "%s: %s: there is no room", parcels->to, name);
        return false;
    }
    while (*last)
        last = &(*last)->next;
    *last = parcel;
    live_io_want(parcels->io, LIVE_WRITABLE);
    return true;
}

bool ag_parcels_send(ag_parcels *parcels, const char *name, int fd)
{
    live_err err = parcels->first ? LIVE_E_LIMIT : send_now(parcels, name, fd);

    return err == LIVE_E_LIMIT ? keep(parcels, name, fd) : err == LIVE_OK;
}

void ag_parcels_clear(ag_parcels *parcels)
{
    while (parcels->first)
        drop_first(parcels);
    live_io_free(parcels->io);
    parcels->io = NULL;
}
