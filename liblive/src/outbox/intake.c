// SPDX-License-Identifier: Apache-2.0
// Where an event is accepted.
#include "outbox/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { MAGIC = 0x4C56494E, PADDING = 8 };

static size_t padded(size_t length)
{
    return (length + PADDING - 1) & ~(size_t)(PADDING - 1);
}

static size_t entry_bytes(const lv_entry *entry)
{
    return sizeof(lv_record) + padded(entry->source_length + entry->length);
}

size_t lv_entries_bytes(const lv_entry *entries, size_t count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += entry_bytes(&entries[i]);
    return bytes;
}

static uint32_t sum_of(const void *bytes, size_t length)
{
    return (uint32_t)crc32(0, bytes, (uInt)length);
}

static uint32_t head_sum(const lv_record *record, const char *source)
{
    const size_t from = offsetof(lv_record, number);
    uLong sum = crc32(0, (const Bytef *)record + from, (uInt)(sizeof *record - from));

    return (uint32_t)crc32(sum, (const Bytef *)source, record->source_length);
}

// Files

static bool name_file(const char *path, int number, char name[PATH_MAX])
{
    return snprintf(name, PATH_MAX, "%s-in%d", path, number) < PATH_MAX;
}

live_err lv_half_open(lv_half *half, const char *path, int number, live_error *error)
{
    char name[PATH_MAX];

    half->fd = -1;
    if (!name_file(path, number, name))
        return live_fail(error, LIVE_E_LIMIT, "%.60s…: the path is too long", path);
    half->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (half->fd < 0)
        return live_fail_errno(error, errno, "%s", name);
    // Room that is there needs not be found later. Without it a put says so when it comes to that.
    if (posix_fallocate(half->fd, 0, LV_HALF_BYTES))
        errno = 0;
    half->room = LV_HALF_BYTES;
    half->bytes = malloc(half->room);
    return half->bytes ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}

void lv_half_close(lv_half *half, const char *path, int number, bool remove)
{
    char name[PATH_MAX];

    if (half->fd >= 0)
        close(half->fd);
    if (remove && half->fd >= 0 && name_file(path, number, name))
        unlink(name);
    free(half->bytes);
    *half = (lv_half){ .fd = -1 };
}

// Adding

bool lv_half_has_room(const lv_half *half, size_t bytes)
{
    return half->length == 0 || half->length + bytes <= LV_HALF_BYTES;
}

static bool grow(lv_half *half, size_t bytes)
{
    if (half->length + bytes <= half->room)
        return true;

    char *grown = realloc(half->bytes, half->length + bytes);
    if (!grown)
        return false;
    half->bytes = grown;
    half->room = half->length + bytes;
    return true;
}

static size_t write_record(char *at, const lv_entry *entry, const lv_record *head)
{
    lv_record record = *head;
    size_t used = entry->source_length + entry->length, bytes = entry_bytes(entry);
    char *body = at + sizeof record;

    record.length = (uint32_t)entry->length;
    record.source_length = (uint32_t)entry->source_length;
    record.text_sum = sum_of(entry->text, entry->length);
    if (entry->source_length)
        memcpy(body, entry->source, entry->source_length);
    memcpy(body + entry->source_length, entry->text, entry->length);
    memset(body + used, 0, padded(used) - used);
    record.sum = head_sum(&record, body);
    memcpy(at, &record, sizeof record);
    return bytes;
}

static live_err write_file(const lv_half *half, size_t bytes, live_error *error)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t wrote = pwrite(half->fd, half->bytes + half->length + done, bytes - done,
                               (off_t)(half->length + done));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            live_fail_errno(error, wrote < 0 ? errno : ENOSPC, "the outbox cannot be written");
            if (error)
                error->retry = true;
            return LIVE_E_SYSTEM;
        }
        done += (size_t)wrote;
    }
    return LIVE_OK;
}

// A part of what was refused may be there: nobody shall find it later.
static void forget_tail(const lv_half *half)
{
    static const char nothing[PADDING] = { 0 };

    if (pwrite(half->fd, nothing, sizeof nothing, (off_t)half->length) < 0)
        errno = 0;
}

live_err lv_half_add(lv_half *half, const lv_entry *entries, size_t count, uint64_t number,
                     int64_t time_ms, live_error *error)
{
    const size_t bytes = lv_entries_bytes(entries, count);
    char *at;

    if (!grow(half, bytes))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    at = half->bytes + half->length;
    for (size_t i = 0; i < count; i++) {
        const lv_record head = { .magic = MAGIC,
                                 .number = number + i,
                                 .time_ms = time_ms,
                                 .epoch = entries[i].epoch,
                                 .sequence = entries[i].sequence,
                                 .lost = entries[i].lost,
                                 .left = (uint32_t)(count - 1 - i) };
        at += write_record(at, &entries[i], &head);
    }
    live_err err = write_file(half, bytes, error);
    if (err) {
        forget_tail(half);
        return err;
    }
    half->length += bytes;
    for (size_t i = 0; i < count; i++)
        half->count += entries[i].length > 0;
    half->last = number + count - 1;
    return LIVE_OK;
}

void lv_half_clear(lv_half *half)
{
    half->length = half->count = 0;
    if (half->room <= LV_HALF_BYTES)
        return;
    // An event that was longer than all took more; the next one need not.
    char *shrunk = realloc(half->bytes, LV_HALF_BYTES);
    if (shrunk) {
        half->bytes = shrunk;
        half->room = LV_HALF_BYTES;
    }
    if (ftruncate(half->fd, LV_HALF_BYTES))
        errno = 0;
}

// Reading

const lv_record *lv_half_next(const lv_half *half, size_t *at, const char **ret_source,
                              const char **ret_text)
{
    if (*at >= half->length)
        return NULL;

    const lv_record *record = (const void *)(half->bytes + *at);
    *ret_source = half->bytes + *at + sizeof *record;
    *ret_text = *ret_source + record->source_length;
    *at += sizeof *record + padded(record->source_length + record->length);
    return record;
}

// Recovery

typedef struct found {
    const lv_record *record;
    size_t bytes;
} found;

typedef struct finds {
    found *list;
    size_t count, room;
} finds;

static bool keep(finds *finds, const lv_record *record, size_t bytes)
{
    if (finds->count == finds->room) {
        size_t room = finds->room ? finds->room * 2 : 256;
        found *list = realloc(finds->list, room * sizeof *list);
        if (!list)
            return false;
        finds->list = list;
        finds->room = room;
    }
    finds->list[finds->count++] = (found){ record, bytes };
    return true;
}

// The size of the record at `bytes`, which may be anything; 0: there is none.
static size_t measure(const char *bytes, size_t available)
{
    const lv_record *record = (const void *)bytes;
    const char *source = bytes + sizeof *record;

    if (available < sizeof *record || record->magic != MAGIC || record->source_length > 255 ||
        record->length > available || record->source_length > available)
        return 0;
    size_t size = sizeof *record + padded(record->source_length + record->length);
    if (size > available || record->sum != head_sum(record, source) ||
        record->text_sum != sum_of(source + record->source_length, record->length))
        return 0;
    return size;
}

// Every whole record in one file, wherever it lies: a damaged one hides none behind it.
static bool scan(const char *bytes, size_t length, uint64_t last, finds *finds)
{
    for (size_t at = 0; at + sizeof(lv_record) <= length;) {
        const lv_record *record = (const void *)(bytes + at);
        size_t size = measure(bytes + at, length - at);

        if (size && record->number > last && !keep(finds, record, size))
            return false;
        at += size ? size : PADDING;
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = ((const found *)a)->record->number;
    uint64_t right = ((const found *)b)->record->number;

    return left < right ? -1 : left > right;
}

// How many finds from `at` on are one group; 0: a part of it is missing.
static size_t group_at(const finds *finds, size_t at)
{
    uint32_t left = finds->list[at].record->left;

    for (uint32_t i = 1; i <= left; i++) {
        if (at + i >= finds->count)
            return 0;
        const lv_record *next = finds->list[at + i].record;
        if (next->number != finds->list[at].record->number + i || next->left != left - i)
            return 0;
    }
    return (size_t)left + 1;
}

static bool copy_group(lv_half *half, const finds *finds, size_t at, size_t count)
{
    for (size_t i = at; i < at + count; i++) {
        if (!grow(half, finds->list[i].bytes))
            return false;
        memcpy(half->bytes + half->length, finds->list[i].record, finds->list[i].bytes);
        half->length += finds->list[i].bytes;
        half->last = finds->list[i].record->number;
        half->count++;
    }
    return true;
}

static bool copy_whole(lv_half *half, const finds *finds)
{
    for (size_t at = 0; at < finds->count;) {
        size_t count = group_at(finds, at);
        if (!copy_group(half, finds, at, count))
            return false;
        at += count ? count : 1;
    }
    return true;
}

static char *read_whole(int fd, size_t *ret_length)
{
    struct stat stat;
    size_t length = 0;
    char *bytes = fstat(fd, &stat) == 0 ? malloc((size_t)stat.st_size + 1) : NULL;

    while (bytes && length < (size_t)stat.st_size) {
        ssize_t got = pread(fd, bytes + length, (size_t)stat.st_size - length, (off_t)length);
        if (got == 0 || (got < 0 && errno != EINTR))
            break; // what cannot be read is as good as damaged
        length += got > 0 ? (size_t)got : 0;
    }
    *ret_length = length;
    return bytes;
}

live_err lv_intake_recover(lv_half halves[2], uint64_t last, lv_half *ret_found, live_error *error)
{
    char *bytes[2] = { NULL, NULL };
    finds finds = { 0 };
    bool done = true;

    *ret_found = (lv_half){ .fd = -1 };
    for (int i = 0; i < 2 && done; i++) {
        size_t length = 0;
        bytes[i] = read_whole(halves[i].fd, &length);
        done = bytes[i] && scan(bytes[i], length, last, &finds);
    }
    if (done && finds.count > 0) {
        qsort(finds.list, finds.count, sizeof *finds.list, compare);
        done = copy_whole(ret_found, &finds);
    }
    free(finds.list);
    free(bytes[0]);
    free(bytes[1]);
    return done ? LIVE_OK : live_fail(error, LIVE_E_NOMEM, "out of memory");
}
