// SPDX-License-Identifier: Apache-2.0
// The lines of a log as trees.
#include "log_tree.h"

#include <live/json.h>
#include <stdlib.h>
#include <string.h>

typedef struct placed {
    cJSON *line;
    const char *task;    // NULL: it belongs to none
    size_t index, first; // its own, and that of the task's first line
} placed;

static int compare_indexes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_task(const void *a, const void *b)
{
    const placed *one = a, *other = b;
    int order = !one->task || !other->task ? (one->task != NULL) - (other->task != NULL)
                                           : strcmp(one->task, other->task);

    return order ? order : compare_indexes(one->index, other->index);
}

static int compare_levels(const cJSON *one, const cJSON *other)
{
    for (one = one ? one->child : NULL, other = other ? other->child : NULL; one && other;
         one = one->next, other = other->next)
        if (one->valueint != other->valueint)
            return one->valueint < other->valueint ? -1 : 1;
    return (one != NULL) - (other != NULL);
}

static int by_place(const void *a, const void *b)
{
    const placed *one = a, *other = b;
    int order = compare_indexes(one->first, other->first);

    if (!order && one->task)
        order = compare_levels(live_json_get(one->line, "task_level"),
                               live_json_get(other->line, "task_level"));
    return order ? order : compare_indexes(one->index, other->index);
}

static void find_first(placed *placed, size_t count)
{
    qsort(placed, count, sizeof *placed, by_task);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && placed[i].task && placed[i - 1].task &&
                    strcmp(placed[i].task, placed[i - 1].task) == 0;
        placed[i].first = same ? placed[i - 1].first : placed[i].index;
    }
}

void log_tree_order(cJSON *lines)
{
    size_t count = (size_t)cJSON_GetArraySize(lines);
    placed *placed = calloc(count + 1, sizeof *placed);

    if (!placed)
        return;
    for (size_t i = 0; i < count; i++) {
        placed[i].line = cJSON_DetachItemViaPointer(lines, lines->child);
        placed[i].task = live_json_str(placed[i].line, "task_uuid", NULL);
        placed[i].index = i;
    }
    find_first(placed, count);
    qsort(placed, count, sizeof *placed, by_place);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(lines, placed[i].line);
    free(placed);
}

int log_tree_indent(const cJSON *line)
{
    int depth = cJSON_GetArraySize(live_json_get(line, "task_level"));

    return depth == 0 ? 0 : 2 * (depth - (live_json_get(line, "action_status") != NULL));
}
