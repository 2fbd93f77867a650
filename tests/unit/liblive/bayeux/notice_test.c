// SPDX-License-Identifier: Apache-2.0
// What happened, in its order.
#include "bayeux/notice.h"

#include <string.h>

#include "cmocka_all.h"

static void the_oldest_comes_first_and_all_of_it(void **state)
{
    lv_notices notices = { 0 };
    lv_notice notice;
    live_error error = { .code = LIVE_E_AUTH };
    char channel[] = "/a";

    (void)state;
    lv_notices_add(&notices, LV_NOTICE_EVENT, channel, cJSON_CreateNumber(7), NULL);
    channel[1] = 'x'; // it was copied
    lv_notices_add(&notices, LV_NOTICE_DENIED, "/b", NULL, &error);

    assert_true(lv_notices_take(&notices, &notice));
    assert_int_equal(notice.kind, LV_NOTICE_EVENT);
    assert_string_equal(notice.channel, "/a");
    assert_int_equal(notice.data->valueint, 7);
    assert_int_equal(notice.error.code, LIVE_OK);
    lv_notice_clear(&notice);
    assert_null(notice.channel);
    lv_notice_clear(&notice); // twice does no harm

    assert_true(lv_notices_take(&notices, &notice));
    assert_string_equal(notice.channel, "/b");
    assert_null(notice.data);
    assert_int_equal(notice.error.code, LIVE_E_AUTH);
    lv_notice_clear(&notice);
    assert_false(lv_notices_take(&notices, &notice));
}

static void one_may_be_added_after_the_last_was_taken(void **state)
{
    lv_notices notices = { 0 };
    lv_notice notice;

    (void)state;
    for (int i = 0; i < 3; i++) {
        lv_notices_add(&notices, LV_NOTICE_LOST, NULL, NULL, NULL);
        lv_notices_add(&notices, LV_NOTICE_RESTORED, NULL, NULL, NULL);
        assert_true(lv_notices_take(&notices, &notice));
        assert_int_equal(notice.kind, LV_NOTICE_LOST);
        assert_true(lv_notices_take(&notices, &notice));
        assert_int_equal(notice.kind, LV_NOTICE_RESTORED);
        assert_false(lv_notices_take(&notices, &notice));
    }
}

static void what_nobody_took_is_freed(void **state)
{
    lv_notices notices = { 0 };
    lv_notice notice;

    (void)state;
    lv_notices_clear(&notices);
    lv_notices_add(&notices, LV_NOTICE_EVENT, "/a", cJSON_CreateString("x"), NULL);
    lv_notices_add(&notices, LV_NOTICE_EVENT, "/a", cJSON_CreateString("y"), NULL);
    lv_notices_clear(&notices);
    assert_false(lv_notices_take(&notices, &notice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_comes_first_and_all_of_it),
        cmocka_unit_test(one_may_be_added_after_the_last_was_taken),
        cmocka_unit_test(what_nobody_took_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
