// SPDX-License-Identifier: Apache-2.0
#include "gateway/report.h"

#include <live/json.h>
#include <stdlib.h>

#include "cmocka_all.h"

static void expect_platform(const ag_reach *reach, const char *want)
{
    cJSON *report = NULL;
    live_loop *loop = NULL;
    ag_peers *peers = NULL;
    char *text = NULL;

    assert_int_equal(live_loop_new(&loop, NULL), LIVE_OK);
    assert_int_equal(ag_peers_new(loop, NULL, &peers, NULL), LIVE_OK);
    report = ag_report_make(reach, NULL, "no space", peers);
    assert_int_equal(live_json_print(live_json_get(report, "platform"), &text, NULL), LIVE_OK);
    assert_string_equal(text, want);
    assert_string_equal(live_json_str(live_json_get(report, "outbox"), "trouble", ""), "no space");
    live_free(text);
    cJSON_Delete(report);
    ag_peers_free(peers);
    live_loop_free(loop);
}

static void since_when_the_platform_is_as_it_is_outlives_further_attempts(void **unused)
{
    ag_reach reach = { .configured = true };

    (void)unused;
    expect_platform(&reach, "{\"configured\":true,\"reachable\":null}");
    ag_reach_note(&reach, true, 1000);
    ag_reach_note(&reach, true, 2000);
    expect_platform(&reach, "{\"configured\":true,\"reachable\":false,\"since_ms\":1000}");
    ag_reach_note(&reach, false, 3000);
    ag_reach_note(&reach, false, 4000);
    expect_platform(&reach, "{\"configured\":true,\"reachable\":true,\"since_ms\":3000}");
    ag_reach_note(&reach, true, 5000);
    expect_platform(&reach, "{\"configured\":true,\"reachable\":false,\"since_ms\":5000}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(since_when_the_platform_is_as_it_is_outlives_further_attempts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
