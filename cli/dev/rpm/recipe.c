// SPDX-License-Identifier: Apache-2.0
// The recipe of a package: what an agent's tools/vars.sh says, and the texts of tools/ made from it.
#include "rpm/recipe.h"

#include <errno.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// A '%' would be a macro of rpm.
static const struct {
    const char *name, *pattern, *due;
} rows[] = {
    { "NAME", "^[a-z][a-z0-9_-]{0,30}$",
      "at most 31 small letters, digits, - and _, a letter first: it is a user's name too" },
    { "VERSION", "^[0-9A-Za-z][0-9A-Za-z.+~^_]*$", "digits, letters and . + ~ ^ _" },
    { "RELEASE", "^[0-9A-Za-z][0-9A-Za-z.+~_]*$", "digits, letters and . + ~ _" },
    { "SUMMARY", "^[^%\n]{1,79}$", "one line of at most 79 characters, none of them %" },
    { "PACKAGER", "^[^%\n]+$", "one line without %: NAME <MAIL>" },
    { "LICENSE", "^[^%\n]+$", "one line without %: an expression of SPDX" },
    { "SETTINGS", "^[A-Za-z0-9_.][^%\n]*$", "a file below the agent's folder" },
};

// A line "NAME=VALUE"; other variables than those in capitals are the shell's own.
static void keep(cJSON *recipe, char *line)
{
    char *value = strchr(line, '=');

    if (!value || strspn(line, CAPITALS) != (size_t)(value - line))
        return;
    *value = '\0';
    recipe_set(recipe, line, value + 1);
}

static void keep_all(cJSON *recipe, FILE *lines)
{
    char *line = NULL;
    size_t size = 0;

    while (getdelim(&line, &size, '\0', lines) > 0)
        keep(recipe, line);
    free(line);
}

live_err recipe_read(const char *root, cJSON **ret_recipe, live_error *error)
{
    // What the caller's environment holds is no part of a recipe.
    static const char command[] =
        "cd \"$AGENT\" && exec env -i PATH=\"$PATH\" sh -c 'set -aeu; . ./tools/vars.sh; env -0'";
    cJSON *recipe = cJSON_CreateObject();

    setenv("AGENT", root, 1);
    FILE *lines = popen(command, "re"); // NOLINT(cert-env33-c): the words are fixed
    if (!lines) {
        cJSON_Delete(recipe);
        return live_fail_errno(error, errno, "sh");
    }
    keep_all(recipe, lines);
    int status = pclose(lines);
    if (status != 0) {
        cJSON_Delete(recipe);
        return live_fail(error, LIVE_E_INVALID, "%s/tools/vars.sh: the shell ended with %d", root,
                         WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(recipe, "PATH");
    cJSON_DeleteItemFromObjectCaseSensitive(recipe, "PWD");
    *ret_recipe = recipe;
    return LIVE_OK;
}

void recipe_set(cJSON *recipe, const char *name, const char *value)
{
    if (!value)
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(recipe, name);
    cJSON_AddStringToObject(recipe, name, value);
}

static bool fits(const char *pattern, const char *value)
{
    regex_t regex;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
        return false;
    bool found = regexec(&regex, value, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

live_err recipe_check(const cJSON *recipe, live_error *error)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *value = live_json_str(recipe, rows[i].name, "");
        if (!fits(rows[i].pattern, value))
            return live_fail(error, LIVE_E_INVALID, "tools/vars.sh: %s is '%.40s'; due: %s",
                             rows[i].name, value, rows[i].due);
    }
    return LIVE_OK;
}

// A word such as @NAME@ at `at`: its length, or 0.
static size_t word_at(const char *at)
{
    size_t length = *at == '@' ? strspn(at + 1, CAPITALS) : 0;

    return length > 0 && at[length + 1] == '@' ? length + 2 : 0;
}

static live_err fill(const cJSON *recipe, const char *from, const char *text, live_buf *out,
                     live_error *error)
{
    char name[64];
    int line = 1;

    for (const char *at = text; *at;) {
        size_t length = word_at(at);
        line += *at == '\n';
        if (length == 0) {
            live_buf_add(out, at++, 1);
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)length - 2, at + 1);
        const char *value = live_json_str(recipe, name, NULL);
        if (!value)
            return live_fail(error, LIVE_E_NOTFOUND, "%s:%d: tools/vars.sh sets no %s", from, line,
                             name);
        live_buf_add_text(out, value);
        at += length;
    }
    return LIVE_OK;
}

live_err recipe_render(const cJSON *recipe, const char *from, const char *to, live_error *error)
{
    live_buf *out = live_buf_new();
    char *text = NULL;
    live_err err = live_file_read(from, &text, NULL, error);

    if (!err)
        err = fill(recipe, from, text, out, error);
    if (!err && live_buf_failed(out))
        err = live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (!err)
        err = live_file_write(to, live_buf_data(out), live_buf_length(out), 0644, error);
    live_free(text);
    live_buf_free(out);
    return err;
}
