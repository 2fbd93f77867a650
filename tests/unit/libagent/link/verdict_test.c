// SPDX-License-Identifier: Apache-2.0
#include "link/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static void a_failure_arrives_as_it_was(void **state)
{
    live_error sent = { .code = LIVE_E_PARSE,
                        .http = 400,
                        .retry = true,
                        .line = 2,
                        .column = 17,
                        .text = "At (2, 17): \"quoted\"" };
    live_error got = { 0 };
    char *text = ag_verdict_print(&sent);

    (void)state;
    assert_non_null(text);
    assert_true(ag_verdict_read(text, strlen(text), &got));
    assert_int_equal(got.code, sent.code);
    assert_int_equal(got.http, sent.http);
    assert_true(got.retry);
    assert_int_equal(got.line, sent.line);
    assert_int_equal(got.column, sent.column);
    assert_string_equal(got.text, sent.text);
    free(text);
}

static void a_plain_end_is_no_failure(void **state)
{
    live_error got = { 0 };
    char *text = ag_verdict_print(NULL);

    (void)state;
    assert_false(ag_verdict_read(text, strlen(text), &got));
    free(text);
}

static void what_is_no_verdict_is_the_gateways_fault(void **state)
{
    static const char *const texts[] = { "{", "[]", "7", "\"\"" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        live_error got = { 0 };
        assert_true(ag_verdict_read(texts[i], strlen(texts[i]), &got));
        assert_int_equal(got.code, LIVE_E_PROTOCOL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_arrives_as_it_was),
        cmocka_unit_test(a_plain_end_is_no_failure),
        cmocka_unit_test(what_is_no_verdict_is_the_gateways_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
