// SPDX-License-Identifier: Apache-2.0
// What a child says.
#include "log/words.h"

#include <stdlib.h>

#include "log/capture.h"

enum { LAST_LINES = 5 };

struct ag_words {
    ag_journal *journal;
    const char *name;
    ag_capture *capture;
    ag_said saying, said; // the last word of error, now and before the last end
    cJSON *lines, *last_lines;
};

static void on_line(const char *line, size_t length, void *user)
{
    ag_words *words = user;
    ag_said said = { .text = "" };

    ag_journal_add(words->journal, words->name, line, length, &said);
    if (said.grave)
        words->saying = said;
    if (!words->lines)
        words->lines = cJSON_CreateArray();
    cJSON_AddItemToArray(words->lines, cJSON_CreateString(said.text));
    if (cJSON_GetArraySize(words->lines) > LAST_LINES)
        cJSON_DeleteItemFromArray(words->lines, 0);
}

live_err ag_words_new(live_loop *loop, ag_journal *journal, const char *name, ag_words **ret_words,
                      live_error *error)
{
    ag_words *words = calloc(1, sizeof *words);
    if (!words)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");

    *words = (ag_words){ .journal = journal, .name = name };
    live_err err = ag_capture_new(loop, on_line, words, &words->capture, error);
    if (err) {
        free(words);
        return err;
    }
    *ret_words = words;
    return LIVE_OK;
}

void ag_words_free(ag_words *words)
{
    if (!words)
        return;
    ag_capture_free(words->capture);
    cJSON_Delete(words->lines);
    cJSON_Delete(words->last_lines);
    free(words);
}

int ag_words_fd(const ag_words *words)
{
    return ag_capture_fd(words->capture);
}

void ag_words_end(ag_words *words)
{
    ag_capture_flush(words->capture);
    if (words->lines) {
        cJSON_Delete(words->last_lines);
        words->last_lines = words->lines;
        words->lines = NULL;
    }
    words->said = words->saying;
    words->saying = (ag_said){ .text = "" };
}

const char *ag_words_error(const ag_words *words)
{
    return words->said.text;
}

const cJSON *ag_words_lines(const ag_words *words)
{
    return words->last_lines;
}
