// SPDX-License-Identifier: Apache-2.0
// What a failed transfer is told as.
#include "net/outcome.h"

#include <string.h>

#include "cmocka_all.h"

static int set_up(void **state)
{
    *state = curl_easy_init();
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    curl_easy_cleanup(*state);
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), of_end = strlen(end);

    return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

static void what_to_do_is_told_however_long_the_reason_is(void **state)
{
    char detail[400];
    live_error error = { 0 };
    lv_outcome outcome = { .easy = *state,
                           .result = CURLE_SSL_CERTPROBLEM,
                           .name = "GET https://live.example/rest/me",
                           .detail = detail };

    memset(detail, 'x', sizeof detail - 1);
    detail[sizeof detail - 1] = '\0';
    assert_int_equal(lv_outcome_fail(&outcome, &error), LIVE_E_TLS);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
    assert_int_equal(strncmp(error.text, "GET https://live.example/rest/me: xxx", 37), 0);
    assert_true(
        ends_with(error.text, "tls.key_password in settings name the client's certificate"));
}

static void a_reason_that_fits_is_told_whole(void **state)
{
    live_error error = { 0 };
    lv_outcome outcome = { .easy = *state,
                           .result = CURLE_RECV_ERROR,
                           .name = "GET x",
                           .detail = "Recv failure: Connection reset by peer" };

    assert_int_equal(lv_outcome_fail(&outcome, &error), LIVE_E_CLOSED);
    assert_string_equal(error.text, "GET x: Recv failure: Connection reset by peer");
    assert_true(error.retry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_to_do_is_told_however_long_the_reason_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_reason_that_fits_is_told_whole, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
