// SPDX-License-Identifier: Apache-2.0
// The outbox's part of a settings file, as the gateway is told it.
#include "settings/outbox.h"

#include <live/buf.h>
#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static void expect(const char *settings, const char *want)
{
    cJSON *json = NULL;
    char *text = NULL;

    if (settings)
        assert_int_equal(live_json_parse(settings, strlen(settings), &json, NULL), LIVE_OK);
    cJSON *config = ag_outbox_config(json);
    assert_int_equal(live_json_print(config, &text, NULL), LIVE_OK);
    assert_string_equal(text, want);
    live_free(text);
    cJSON_Delete(config);
    cJSON_Delete(json);
}

static void without_a_word_the_defaults_are_told(void **unused)
{
    (void)unused;
    expect(NULL, "{\"sync_ms\":500,\"max_size_bytes\":0,\"max_age_ms\":2592000000,"
                 "\"min_free_bytes\":200000000,\"fresh_rate_bytes\":0,"
                 "\"backlog_rate_bytes\":1048576,\"batch_count\":500,\"batch_size_bytes\":262144,"
                 "\"retry_cap_ms\":15000,\"refuse\":false,\"idempotent\":false,\"gzip\":false}");
}

static void durations_and_sizes_are_told_in_their_units(void **unused)
{
    (void)unused;
    expect("{\"sync\":0,\"max_size\":\"20 GB\",\"max_age\":\"10d\",\"min_free\":0,"
           "\"on_full\":\"refuse\",\"idempotent\":true,\"gzip\":true,\"fresh_rate\":\"1 MB\","
           "\"backlog_rate\":\"64 KiB\",\"batch_count\":100,\"batch_size\":\"32 KiB\","
           "\"retry_cap\":\"1m\"}",
           "{\"sync_ms\":0,\"max_size_bytes\":20000000000,\"max_age_ms\":864000000,"
           "\"min_free_bytes\":0,\"fresh_rate_bytes\":1000000,\"backlog_rate_bytes\":65536,"
           "\"batch_count\":100,\"batch_size_bytes\":32768,\"retry_cap_ms\":60000,"
           "\"refuse\":true,\"idempotent\":true,\"gzip\":true}");
}

static void what_is_wrong_is_not_told(void **unused)
{
    (void)unused;
    expect("{\"on_full\":\"burst\"}", "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_the_defaults_are_told),
        cmocka_unit_test(durations_and_sizes_are_told_in_their_units),
        cmocka_unit_test(what_is_wrong_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
