// SPDX-License-Identifier: Apache-2.0
// From the words of a settings file to the options of the outbox.
#include "gateway/options.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static live_outbox_options read_text(const char *text)
{
    live_outbox_options options = LIVE_OUTBOX_OPTIONS_INIT;
    cJSON *config = NULL;

    assert_int_equal(live_json_parse(text, strlen(text), &config, NULL), LIVE_OK);
    ag_options_read(config, &options);
    cJSON_Delete(config);
    return options;
}

static void each_number_reaches_its_option(void **unused)
{
    const live_outbox_options options =
        read_text("{\"sync_ms\":1,\"max_size_bytes\":2,\"max_age_ms\":3,\"min_free_bytes\":4,"
                  "\"fresh_rate_bytes\":5,\"backlog_rate_bytes\":6,\"batch_count\":7,"
                  "\"batch_size_bytes\":8,\"retry_cap_ms\":9,\"refuse\":true,"
                  "\"idempotent\":true,\"gzip\":true}");

    (void)unused;
    assert_int_equal(options.sync_ms, 1);
    assert_int_equal(options.max_bytes, 2);
    assert_int_equal(options.max_age_ms, 3);
    assert_int_equal(options.min_free_bytes, 4);
    assert_int_equal(options.fresh_rate, 5);
    assert_int_equal(options.backlog_rate, 6);
    assert_int_equal(options.batch_count, 7);
    assert_int_equal(options.batch_bytes, 8);
    assert_int_equal(options.retry_cap_ms, 9);
    assert_int_equal(options.on_full, LIVE_OUTBOX_REFUSE);
    assert_true(options.idempotent && options.gzip);
}

static void zero_is_no_limit_where_the_options_have_a_default(void **unused)
{
    const live_outbox_options options =
        read_text("{\"min_free_bytes\":0,\"backlog_rate_bytes\":0,\"max_size_bytes\":0}");

    (void)unused;
    assert_int_equal(options.min_free_bytes, -1);
    assert_int_equal(options.backlog_rate, -1);
    assert_int_equal(options.max_bytes, 0);
}

static void without_settings_the_defaults_hold(void **unused)
{
    const live_outbox_options defaults = LIVE_OUTBOX_OPTIONS_INIT, options = read_text("{}");

    (void)unused;
    assert_memory_equal(&options, &defaults, sizeof options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_reaches_its_option),
        cmocka_unit_test(zero_is_no_limit_where_the_options_have_a_default),
        cmocka_unit_test(without_settings_the_defaults_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
