// SPDX-License-Identifier: Apache-2.0
// What a filter matches, and which types of events it may match.
#include "pipes/filter.h"

#include "memory.h"
#include "pipes/filter_node.h"
#include "pipes/letters.h"
#include <ctype.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char fold(char byte)
{
    return (char)tolower((unsigned char)byte);
}

// `pattern` is folded; PIPES_ANY_TEXT in it stands for any text.
static bool matches_pattern(const char *pattern, const char *text)
{
    const char *star = NULL, *retry = NULL;

    while (*text) {
        if (*pattern == PIPES_ANY_TEXT) {
            star = pattern++;
            retry = text;
        } else if (*pattern == fold(*text)) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == PIPES_ANY_TEXT)
        pattern++;
    return !*pattern;
}

// At most `edits` insertions, deletions and replacements apart; for short words.
static bool is_close(const char *word, const char *text, int edits)
{
    enum { LONGEST = 64 };
    size_t rows = strlen(word), columns = strlen(text);
    int costs[LONGEST + 1];

    if (rows > LONGEST || columns > LONGEST)
        return strcasecmp(word, text) == 0;
    for (size_t j = 0; j <= columns; j++)
        costs[j] = (int)j;
    for (size_t i = 1; i <= rows; i++) {
        int diagonal = costs[0];
        costs[0] = (int)i;
        for (size_t j = 1; j <= columns; j++) {
            int replaced = diagonal + (fold(word[i - 1]) != fold(text[j - 1]));
            int other = (costs[j] < costs[j - 1] ? costs[j] : costs[j - 1]) + 1;
            diagonal = costs[j];
            costs[j] = replaced < other ? replaced : other;
        }
    }
    return costs[columns] <= edits;
}

static bool matches_text(const pipes_filter *filter, const char *text)
{
    double number;

    if (filter->edits)
        return is_close(filter->pattern, text, filter->edits);
    if (filter->numeric && !filter->as_text && pipes_text_is_number(text, &number))
        return number == filter->number;
    return matches_pattern(filter->pattern, text);
}

// Where one word of the text is enough.
static bool matches_a_word(const pipes_filter *filter, const char *text)
{
    char *words = sim_copy(text), *rest = words;
    bool matches = false;

    for (char *word = strsep(&rest, " "); word && !matches; word = strsep(&rest, " "))
        matches = matches_text(filter, word);
    free(words);
    return matches;
}

static bool matches_folded(const pipes_filter *filter, const char *text)
{
    return matches_text(filter, text) || (sim_profile_differs(filter->profile, FACT_FILTER_WORDS) &&
                                          matches_a_word(filter, text));
}

static bool matches_in_any_case(const pipes_filter *filter, const char *text)
{
    if (pipes_is_ascii(text))
        return matches_folded(filter, text);
    char *folded = pipes_lower_copy(text);
    bool matches = matches_folded(filter, folded);
    free(folded);
    return matches;
}

static bool matches_term(const pipes_filter *filter, const cJSON *value)
{
    char digits[40];

    if (cJSON_IsString(value) && filter->numeric &&
        sim_profile_differs(filter->profile, FACT_FILTER_NUMBERS))
        return false;
    if (cJSON_IsString(value))
        return matches_in_any_case(filter, value->valuestring);
    if (cJSON_IsBool(value))
        return matches_pattern(filter->pattern, cJSON_IsTrue(value) ? "true" : "false");
    if (!cJSON_IsNumber(value))
        return false;
    if (filter->numeric && !filter->as_text)
        return value->valuedouble == filter->number;
    snprintf(digits, sizeof digits, "%.15g", value->valuedouble);
    return matches_pattern(filter->pattern, digits);
}

static bool within(const pipes_bound *bound, pipes_value value, int sign)
{
    int order;

    if (!bound->text)
        return true; // open
    if (bound->numeric && pipes_to_number(value).kind == PIPES_NUMBER) {
        double number = pipes_to_number(value).number;
        order = (number > bound->number) - (number < bound->number);
    } else if (!bound->numeric && value.kind == PIPES_TEXT) {
        char *folded = pipes_lower_copy(value.text);
        order = strcmp(folded, bound->text);
        free(folded);
    } else {
        return false;
    }
    return order * sign > 0 || (order == 0 && bound->inclusive);
}

static bool matches_range(const pipes_filter *filter, const cJSON *value)
{
    pipes_value plain = pipes_of_json(value);

    return plain.kind != PIPES_NULL && within(&filter->low, plain, 1) &&
           within(&filter->high, plain, -1);
}

static bool matches_value(const pipes_filter *filter, const cJSON *value)
{
    if (!value || cJSON_IsNull(value))
        return false;
    if (filter->kind == PIPES_F_PRESENT)
        return true;
    if (cJSON_IsArray(value) && sim_profile_differs(filter->profile, FACT_FILTER_ARRAYS))
        return false;
    if (cJSON_IsArray(value)) {
        const cJSON *element;
        cJSON_ArrayForEach (element, value) {
            if (matches_value(filter, element))
                return true;
        }
        return false;
    }
    return filter->kind == PIPES_F_RANGE ? matches_range(filter, value)
                                         : matches_term(filter, value);
}

static const cJSON *value_of(const pipes_filter *filter, const cJSON *event)
{
    const cJSON *value = event;

    for (size_t i = 0; i < filter->field.count; i++)
        value = live_json_get(value, filter->field.path[i]);
    return value;
}

// Where a field that is missing is neither this nor not this.
static bool may_be_denied(const pipes_filter *filter, const cJSON *event)
{
    const pipes_filter *inside = filter->left;

    return !sim_profile_differs(filter->profile, FACT_FILTER_MISSING) ||
           (inside->kind != PIPES_F_TERM && inside->kind != PIPES_F_RANGE) ||
           value_of(inside, event);
}

bool pipes_filter_matches(const pipes_filter *filter, const cJSON *event)
{

    switch (filter->kind) {
    case PIPES_F_ALL: return true;
    case PIPES_F_NOT:
        return !pipes_filter_matches(filter->left, event) && may_be_denied(filter, event);
    case PIPES_F_AND:
        return pipes_filter_matches(filter->left, event) &&
               pipes_filter_matches(filter->right, event);
    case PIPES_F_OR:
        return pipes_filter_matches(filter->left, event) ||
               pipes_filter_matches(filter->right, event);
    case PIPES_F_PRESENT:
    case PIPES_F_TERM:
    case PIPES_F_RANGE: break;
    }
    return matches_value(filter, value_of(filter, event));
}

// No, maybe, yes: then "not" is 2 - x, "and" the lesser and "or" the greater.
static int type_matches(const pipes_filter *filter, const cJSON *type)
{
    int left, right;

    switch (filter->kind) {
    case PIPES_F_ALL: return 2;
    case PIPES_F_NOT: return 2 - type_matches(filter->left, type);
    case PIPES_F_AND:
    case PIPES_F_OR:
        left = type_matches(filter->left, type);
        right = type_matches(filter->right, type);
        return (filter->kind == PIPES_F_AND) == (left < right) ? left : right;
    case PIPES_F_PRESENT:
    case PIPES_F_TERM:
    case PIPES_F_RANGE: break;
    }
    if (filter->field.count != 1 || strcmp(filter->field.path[0], "__type") != 0)
        return 1;
    return matches_value(filter, type) ? 2 : 0;
}

bool pipes_filter_may_match_type(const pipes_filter *filter, const char *type)
{
    cJSON *name = cJSON_CreateStringReference(type);
    bool may = !name || type_matches(filter, name) > 0;

    cJSON_Delete(name);
    return may;
}
