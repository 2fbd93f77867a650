// SPDX-License-Identifier: Apache-2.0
// What a reply says, with the liberties that servers take.
#include "bayeux/reply.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static cJSON *parse(const char *text)
{
    cJSON *json = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &json, NULL), LIVE_OK);
    return json;
}

static void only_true_is_success(void **state)
{
    static const struct {
        const char *text;
        bool success;
    } cases[] = {
        { "{\"successful\":true}", true },   { "{\"successful\":true,\"error\":\"\"}", true },
        { "{\"successful\":false}", false }, { "{\"successful\":1}", false },
        { "{\"successful\":null}", false },  { "{}", false }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *reply = parse(cases[i].text);
        if (lv_reply_success(reply) != cases[i].success)
            fail_msg("%s", cases[i].text);
        cJSON_Delete(reply);
    }
}

static void of_an_error_only_three_leading_digits_count(void **state)
{
    static const struct {
        const char *text;
        int code;
    } cases[] = { { "{\"error\":\"402::session_unknown\"}", 402 },
                  { "{\"error\":\"403:a,b:text\"}", 403 },
                  { "{\"error\":\"402\"}", 402 },
                  { "{\"error\":\"4021::x\"}", 0 },
                  { "{\"error\":\"40:x\"}", 0 },
                  { "{\"error\":\"Unknown client\"}", 0 },
                  { "{\"error\":402}", 0 },
                  { "{}", 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *reply = parse(cases[i].text);
        if (lv_reply_error_code(reply) != cases[i].code)
            fail_msg("%s", cases[i].text);
        cJSON_Delete(reply);
    }
}

static void an_id_is_compared_as_text(void **state)
{
    static const struct {
        const char *text;
        bool has, fits;
    } cases[] = { { "{\"id\":\"7\"}", true, true },
                  { "{\"id\":7}", true, true },
                  { "{\"id\":7.0}", true, true },
                  { "{\"id\":\"07\"}", true, false },
                  { "{\"id\":77}", true, false },
                  { "{\"id\":1e300}", true, false },
                  { "{\"id\":null}", false, false },
                  { "{\"id\":[\"7\"]}", false, false },
                  { "{}", false, false } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *reply = parse(cases[i].text);
        if (lv_reply_has_id(reply) != cases[i].has || lv_reply_id_is(reply, "7") != cases[i].fits)
            fail_msg("%s", cases[i].text);
        cJSON_Delete(reply);
    }
}

static void it_is_about_the_channel_it_names_or_about_any(void **state)
{
    static const struct {
        const char *text;
        bool about;
    } cases[] = { { "{\"subscription\":\"/a\"}", true },
                  { "{\"subscription\":[\"/b\",\"/a\"]}", true },
                  { "{}", true },
                  { "{\"subscription\":\"/b\"}", false },
                  { "{\"subscription\":[]}", false },
                  { "{\"subscription\":[7,null]}", false },
                  { "{\"subscription\":7}", false } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *reply = parse(cases[i].text);
        if (lv_reply_is_about(reply, "/a") != cases[i].about)
            fail_msg("%s", cases[i].text);
        cJSON_Delete(reply);
    }
}

static void transports_are_found_among_anything(void **state)
{
    cJSON *reply = parse("{\"supportedConnectionTypes\":[7,\"in-process\",\"long-polling\"]}");

    (void)state;
    assert_true(lv_reply_offers(reply, "long-polling"));
    assert_false(lv_reply_offers(reply, "websocket"));
    cJSON_Delete(reply);
    reply = parse("{\"supportedConnectionTypes\":\"long-polling\"}");
    assert_false(lv_reply_offers(reply, "long-polling"));
    cJSON_Delete(reply);
}

static void a_refusal_has_the_servers_words(void **state)
{
    cJSON *reply = parse("{\"channel\":\"/meta/subscribe\",\"error\":\"403::no\"}");
    live_error error = { 0 };

    (void)state;
    assert_int_equal(lv_reply_refusal(reply, LIVE_E_AUTH, &error), LIVE_E_AUTH);
    assert_string_equal(error.text, "/meta/subscribe: 403::no");
    cJSON_DeleteItemFromObject(reply, "error");
    lv_reply_refusal(reply, LIVE_E_AUTH, &error);
    assert_string_equal(error.text, "/meta/subscribe: refused without a reason");
    cJSON_Delete(reply);
}

static void C_41_a_server_says_in_several_ways_that_it_does_not_know_the_session(void **state)
{
    static const struct {
        const char *reply;
        bool unknown;
    } cases[] = { { "{\"error\":\"402::session_unknown\"}", true },
                  { "{\"error\":\"402\"}", true },
                  { "{\"error\":\"401:fgj17i9chm:Unknown client\"}", true }, // Faye's
                  { "{\"error\":\"401::unknown client\"}", true },
                  { "{\"error\":\"401::No client ID\"}", false },
                  { "{\"error\":\"401:Unknown client:password wrong\"}", false },
                  { "{\"error\":\"403::Unknown client\"}", false },
                  { "{\"error\":401}", false },
                  { "{}", false } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *reply = cJSON_Parse(cases[i].reply);
        assert_int_equal(lv_reply_unknown_client(reply), cases[i].unknown);
        cJSON_Delete(reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C_41_a_server_says_in_several_ways_that_it_does_not_know_the_session),
        cmocka_unit_test(only_true_is_success),
        cmocka_unit_test(of_an_error_only_three_leading_digits_count),
        cmocka_unit_test(an_id_is_compared_as_text),
        cmocka_unit_test(it_is_about_the_channel_it_names_or_about_any),
        cmocka_unit_test(transports_are_found_among_anything),
        cmocka_unit_test(a_refusal_has_the_servers_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
