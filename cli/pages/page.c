// SPDX-License-Identifier: Apache-2.0
// What all pages read of an argp table.
#include "pages/page.h"

#include <string.h>

static void split_choices(const char *word, page_value *value)
{
    // "rooms|users [NAME…]": the choices end where the next argument begins.
    for (size_t length; *word && *word != ' '; word += length + (word[length] == '|')) {
        length = strcspn(word, "| ]");
        if (word[length] == ']' || value->choice_count == PAGE_CHOICES_MAX)
            return;
        snprintf(value->choices[value->choice_count++], PAGE_WORD_BYTES, "%.*s", (int)length, word);
    }
}

page_value page_value_of(const char *word)
{
    static const struct {
        const char *word;
        page_kind kind;
    } known[] = { { "FILE", PAGE_FILE },
                  { "[FILE…]", PAGE_FILE },
                  { "DIR", PAGE_FOLDER },
                  { "[DIR]", PAGE_FOLDER },
                  { "[COMMAND]", PAGE_COMMAND } };
    page_value value = { .kind = PAGE_TEXT };

    for (size_t i = 0; word && i < sizeof known / sizeof *known; i++)
        if (strcmp(word, known[i].word) == 0)
            value.kind = known[i].kind;
    if (word && strchr(word, '|')) {
        value.kind = PAGE_CHOICE;
        split_choices(word, &value);
    }
    return value;
}

size_t page_doc_head_length(const struct argp *argp)
{
    return strcspn(argp->doc, "\v");
}

const char *page_doc_tail(const struct argp *argp)
{
    const char *tail = strchr(argp->doc, '\v');

    return tail ? tail + 1 : "";
}

bool page_is_option(const struct argp_option *option)
{
    return option->name && !(option->flags & OPTION_HIDDEN);
}

void page_write(FILE *out, const char *text, size_t length, page_put_fn put)
{
    for (size_t i = 0; i < length; i++)
        put(out, text[i]);
}
