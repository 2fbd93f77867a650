// SPDX-License-Identifier: Apache-2.0
#include "settings/redact.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"

static const char table[] = "[{\"name\": \"pin\", \"type\": \"secret\", \"former\": \"number\"}, "
                            "{\"name\": \"every\", \"type\": \"duration\"},"
                            " {\"name\": \"door\", \"type\": \"object\", \"members\": [{\"name\": "
                            "\"key\", \"type\": \"secret\"}]},"
                            " {\"name\": \"doors\", \"type\": \"objects\", \"members\": "
                            "[{\"name\": \"key\", \"type\": \"secret\"}]}]";

static const struct {
    const char *given, *shown;
} rows[] = {
    { "{\"pin\":\"s3cret\",\"every\":\"1s\"}", "{\"pin\":\"(hidden)\",\"every\":\"1s\"}" },
    { "{\"number\":1234}", "{\"number\":\"(hidden)\"}" },
    { "{\"pin\":\"a\",\"pin\":\"b\"}", "{\"pin\":\"(hidden)\",\"pin\":\"(hidden)\"}" },
    { "{\"pin\":{\"file\":\"/x\"}}", "{\"pin\":{\"file\":\"/x\"}}" },
    { "{\"pin\":{\"file\":\"/x\",\"more\":\"s3cret\"}}", "{\"pin\":\"(hidden)\"}" },
    { "{\"pin\":{\"file\":7}}", "{\"pin\":\"(hidden)\"}" },
    { "{\"pin\":null}", "{\"pin\":null}" },
    { "{\"door\":{\"key\":\"s3cret\",\"name\":\"front\"}}",
      "{\"door\":{\"key\":\"(hidden)\",\"name\":\"front\"}}" },
    { "{\"doors\":[{\"key\":\"s3cret\"},{\"key\":[1]}]}",
      "{\"doors\":[{\"key\":\"(hidden)\"},{\"key\":\"(hidden)\"}]}" },
    { "{\"key\":\"of no door\"}", "{\"key\":\"of no door\"}" },
    { "{\"dbPassword\":\"s3cret\",\"x\":[{\"api_TOKEN\":\"s3cret\"}],\"secrets\":{\"a\":1}}",
      "{\"dbPassword\":\"(hidden)\",\"x\":[{\"api_TOKEN\":\"(hidden)\"}],\"secrets\":\"(hidden)"
      "\"}" },
};

static void secrets_are_hidden_and_nothing_else(void **unused)
{
    cJSON *rules = NULL;

    (void)unused;
    assert_int_equal(live_json_parse(table, strlen(table), &rules, NULL), LIVE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = NULL;
        char *text = NULL;
        assert_int_equal(live_json_parse(rows[i].given, strlen(rows[i].given), &json, NULL),
                         LIVE_OK);
        ag_redact_object(json, rules);
        assert_int_equal(live_json_print(json, &text, NULL), LIVE_OK);
        assert_string_equal(text, rows[i].shown);
        live_free(text);
        cJSON_Delete(json);
    }
    cJSON_Delete(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(secrets_are_hidden_and_nothing_else) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
