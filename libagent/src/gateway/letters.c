// SPDX-License-Identifier: Apache-2.0
// What is asked of the outbox while the agent runs.
#include "gateway/letters.h"

#include <inttypes.h>
#include <live/time.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_COUNT = 500, PAGE_BYTES = 256 * 1024, EVENT_BYTES = 64 * 1024, BEGINNING_BYTES = 1000 };

// One page of dead letters.
typedef struct page {
    live_buf *text; // of the letters; NULL: only their range is wanted
    int64_t upto;   // no higher number
    int64_t last;   // the highest number in it
    int64_t next;   // of the first one that has no place in it; 0: there is none
    size_t bytes, count;
} page;

// Up to a character's end.
static void add_beginning(live_buf *text, const live_outbox_dead *dead)
{
    char beginning[BEGINNING_BYTES + 1];
    size_t length = BEGINNING_BYTES;

    while (length > 0 && (dead->text[length] & 0xC0) == 0x80)
        length--;
    memcpy(beginning, dead->text, length);
    beginning[length] = '\0';
    live_buf_add_text(text, ",\"beginning\":");
    live_buf_add_json_string(text, beginning);
}

static void add_letter(live_buf *text, const live_outbox_dead *dead)
{
    char when[LIVE_TIME_TEXT_BYTES];

    live_time_format(dead->died_ms, when);
    live_buf_add_format(text, "{\"number\":%" PRId64 ",\"refused\":\"%s\",\"http\":%d,\"reason\":",
                        dead->number, when, dead->http);
    live_buf_add_json_string(text, dead->reason);
    if (dead->length > EVENT_BYTES) {
        add_beginning(text, dead);
    } else {
        live_buf_add_text(text, ",\"event\":");
        live_buf_add(text, dead->text, dead->length);
    }
    live_buf_add_text(text, "}");
}

static bool on_letter(const live_outbox_dead *dead, void *user)
{
    page *page = user;

    if (dead->number > page->upto)
        return false;
    if (page->count == PAGE_COUNT || page->bytes > PAGE_BYTES) {
        page->next = dead->number;
        return false;
    }
    if (page->text && page->count > 0)
        live_buf_add_text(page->text, ",");
    if (page->text)
        add_letter(page->text, dead);
    page->count++;
    page->bytes += dead->length; // what is read costs time, also where a beginning is shown
    page->last = dead->number;
    return true;
}

static live_err show(live_outbox *outbox, int64_t first, page *page, live_buf *answer,
                     live_error *error)
{
    live_outbox_stat stat;

    live_outbox_stats(outbox, &stat);
    live_buf_add_text(answer, "{\"outbox\":");
    live_buf_add_outbox_json(answer, &stat);
    live_buf_add_text(answer, ",\"dead_letters\":[");
    page->text = answer;
    live_err err = live_outbox_dead_each(outbox, first, on_letter, page, error);
    live_buf_add_text(answer, "]");
    return err;
}

static live_err change(live_outbox *outbox, bool retries, int64_t first, page *page,
                       live_buf *answer, live_error *error)
{
    size_t count = 0;
    live_err err = live_outbox_dead_each(outbox, first, on_letter, page, error);

    if (!err && page->count > 0)
        err = retries ? live_outbox_dead_retry(outbox, first, page->last, &count, error)
                      : live_outbox_dead_purge(outbox, first, page->last, &count, error);
    live_buf_add_format(answer, "{\"count\":%zu", count);
    return err;
}

void ag_letters_answer(live_outbox *outbox, const char *question, live_buf *answer)
{
    char word[8] = "";
    int64_t first = 0, last = 0;
    live_error error = { 0 };
    live_err err = LIVE_OK;

    if (sscanf(question, "%7s %" SCNd64 " %" SCNd64, word, &first, &last) != 3)
        err = live_fail(&error, LIVE_E_INVALID, "'%s' is no question", question);
    else if (!outbox)
        err = live_fail(&error, LIVE_E_SYSTEM, "the outbox is not open: see 'live status'");
    if (!err) {
        page page = { .upto = last ? last : live_outbox_newest(outbox) };
        err = strcmp(word, "show") == 0
                  ? show(outbox, first, &page, answer, &error)
                  : change(outbox, strcmp(word, "retry") == 0, first, &page, answer, &error);
        live_buf_add_format(answer, ",\"last\":%" PRId64, page.upto);
        if (page.next)
            live_buf_add_format(answer, ",\"next\":%" PRId64, page.next);
        live_buf_add_text(answer, "}");
    }
    if (!err)
        return;
    live_buf_clear(answer);
    live_buf_add_text(answer, "{\"error\":");
    live_buf_add_json_string(answer, error.text);
    live_buf_add_text(answer, "}");
}
