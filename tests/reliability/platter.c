// SPDX-License-Identifier: Apache-2.0
// A disk after a power cut.
#include "platter.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial.h"

enum { FILES = 8 };

typedef struct image {
    bool there;
    char *bytes;
    size_t length, room;
} image;

// One file: as it is found, as it is for certain, and what was done to it since it was synced.
typedef struct file {
    char name[64];
    image found, synced;
    const disk_op **pending;
    size_t count, room;
} file;

struct platter {
    file files[FILES];
};

platter *platter_new(void)
{
    return calloc(1, sizeof(platter));
}

void platter_free(platter *platter)
{
    for (int i = 0; i < FILES; i++) {
        free(platter->files[i].found.bytes);
        free(platter->files[i].synced.bytes);
        free(platter->files[i].pending);
    }
    free(platter);
}

void platter_wipe(platter *platter)
{
    for (int i = 0; i < FILES; i++) {
        file *file = &platter->files[i];
        file->found.there = file->synced.there = false;
        file->found.length = file->synced.length = file->count = 0;
    }
}

static file *find(platter *platter, const char *name)
{
    for (int i = 0; i < FILES; i++) {
        file *file = &platter->files[i];
        if (!file->name[0])
            snprintf(file->name, sizeof file->name, "%s", name);
        if (strcmp(file->name, name) == 0)
            return file;
    }
    trial_must(false, "too many files: %s", name);
    return NULL;
}

static void set_length(image *image, size_t length)
{
    if (length > image->room) {
        image->room = length * 2;
        image->bytes = realloc(image->bytes, image->room);
    }
    if (length > image->length)
        memset(image->bytes + image->length, 0, length - image->length);
    image->length = length;
}

static void apply(image *image, const disk_op *op, size_t length)
{
    image->there = op->what != DISK_REMOVE;
    if (op->what == DISK_TRUNCATE || op->what == DISK_REMOVE)
        set_length(image, op->what == DISK_REMOVE ? 0 : (size_t)op->at);
    if (op->what != DISK_WRITE)
        return;
    if ((size_t)op->at + length > image->length)
        set_length(image, (size_t)op->at + length);
    memcpy(image->bytes + op->at, op->bytes, length);
}

void platter_do(platter *platter, const disk_op *op, size_t length)
{
    if (op->what != DISK_MARK && op->what != DISK_SYNC)
        apply(&find(platter, op->file)->found, op, length);
}

static void settle(file *file)
{
    for (size_t i = 0; i < file->count; i++)
        apply(&file->synced, file->pending[i], file->pending[i]->length);
    file->count = 0;
}

void platter_try(platter *platter, const disk_op *op)
{
    file *file = op->what == DISK_MARK ? NULL : find(platter, op->file);

    if (op->what == DISK_SYNC)
        settle(file);
    if (op->what == DISK_MARK || op->what == DISK_SYNC)
        return;
    if (file->count == file->room) {
        file->room = file->room ? file->room * 2 : 256;
        file->pending = realloc(file->pending, file->room * sizeof *file->pending);
    }
    file->pending[file->count++] = op;
}

static void copy_image(image *to, const image *from)
{
    to->there = from->there;
    to->length = 0;
    if (from->length == 0)
        return;
    set_length(to, from->length);
    memcpy(to->bytes, from->bytes, from->length);
}

void platter_lose(platter *platter)
{
    for (int i = 0; i < FILES; i++) {
        file *file = &platter->files[i];
        copy_image(&file->found, &file->synced);
        for (size_t k = 0; k < file->count; k++) {
            const disk_op *op = file->pending[k];
            if (op->what != DISK_WRITE || trial_random(2))
                apply(&file->found, op, op->length);
        }
    }
}

void platter_flip(platter *platter, unsigned most)
{
    for (unsigned i = 1 + trial_random(most); i > 0; i--) {
        image *image = &platter->files[trial_random(FILES)].found;
        if (image->there && image->length > 0)
            image->bytes[trial_random((unsigned)image->length)] ^= (char)(1 + trial_random(255));
    }
}

static bool has(const platter *platter, const char *name)
{
    for (int i = 0; i < FILES; i++)
        if (platter->files[i].found.there && strcmp(platter->files[i].name, name) == 0)
            return true;
    return false;
}

static void remove_others(const platter *platter)
{
    char name[PATH_MAX + 300];
    DIR *folder = opendir(trial_folder);

    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(name, sizeof name, "%s/%s", trial_folder, entry->d_name);
        if (!has(platter, entry->d_name))
            unlink(name);
    }
    if (folder)
        closedir(folder);
}

// A file that is there is written over: to make it anew costs twice as much.
void platter_write(const platter *platter)
{
    char name[PATH_MAX + 300];

    remove_others(platter);
    for (int i = 0; i < FILES; i++) {
        const image *image = &platter->files[i].found;
        if (!image->there)
            continue;
        snprintf(name, sizeof name, "%s/%s", trial_folder, platter->files[i].name);
        int fd = open(name, O_WRONLY | O_CREAT, 0600);
        trial_must(fd >= 0 && ftruncate(fd, (off_t)image->length) == 0 &&
                       pwrite(fd, image->bytes, image->length, 0) == (ssize_t)image->length,
                   "%s", name);
        close(fd);
    }
}
