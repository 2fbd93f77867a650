// SPDX-License-Identifier: Apache-2.0
// What somebody else wrote, shown to a person: nothing in it commands the terminal.
#include "terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char replacement[] = "\xEF\xBF\xBD"; // U+FFFD

static const char *const styles[] = { [TERMINAL_PLAIN] = "",
                                      [TERMINAL_BOLD] = "\x1b[1m",
                                      [TERMINAL_GOOD] = "\x1b[32m",
                                      [TERMINAL_BAD] = "\x1b[31m" };

// The characters that a lead byte announces after it; -1: it is none.
static int count_rest(unsigned char lead)
{
    if (lead < 0x80)
        return 0;
    if (lead < 0xC2 || lead > 0xF4)
        return -1;
    return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
}

// Decodes the character that `text` (not empty) begins with; a byte that begins none is U+FFFD.
static size_t decode(const char *text, uint32_t *ret_code)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    unsigned char lead = (unsigned char)*text;
    int rest = count_rest(lead);
    uint32_t code = rest > 0 ? lead & (0x3Fu >> rest) : lead;

    *ret_code = 0xFFFD;
    for (int i = 1; i <= rest; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 1;
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    if (rest < 0 || code < least[rest] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 1;
    *ret_code = code;
    return (size_t)rest + 1;
}

// C1 controls, and what marks, embeds, overrides or isolates a direction, or breaks a line.
static bool is_treacherous(uint32_t code)
{
    return (code >= 0x80 && code < 0xA0) || code == 0x61C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xFFFD;
}

static void write_code(FILE *out, uint32_t code, const char *bytes, size_t length)
{
    if (code < 0x20)
        fprintf(out, "\xE2\x90%c", (int)(0x80 + code)); // U+2400 and on
    else if (code == 0x7F)
        fputs("\xE2\x90\xA1", out);
    else if (is_treacherous(code))
        fputs(replacement, out);
    else
        fwrite(bytes, 1, length, out);
}

void terminal_write(FILE *out, const char *text)
{
    uint32_t code;

    for (size_t length; *text; text += length) {
        length = decode(text, &code);
        write_code(out, code, text, length);
    }
}

void terminal_write_lines(FILE *out, const char *text, int indent, size_t most_bytes)
{
    const char *begin = text;
    uint32_t code;

    for (size_t length; *text; text += length) {
        length = decode(text, &code);
        if ((size_t)(text - begin) + length > most_bytes) {
            fprintf(out, "… (%zu bytes more)", strlen(text));
            return;
        }
        if (code == '\n')
            fprintf(out, "\n%*s", indent, "");
        else if (code == '\t')
            fputc(' ', out);
        else if (code != '\r' || text[1] != '\n')
            write_code(out, code, text, length);
    }
}

size_t terminal_width(const char *text)
{
    size_t width = 0;
    uint32_t code;

    for (; *text; width++)
        text += decode(text, &code);
    return width;
}

static bool has_styles(FILE *out)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(fileno(out)) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

void terminal_write_styled(FILE *out, const char *text, terminal_style style)
{
    bool styled = style != TERMINAL_PLAIN && has_styles(out);

    fputs(styled ? styles[style] : "", out);
    terminal_write(out, text);
    fputs(styled ? "\x1b[0m" : "", out);
}
