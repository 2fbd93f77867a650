// SPDX-License-Identifier: Apache-2.0
// What becomes of subscriptions: which reply belongs to which, and what a failure or a new session leaves of them.
#include "bayeux/subscription.h"

#include <live/json.h>
#include <string.h>

#include "bayeux_talk.h"
#include "cmocka_all.h"

// Asks for two channels in one payload, beside the connect.
static void ask_for_a_and_b(bayeux_talk *talk)
{
    talk_begin(talk);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_bayeux_subscribe(talk->bayeux, "/b", NULL), LIVE_OK);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/connect");
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/subscribe");
}

static void assert_notice(bayeux_talk *talk, lv_notice_kind kind, const char *channel)
{
    lv_notice notice = { 0 };

    assert_true(lv_bayeux_take(talk->bayeux, &notice));
    assert_int_equal(notice.kind, kind);
    assert_string_equal(notice.channel, channel);
    lv_notice_clear(&notice);
}

static void a_reply_without_id_answers_the_subscription_it_names(void **state)
{
    bayeux_talk *talk = *state;

    ask_for_a_and_b(talk);
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/meta/subscribe\",\"successful\":false,\"subscription\":\"/b\","
                "\"error\":\"403::denied\"},"
                "{\"channel\":\"/meta/subscribe\",\"successful\":true,\"subscription\":\"/a\"}]");
    assert_notice(talk, LV_NOTICE_DENIED, "/b");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/a");
}

static void a_reply_may_name_the_subscription_in_a_list(void **state)
{
    bayeux_talk *talk = *state;

    ask_for_a_and_b(talk);
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/meta/subscribe\",\"successful\":true,\"subscription\":[\"/b\"]},"
                "{\"channel\":\"/meta/subscribe\",\"successful\":true,\"subscription\":[\"/a\"]}]");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/b");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/a");
}

static void a_reply_without_id_and_name_answers_the_oldest(void **state)
{
    bayeux_talk *talk = *state;

    ask_for_a_and_b(talk);
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/meta/subscribe\",\"successful\":true},"
                "{\"channel\":\"/meta/subscribe\",\"successful\":true}]");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/a");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/b");
}

static void an_id_counts_more_than_the_name_beside_it(void **state)
{
    bayeux_talk *talk = *state;

    ask_for_a_and_b(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/subscribe\",\"id\":\"%s\",\"successful\":true,"
                           "\"subscription\":\"/b\"}]");
    assert_notice(talk, LV_NOTICE_SUBSCRIBED, "/a");
}

static void a_reply_about_a_channel_nobody_asked_for_is_ignored(void **state)
{
    bayeux_talk *talk = *state;

    ask_for_a_and_b(talk);
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/meta/subscribe\",\"successful\":true,\"subscription\":\"/c\"},"
                "{\"channel\":\"/meta/subscribe\",\"successful\":true,\"id\":\"999\"}]");
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

static void an_unsubscribe_reply_without_id_ends_the_one_it_names(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_subscribe(talk, "/a");
    talk_subscribe(talk, "/b");
    lv_bayeux_unsubscribe(talk->bayeux, "/b");
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/unsubscribe");
    talk_answer(talk, LV_SLOT_OTHER,
                "[{\"channel\":\"/meta/unsubscribe\",\"successful\":true,\"subscription\":\"/b\"},"
                "{\"channel\":\"/a\",\"data\":1},{\"channel\":\"/b\",\"data\":2}]");
    assert_notice(talk, LV_NOTICE_EVENT, "/a");
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
}

static void what_was_never_asked_for_is_dropped_without_a_word(void **state)
{
    lv_subscriptions all = { 0 };

    (void)state;
    assert_int_equal(lv_subscriptions_add(&all, "/a", NULL), LIVE_OK);
    assert_true(lv_subscriptions_wait(&all));
    lv_subscriptions_drop(&all, "/a");
    assert_null(all.first);
    lv_subscriptions_drop(&all, "/a");
    lv_subscriptions_clear(&all);
}

static void each_of_two_equal_ones_is_dropped_once(void **state)
{
    lv_subscriptions all = { 0 };

    (void)state;
    assert_int_equal(lv_subscriptions_add(&all, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_subscriptions_add(&all, "/a", NULL), LIVE_OK);
    all.first->wish = all.first->next->wish = LV_ACTIVE;
    lv_subscriptions_drop(&all, "/a");
    assert_true(lv_subscriptions_cover(&all, "/a"));
    lv_subscriptions_drop(&all, "/a");
    assert_false(lv_subscriptions_cover(&all, "/a"));
    lv_subscriptions_clear(&all);
}

static void a_new_session_is_asked_for_all_that_is_still_wanted(void **state)
{
    lv_subscriptions all = { 0 };

    (void)state;
    for (lv_wish wish = LV_WANTED; wish <= LV_DROPPING; wish++) {
        assert_int_equal(lv_subscriptions_add(&all, "/a", NULL), LIVE_OK);
        lv_subscription *newest = all.first;
        while (newest->next)
            newest = newest->next;
        newest->wish = wish;
    }
    lv_subscriptions_renew(&all);
    size_t count = 0;
    for (lv_subscription *one = all.first; one; one = one->next, count++)
        assert_int_equal(one->wish, LV_WANTED);
    assert_int_equal(count, 3);
    lv_subscriptions_clear(&all);
}

static void a_failed_request_is_asked_again_and_what_was_being_dropped_is_gone(void **state)
{
    lv_subscriptions all = { 0 };

    (void)state;
    assert_int_equal(lv_subscriptions_add(&all, "/a", NULL), LIVE_OK);
    assert_int_equal(lv_subscriptions_add(&all, "/b", NULL), LIVE_OK);
    all.first->wish = LV_DROPPING;
    all.first->next->wish = LV_ACTIVE;
    assert_false(lv_subscriptions_fail(&all));
    assert_string_equal(all.first->channel, "/b");
    all.first->wish = LV_ASKED;
    assert_true(lv_subscriptions_fail(&all));
    assert_int_equal(all.first->wish, LV_WANTED);
    lv_subscriptions_clear(&all);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, talk_open, talk_close)
    const struct CMUnitTest tests[] = {
        CASE(a_reply_without_id_answers_the_subscription_it_names),
        CASE(a_reply_may_name_the_subscription_in_a_list),
        CASE(a_reply_without_id_and_name_answers_the_oldest),
        CASE(an_id_counts_more_than_the_name_beside_it),
        CASE(a_reply_about_a_channel_nobody_asked_for_is_ignored),
        CASE(an_unsubscribe_reply_without_id_ends_the_one_it_names),
        cmocka_unit_test(what_was_never_asked_for_is_dropped_without_a_word),
        cmocka_unit_test(each_of_two_equal_ones_is_dropped_once),
        cmocka_unit_test(a_new_session_is_asked_for_all_that_is_still_wanted),
        cmocka_unit_test(a_failed_request_is_asked_again_and_what_was_being_dropped_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
