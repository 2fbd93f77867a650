// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static cJSON *data_of(const char *text, size_t levels)
{
    cJSON *data = NULL;

    assert_int_equal(live_json_parse_outer(text, strlen(text), levels, &data, NULL), LIVE_OK);
    return data;
}

static void each_is_taken_once_whether_it_is_text_or_a_tree(void **unused)
{
    static const char *const texts[] = { "{\"content\":[{\"n\":1},{\"n\":2}]}",
                                         "{\"events\":[{\"n\":1},{\"n\":2}]}",
                                         "{\"events\":[],\"content\":[{\"n\":1},{\"n\":2}]}" };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t levels = 2; levels < 4; levels++) {
            cJSON *data = data_of(texts[i], levels);
            lv_rows rows = lv_rows_of(data);
            assert_int_equal(live_json_int(lv_rows_take(&rows), "n", 0), 1);
            assert_true(lv_rows_are_left(&rows));
            lv_rows_clear(&rows);
            rows = lv_rows_of(data); // what was not taken is still there
            assert_int_equal(live_json_int(lv_rows_take(&rows), "n", 0), 2);
            assert_false(lv_rows_are_left(&rows));
            cJSON_Delete(data); // the row is not in it any more
            assert_int_equal(live_json_int(rows.slate ? NULL : rows.taken, "n", 2), 2);
            lv_rows_clear(&rows);
        }
    }
}

static void what_has_no_list_has_no_rows(void **unused)
{
    static const char *const texts[] = {
        "{}", "7", "null", "[{\"n\":1}]", "{\"content\":7}", "{\"content\":[]}"
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *data = data_of(texts[i], 2);
        lv_rows rows = lv_rows_of(data);
        assert_false(lv_rows_are_left(&rows));
        lv_rows_clear(&rows);
        cJSON_Delete(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_taken_once_whether_it_is_text_or_a_tree),
        cmocka_unit_test(what_has_no_list_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
