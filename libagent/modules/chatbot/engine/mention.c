// SPDX-License-Identifier: Apache-2.0
// Whether a message speaks to the bot, and what it says then.
#include "engine/mention.h"

#include <agent/chat.h>
#include <string.h>

#include "engine/words.h"

#define PUNCTUATION ",:;.!?"

// The bytes of a blank or a control character that begins here, U+0080 to U+00A0 included; 0: another character.
static size_t blank_length(const char *at)
{
    const unsigned char first = (unsigned char)at[0], second = first ? (unsigned char)at[1] : 0;

    if (first <= ' ' || first == 0x7F)
        return first != '\0';
    return first == 0xC2 && second <= 0xA0 ? 2 : 0;
}

// The bytes of a link `<address|label>` that begins here, and where its label is; 0: none begins.
static size_t link_length(const char *at, const char **ret_label, size_t *ret_length)
{
    size_t address = *at == '<' ? strcspn(at + 1, " <>|\n") : 0;
    const char *bar = at + 1 + address;

    if (address == 0 || *bar != '|')
        return 0;
    *ret_label = bar + 1;
    *ret_length = strcspn(*ret_label, "<>|\n");
    return (*ret_label)[*ret_length] == '>' ? (size_t)(*ret_label - at) + *ret_length + 1 : 0;
}

// Adds up to `length` bytes with links as their labels and one blank in the place of many.
static void add_plain(live_buf *out, const char *text)
{
    const char *label = NULL;
    size_t length, label_length = 0;

    while (*text) {
        if ((length = blank_length(text)) > 0) {
            live_buf_add(out, " ", 1);
        } else if ((length = link_length(text, &label, &label_length)) > 0) {
            live_buf_add(out, label, label_length);
        } else {
            length = 1;
            while (text[length] && text[length] != '<' && blank_length(text + length) == 0)
                length++;
            live_buf_add(out, text, length);
        }
        text += length;
    }
}

// Where the text before a mention ends: "@", the "*" of bold and a comma belong to the mention.
static size_t end_before(const char *text, size_t length, bool *ret_bold)
{
    *ret_bold = length > 0 && text[length - 1] == '*';
    if (*ret_bold || (length > 0 && text[length - 1] == '@'))
        length--;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length > 0 && text[length - 1] == ',')
        length--;
    return length;
}

// Where the text after a mention goes on: punctuation behind it belongs to it.
static const char *start_after(const char *text, bool bold)
{
    if (bold && *text == '*')
        text++;
    const char *next = text + strspn(text, " ");
    next += strspn(next, PUNCTUATION);
    return *next == ' ' || *next == '\0' ? next : text;
}

// Adds text without its outer blanks and with single ones inside, parted by one from what is there.
static void add_collapsed(live_buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t word = 0;
        while (i + word < length && text[i + word] != ' ')
            word++;
        if (word > 0 && live_buf_length(out) > 0)
            live_buf_add(out, " ", 1);
        live_buf_add(out, text + i, word);
        i += word + 1;
    }
}

// Cuts the text to what is read of it, between two characters.
static void cut(live_buf *out)
{
    const char *text = live_buf_data(out);
    size_t length = MENTION_MAX_BYTES;
    char kept[MENTION_MAX_BYTES];

    if (live_buf_length(out) <= length)
        return;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    memcpy(kept, text, length);
    live_buf_clear(out);
    live_buf_add(out, kept, length);
}

// The next mention: the alias as a word, but not in a longer name as RIG is in RIG-1. NULL: there is none.
static const char *find_mention(const char *text, const char *from, const char *alias)
{
    const char *at = agent_find_word(from, alias);

    while (at && words_go_on(text, at, strlen(alias)))
        at = agent_find_word(at + strlen(alias), alias);
    return at;
}

bool mention_read(const char *text, const char *alias, live_buf *rest)
{
    live_buf *plain = live_buf_new();
    bool found = false, bold = false;

    add_plain(plain, text);
    const char *whole = live_buf_data(plain), *from = whole, *at;
    while ((at = find_mention(whole, from, alias))) {
        add_collapsed(rest, from, end_before(from, (size_t)(at - from), &bold));
        from = start_after(at + strlen(alias), bold);
        found = true;
    }
    if (found)
        add_collapsed(rest, from, strlen(from));
    live_buf_free(plain);
    cut(rest);
    return found;
}
