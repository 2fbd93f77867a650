// SPDX-License-Identifier: Apache-2.0
// Saved state: a file a key, written whole.
#include "worker/state.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_BYTES = 200, // of a process or a key, at most
    FILE_BYTES = 200, // of a file's name: with its endings it stays below NAME_MAX
    MARK_BYTES = 17,  // "~" and 64 bits, for what is longer than that
    ESCAPE_BYTES = 3, // "%XX"
    ENCODED_BYTES = ESCAPE_BYTES * NAME_BYTES + 1,
};

static uint64_t fnv1a(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

// %XX for everything that could mean something in a path. What gets too long by that for a file system ends with a mark instead.
static live_err encode(const char *name, char out[ENCODED_BYTES], live_error *error)
{
    size_t length = 0;

    if (strlen(name) > NAME_BYTES)
        return live_fail(error, LIVE_E_LIMIT, "the name '%.40s…' has more than %d bytes", name,
                         NAME_BYTES);
    for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
        bool plain =
            isalnum(*at) || strchr("-_ ", *at) || (*at == '.' && at != (const unsigned char *)name);
        length += (size_t)snprintf(out + length, ESCAPE_BYTES + 1, plain ? "%c" : "%%%02X", *at);
    }
    if (length > FILE_BYTES)
        snprintf(out + FILE_BYTES - MARK_BYTES, MARK_BYTES + 1, "~%016" PRIx64, fnv1a(name));
    return length ? LIVE_OK : live_fail(error, LIVE_E_INVALID, "a name is empty");
}

static live_err make_path(const char *directory, const char *process, const char *key,
                          char folder[PATH_MAX], char file[PATH_MAX], live_error *error)
{
    char process_name[ENCODED_BYTES], key_name[ENCODED_BYTES];
    live_err err = encode(process, process_name, error);

    if (!err)
        err = encode(key, key_name, error);
    if (err)
        return err;
    int folder_length = snprintf(folder, PATH_MAX, "%s/%s", directory, process_name);
    int file_length = snprintf(file, PATH_MAX, "%s/%s/%s.json", directory, process_name, key_name);
    if (folder_length >= PATH_MAX || file_length >= PATH_MAX - 8)
        return live_fail(error, LIVE_E_LIMIT, "the path of the state is too long");
    return LIVE_OK;
}

static live_err sync_folder(const char *path, live_error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) ? errno : 0;

    if (fd >= 0)
        close(fd);
    return failed ? live_fail_errno(error, failed, "%s", path) : LIVE_OK;
}

// A new folder is there for good once the one above it is synced.
static live_err make_folder(const char *above, const char *path, live_error *error)
{
    if (mkdir(path, 0700) == 0)
        return sync_folder(above, error);
    return errno == EEXIST ? LIVE_OK : live_fail_errno(error, errno, "%s", path);
}

live_err ag_state_save(const char *directory, const char *process, const char *key,
                       const cJSON *value, live_error *error)
{
    char folder[PATH_MAX], file[PATH_MAX];
    char *text = NULL;
    live_err err = make_path(directory, process, key, folder, file, error);

    if (!err)
        err = live_json_print(value, &text, error);
    if (err)
        return err;
    err = make_folder(directory, folder, error);
    if (!err)
        err = live_file_write(file, text, strlen(text), 0600, error);
    if (err && error)
        error->retry = error->sys == ENOSPC || error->sys == EDQUOT; // somebody may make room
    live_free(text);
    return err;
}

live_err ag_state_load(const char *directory, const char *process, const char *key,
                       cJSON **ret_value, live_error *error)
{
    char folder[PATH_MAX], file[PATH_MAX];
    live_err err = make_path(directory, process, key, folder, file, error);

    if (err)
        return err;
    if (access(file, F_OK) != 0)
        return live_fail(error, LIVE_E_NOTFOUND, "nothing is saved under '%s'", key);
    return live_file_read_json(file, ret_value, error);
}
