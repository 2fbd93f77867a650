// SPDX-License-Identifier: Apache-2.0
// Secrets, which a package may not hold: anybody who has the file can read what is in it.
#include "rpm/secret.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <live/json_text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEAST_BYTES = 8 };

typedef live_err (*secret_fn)(const cJSON *secret, const char *pointer, void *user,
                              live_error *error);

typedef struct search {
    secret_fn fn;
    void *user;
} search;

static bool is_secret(const char *key)
{
    static const char *const tails[] = { "password", "secret", "token" };
    size_t length = key ? strlen(key) : 0;

    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t tail = strlen(tails[i]);
        if (length >= tail && strcasecmp(key + length - tail, tails[i]) == 0)
            return true;
    }
    return false;
}

static live_err each(const search *search, const cJSON *value, const char *pointer,
                     live_error *error)
{
    char path[LIVE_JSON_POINTER_BYTES], index[16];
    const cJSON *member;
    live_err err = LIVE_OK;
    int count = 0;

    cJSON_ArrayForEach (member, value) {
        snprintf(index, sizeof index, "%d", count++);
        live_json_text_pointer(pointer, member->string ? member->string : index, path);
        err = is_secret(member->string) ? search->fn(member, path, search->user, error)
                                        : each(search, member, path, error);
        if (err)
            break;
    }
    return err;
}

// Settings

static live_err refuse_plain(const cJSON *secret, const char *pointer, void *user,
                             live_error *error)
{
    if (!cJSON_IsString(secret) || !*secret->valuestring)
        return LIVE_OK;
    return live_json_text_refuse(user, pointer,
                                 "a secret in the clear, which everybody who has the package could "
                                 "read: name a file of secrets/ instead, as {\"file\": …}",
                                 error);
}

live_err secret_check_settings(const char *path, live_error *error)
{
    live_json_text *settings = NULL;
    live_err err = live_json_text_read(path, &settings, error);
    search plain = { refuse_plain, settings };

    if (!err)
        err = each(&plain, live_json_text_tree(settings), "", error);
    live_json_text_free(settings);
    return err;
}

// Payload

typedef struct hunt {
    const char *root, *payload, *user;
} hunt;

static live_err look_in(const char *path, const char *secret, const char *pointer,
                        live_error *error)
{
    char *data = NULL;
    size_t length = 0;
    live_err err = live_file_read(path, &data, &length, error);

    if (!err && memmem(data, length, secret, strlen(secret)))
        err = live_fail(error, LIVE_E_INVALID, "the payload holds the secret of '%s', in %s",
                        pointer + 1, path);
    live_free(data);
    return err;
}

static live_err look_below(const char *folder, const char *secret, const char *pointer,
                           live_error *error)
{
    char *const roots[] = { (char *)(uintptr_t)folder, NULL }; // fts does not change it
    live_err err = LIVE_OK;
    FTSENT *entry;
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

    if (!tree)
        return live_fail_errno(error, errno, "%s", folder);
    while (!err && (entry = fts_read(tree)))
        if (entry->fts_info == FTS_F)
            err = look_in(entry->fts_accpath, secret, pointer, error);
    fts_close(tree);
    return err;
}

// The first line of the file, or the value of the variable, that the settings refer to; NULL when it is not here,
// as on a machine that only builds.
static char *resolve(const hunt *hunt, const cJSON *reference)
{
    const char *file = live_json_str(reference, "file", NULL);
    const char *variable = live_json_str(reference, "env", NULL);
    const char *value = variable ? getenv(variable) : NULL;
    char path[PATH_MAX], *line = NULL;

    if (!file)
        return value ? strdup(value) : NULL;
    snprintf(path, sizeof path, "%s/%s", *file == '/' ? "" : hunt->root, file);
    if (live_file_read(path, &line, NULL, NULL))
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static live_err look_for(const cJSON *secret, const char *pointer, void *user, live_error *error)
{
    const hunt *hunt = user;
    char *value = resolve(hunt, secret);
    live_err err = LIVE_OK;

    if (value && strlen(value) >= LEAST_BYTES && strcmp(value, hunt->user) != 0)
        err = look_below(hunt->payload, value, pointer, error);
    if (value)
        explicit_bzero(value, strlen(value));
    live_free(value);
    return err;
}

live_err secret_scan(const char *settings, const char *root, const char *payload, live_error *error)
{
    cJSON *json = NULL;
    live_err err = live_file_read_json(settings, &json, error);
    hunt hunt = { root, payload, live_json_str(live_json_get(json, "live"), "username", "") };
    search references = { look_for, &hunt };

    if (!err)
        err = each(&references, json, "", error);
    cJSON_Delete(json);
    return err;
}
