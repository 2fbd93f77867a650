// SPDX-License-Identifier: Apache-2.0
// Tables for people: columns as wide as they must be, foreign text made harmless.
#include "table.h"

#include <string.h>

#include "terminal.h"

enum { GAP = 2 };

static const char *cell_of(const cJSON *row, int column)
{
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(row, column));

    return text ? text : "";
}

static terminal_style style_of(const char *cell)
{
    static const struct {
        const char *cell;
        terminal_style style;
    } styles[] = {
        { "AVAILABLE", TERMINAL_GOOD },
        { "UNAVAILABLE", TERMINAL_BAD },
        { "agrees", TERMINAL_GOOD },
        { "differs", TERMINAL_BAD },
    };

    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (strcmp(cell, styles[i].cell) == 0)
            return styles[i].style;
    return TERMINAL_PLAIN;
}

static void print_cell(FILE *out, const char *cell, terminal_style style, size_t pad)
{
    terminal_write_styled(out, cell, style);
    fprintf(out, "%*s", (int)pad, "");
}

// How wide a cell is to be; the last one of a line needs no room after it.
static size_t pad_of(const char *cell, size_t width, bool last)
{
    return last ? 0 : width + GAP - terminal_width(cell);
}

// Whether no cell of the row after this one holds text.
static bool is_last(const cJSON *row, int column, int count)
{
    for (int i = column + 1; i < count; i++)
        if (*cell_of(row, i))
            return false;
    return true;
}

static void print_row(FILE *out, const cJSON *row, const size_t *widths, int count)
{
    for (int i = 0; i < count; i++) {
        const char *cell = cell_of(row, i);
        bool last = is_last(row, i, count);
        print_cell(out, cell, style_of(cell), pad_of(cell, widths[i], last));
        if (last)
            break;
    }
    fputc('\n', out);
}

void table_print(FILE *out, const char *const *titles, const cJSON *rows)
{
    size_t widths[TABLE_COLUMNS];
    const cJSON *row;
    int count = 0;

    for (; titles[count]; count++) {
        widths[count] = terminal_width(titles[count]);
        cJSON_ArrayForEach (row, rows) {
            size_t width = terminal_width(cell_of(row, count));
            widths[count] = width > widths[count] ? width : widths[count];
        }
    }
    for (int i = 0; i < count; i++)
        print_cell(out, titles[i], TERMINAL_BOLD, pad_of(titles[i], widths[i], i == count - 1));
    fputc('\n', out);
    cJSON_ArrayForEach (row, rows)
        print_row(out, row, widths, count);
}
