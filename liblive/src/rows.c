// SPDX-License-Identifier: Apache-2.0
// The rows of a message: each is a text until its turn comes, and read where the one before was.
#include "rows.h"

#include <string.h>

lv_rows lv_rows_of(cJSON *data)
{
    cJSON *content = cJSON_GetObjectItemCaseSensitive(data, "content");

    return (lv_rows){ .list =
                          content ? content : cJSON_GetObjectItemCaseSensitive(data, "events") };
}

void lv_rows_clear(lv_rows *rows)
{
    cJSON_Delete(rows->taken);
    live_json_slate_free(rows->slate);
    *rows = (lv_rows){ 0 };
}

bool lv_rows_are_left(const lv_rows *rows)
{
    return rows->list && rows->list->child;
}

const cJSON *lv_rows_take(lv_rows *rows)
{
    cJSON_Delete(rows->taken);
    rows->taken = cJSON_DetachItemViaPointer(rows->list, rows->list->child);
    if (!cJSON_IsRaw(rows->taken))
        return rows->taken;
    if (!rows->slate)
        rows->slate = live_json_slate_new();
    const char *text = rows->taken->valuestring;
    return live_json_slate_read(rows->slate, text, strlen(text));
}
