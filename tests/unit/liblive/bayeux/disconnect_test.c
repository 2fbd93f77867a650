// SPDX-License-Identifier: Apache-2.0
// C-43: the end of a session that the client wants.
#include <live/json.h>
#include <live/loop.h>
#include <stdlib.h>
#include <string.h>

#include "bayeux_talk.h"
#include "cmocka_all.h"

static void assert_over(bayeux_talk *talk)
{
    lv_notice notice = { 0 };

    assert_true(lv_bayeux_take(talk->bayeux, &notice));
    assert_int_equal(notice.kind, LV_NOTICE_TERMINATED);
    assert_int_equal(notice.error.code, LIVE_OK); // it was wished for
    lv_notice_clear(&notice);
    assert_int_equal(talk_notice(talk, NULL, 0), -1);
    assert_null(talk_next(talk));
    assert_int_equal(lv_bayeux_due(talk->bayeux), LIVE_FOREVER);
}

static void C_43_a_disconnect_that_is_answered_is_the_end(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    talk_next(talk); // the connect, which is held
    lv_bayeux_disconnect(talk->bayeux);
    assert_string_equal(talk_channel(talk_next(talk)), "/meta/disconnect");
    assert_string_equal(live_json_str(talk->json->child, "clientId", ""), "c1");
    talk_answer_last(talk,
                     "[{\"channel\":\"/meta/disconnect\",\"id\":\"%s\",\"successful\":true}]");
    assert_over(talk);
}

static void C_43_one_that_is_refused_is_the_end_too(void **state)
{
    bayeux_talk *talk = *state;

    talk_begin(talk);
    lv_bayeux_disconnect(talk->bayeux);
    talk_next(talk);
    talk_answer_last(talk, "[{\"channel\":\"/meta/disconnect\",\"id\":\"%s\",\"successful\":false,"
                           "\"error\":\"402::Unknown client\","
                           "\"advice\":{\"reconnect\":\"handshake\"}}]");
    assert_over(talk);
}

static void C_43_the_held_connects_answer_changes_nothing(void **state)
{
    static const char *const answers[] = {
        "[{\"channel\":\"/meta/connect\",\"id\":\"3\",\"successful\":true}]",
        "[{\"channel\":\"/meta/connect\",\"id\":\"3\",\"successful\":true,"
        "\"advice\":{\"reconnect\":\"none\"}}]",
        "[{\"channel\":\"/meta/connect\",\"id\":\"3\",\"successful\":false,\"error\":\"402::x\","
        "\"advice\":{\"reconnect\":\"handshake\",\"interval\":0}}]",
        "[]",
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        bayeux_talk *talk = *state;
        talk_begin(talk);
        talk_next(talk);
        assert_string_equal(live_json_str(talk->json->child, "id", ""), "3");
        lv_bayeux_disconnect(talk->bayeux);
        talk_next(talk);
        talk_answer(talk, LV_SLOT_CONNECT, answers[i]);
        assert_int_equal(talk_notice(talk, NULL, 0), -1);
        assert_null(talk_next(talk)); // no connect, no handshake
        talk_fail(talk, LV_SLOT_OTHER, LIVE_E_TIMEOUT, 0, true);
        assert_over(talk);
        talk_fail(talk, LV_SLOT_CONNECT, LIVE_E_TIMEOUT, 0, true);
        talk_reopen(state);
    }
}

static void C_43_without_a_session_there_is_nothing_to_say(void **state)
{
    bayeux_talk *talk = *state;

    talk_next(talk); // the handshake
    lv_bayeux_disconnect(talk->bayeux);
    lv_bayeux_disconnect(talk->bayeux);
    assert_over(talk);
    assert_null(lv_bayeux_last_word(talk->bayeux));
}

static void C_43_a_last_word_is_the_disconnect_and_the_end(void **state)
{
    bayeux_talk *talk = *state;
    cJSON *json = NULL;

    talk_begin(talk);
    char *word = lv_bayeux_last_word(talk->bayeux);
    assert_non_null(word);
    assert_int_equal(live_json_parse(word, strlen(word), &json, NULL), LIVE_OK);
    assert_string_equal(talk_channel(json->child), "/meta/disconnect");
    assert_string_equal(live_json_str(json->child, "clientId", ""), "c1");
    cJSON_Delete(json);
    free(word);
    assert_null(lv_bayeux_last_word(talk->bayeux)); // there is one only
    assert_null(talk_next(talk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_ON_BOTH(C_43_a_disconnect_that_is_answered_is_the_end),
        TALK_ON_BOTH(C_43_one_that_is_refused_is_the_end_too),
        TALK_ON_BOTH(C_43_the_held_connects_answer_changes_nothing),
        TALK_ON_BOTH(C_43_without_a_session_there_is_nothing_to_say),
        TALK_ON_BOTH(C_43_a_last_word_is_the_disconnect_and_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
