// SPDX-License-Identifier: Apache-2.0
// The files that a command is about to write.
#include "scaffold.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/version.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libexec.h"

enum { NAME_BYTES = 128, MODE_OF_FILE = 0644, MODE_OF_PROGRAM = 0755, MODE_OF_SECRET = 0600 };

static live_err out_of_memory(live_error *error)
{
    return live_fail(error, LIVE_E_NOMEM, "out of memory");
}

void scaffold_clear(scaffold *scaffold)
{
    for (size_t i = 0; i < scaffold->count; i++) {
        free(scaffold->files[i].path);
        live_free(scaffold->files[i].text);
    }
    free(scaffold->files);
    *scaffold = (struct scaffold){ 0 };
}

live_err scaffold_add(scaffold *scaffold, const char *folder, const char *path, char *text,
                      size_t length, unsigned mode, live_error *error)
{
    char whole[PATH_MAX];
    scaffold_file *files =
        realloc(scaffold->files, (scaffold->count + 1) * sizeof *scaffold->files);

    snprintf(whole, sizeof whole, "%s%s%s", folder, *folder ? "/" : "", path);
    if (files) {
        scaffold->files = files;
        files[scaffold->count] =
            (scaffold_file){ .path = strdup(whole), .text = text, .length = length, .mode = mode };
        if (files[scaffold->count].path) {
            scaffold->count++;
            return LIVE_OK;
        }
    }
    live_free(text);
    return out_of_memory(error);
}

scaffold_file *scaffold_find(const scaffold *scaffold, const char *path)
{
    for (size_t i = 0; i < scaffold->count; i++)
        if (strcmp(scaffold->files[i].path, path) == 0)
            return &scaffold->files[i];
    return NULL;
}

void scaffold_remove(scaffold *scaffold, const scaffold_file *file)
{
    size_t index = (size_t)(file - scaffold->files);

    free(file->path);
    live_free(file->text);
    scaffold->count--;
    memmove(&scaffold->files[index], &scaffold->files[index + 1],
            (scaffold->count - index) * sizeof *file);
}

static live_err copy_text(const char *text, size_t length, char **ret_text, live_error *error)
{
    live_buf *copy = live_buf_new();

    live_buf_add(copy, text, length);
    return live_buf_take(copy, ret_text, NULL, error);
}

live_err scaffold_get_json(const scaffold *scaffold, const char *path, live_json_text **ret_json,
                           live_error *error)
{
    const scaffold_file *file = scaffold_find(scaffold, path);
    char *text = NULL;

    if (!file)
        return live_fail(error, LIVE_E_NOTFOUND, "the template has no %s", path);
    live_err err = copy_text(file->text, file->length, &text, error);
    return err ? err : live_json_text_new(text, file->length, path, ret_json, error);
}

live_err scaffold_put_json(scaffold *scaffold, const char *path, const live_json_text *json,
                           unsigned mode, live_error *error)
{
    size_t length = 0;
    const char *data = live_json_text_data(json, &length);
    scaffold_file *file = scaffold_find(scaffold, path);
    char *text = NULL;
    live_err err = copy_text(data, length, &text, error);

    if (err)
        return err;
    if (!file)
        return scaffold_add(scaffold, "", path, text, length, mode, error);
    live_free(file->text);
    file->text = text;
    file->length = length;
    file->mode = mode;
    return LIVE_OK;
}

// Templates

typedef struct source {
    char folder[LIBEXEC_PATH_BYTES]; // of all templates
    const char *template, *word, *name;
    char capital_word[NAME_BYTES], capital_name[NAME_BYTES];
} source;

static void make_capitals(const char *text, char out[NAME_BYTES])
{
    size_t length = 0;

    for (; *text && length + 1 < NAME_BYTES; text++)
        out[length++] = *text == '-' ? '_' : (char)toupper((unsigned char)*text);
    out[length] = '\0';
}

// The text with the name in the place of the word, in both spellings.
static live_buf *replace_word(const source *source, const char *text, size_t length)
{
    size_t known = strlen(source->word);
    live_buf *out = live_buf_new();
    const char *plain = text, *end = text + length;

    while (text < end) {
        size_t left = (size_t)(end - text);
        const char *put = NULL;
        if (left >= known && memcmp(text, source->word, known) == 0)
            put = source->name;
        else if (left >= known && memcmp(text, source->capital_word, known) == 0)
            put = source->capital_name;
        if (!put) {
            text++;
            continue;
        }
        live_buf_add(out, plain, (size_t)(text - plain));
        live_buf_add_text(out, put);
        text += known;
        plain = text;
    }
    live_buf_add(out, plain, (size_t)(end - plain));
    return out;
}

static live_err add_file(const source *source, const char *path, bool secret, const char *folder,
                         scaffold *scaffold, live_error *error)
{
    char from[LIBEXEC_PATH_BYTES + PATH_MAX], *text = NULL;
    struct stat about;
    size_t length = 0;

    snprintf(from, sizeof from, "%s/%s/%s", source->folder, source->template, path);
    if (stat(from, &about))
        return live_fail_errno(error, errno, "%s", from);
    live_err err = live_file_read(from, &text, &length, error);
    if (err)
        return err;
    live_buf *content = replace_word(source, text, length);
    live_buf *place = replace_word(source, path, strlen(path));
    live_free(text);
    unsigned mode = about.st_mode & S_IXUSR ? MODE_OF_PROGRAM : MODE_OF_FILE;
    err = live_buf_take(content, &text, &length, error);
    if (!err)
        err = live_buf_failed(place) ? out_of_memory(error)
                                     : scaffold_add(scaffold, folder, live_buf_data(place), text,
                                                    length, secret ? MODE_OF_SECRET : mode, error);
    if (!err)
        scaffold->files[scaffold->count - 1].secret = secret;
    live_buf_free(place);
    return err;
}

// A line of MANIFEST: TEMPLATE PATH [secret].
static live_err read_line(const source *source, const char *line, const char *folder,
                          scaffold *scaffold, live_error *error)
{
    char template[NAME_BYTES], path[PATH_MAX], word[NAME_BYTES] = "";

    if (*line == '#' ||
        sscanf(line, "%127s %4095s %127s", template, path, word) < 2 || // NAME_BYTES, PATH_MAX
        strcmp(template, source->template) != 0)
        return LIVE_OK;
    return add_file(source, path, strcmp(word, "secret") == 0, folder, scaffold, error);
}

live_err scaffold_add_template(scaffold *scaffold, const char *template, const char *word,
                               const char *name, const char *folder, live_error *error)
{
    source source = { .template = template, .word = word, .name = name };
    char manifest[LIBEXEC_PATH_BYTES + 16], *text = NULL;
    size_t before = scaffold->count;

    make_capitals(word, source.capital_word);
    make_capitals(name, source.capital_name);
    live_err err = libexec_beside(LIVE_TEMPLATES_FROM_LIBEXEC, source.folder, error);
    if (!err) {
        snprintf(manifest, sizeof manifest, "%s/MANIFEST", source.folder);
        err = live_file_read(manifest, &text, NULL, error);
    }
    for (char *line = text, *rest; !err && line; line = rest) {
        rest = strchr(line, '\n');
        if (rest)
            *rest++ = '\0';
        err = read_line(&source, line, folder, scaffold, error);
    }
    live_free(text);
    if (!err && scaffold->count == before)
        err = live_fail(error, LIVE_E_NOTFOUND, "%s lists no file of '%s'", manifest, template);
    return err;
}

// The origin

live_err scaffold_origin_new(live_json_text **ret_origin, live_error *error)
{
    static const char empty[] = "{\n  \"templates\": []\n}\n";
    char *text = NULL;
    live_err err = copy_text(empty, sizeof empty - 1, &text, error);

    return err ? err
               : live_json_text_new(text, sizeof empty - 1, SCAFFOLD_ORIGIN, ret_origin, error);
}

static live_err add_hash(live_buf *out, const scaffold_file *file, live_error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (!EVP_Digest(file->text, file->length, digest, &length, EVP_sha256(), NULL))
        return live_fail(error, LIVE_E_SYSTEM, "%s: libcrypto has no SHA-256", file->path);
    live_buf_add_text(out, "\"sha256:");
    for (unsigned i = 0; i < length; i++)
        live_buf_add_format(out, "%02x", digest[i]);
    live_buf_add_text(out, "\"");
    return LIVE_OK;
}

live_err scaffold_origin_add(live_json_text *origin, const char *template, const char *name,
                             const scaffold_file *files, size_t count, live_error *error)
{
    live_buf *entry = live_buf_new();
    live_err err = LIVE_OK;
    char *text = NULL;

    live_buf_add_format(entry, "{\n  \"template\": \"%s\",\n  \"name\": \"%s\",\n", template, name);
    live_buf_add_format(entry, "  \"version\": \"%s\",\n  \"files\": {", LIVE_VERSION_TEXT);
    for (size_t i = 0, written = 0; !err && i < count; i++) {
        if (files[i].secret)
            continue;
        live_buf_add_text(entry, written++ ? ",\n    " : "\n    ");
        live_buf_add_json_string(entry, files[i].path);
        live_buf_add_text(entry, ": ");
        err = add_hash(entry, &files[i], error);
    }
    live_buf_add_text(entry, "\n  }\n}");
    if (err) {
        live_buf_free(entry);
        return err;
    }
    err = live_buf_take(entry, &text, NULL, error);
    if (!err)
        err = live_json_text_add(origin, "/templates", NULL, text, "", error);
    live_free(text);
    return err;
}
