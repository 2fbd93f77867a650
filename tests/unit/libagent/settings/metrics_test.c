// SPDX-License-Identifier: Apache-2.0
// Who may ask for the figures.
#include "settings/metrics.h"

#include <live/json.h>
#include <string.h>

#include "cmocka_all.h"
#include "settings/finding.h"

static void who_listens_to_others_says_so(void **state)
{
    static const struct {
        const char *json, *finding; // NULL: none
    } rows[] = {
        { "{}", NULL },
        { "{\"listen\": \"\"}", NULL },
        { "{\"listen\": \"127.0.0.1:9464\"}", NULL },
        { "{\"listen\": \"[::1]:0\"}", NULL },
        { "{\"listen\": 5}", NULL }, // the table says so
        { "{\"listen\": \"0.0.0.0:9464\"}",
          "other machines would reach 0.0.0.0: 127.0.0.1 or [::1], or \"allow_remote\": true where "
          "they may" },
        { "{\"listen\": \"[::]:9464\", \"allow_remote\": false}",
          "other machines would reach ::: 127.0.0.1 or [::1], or \"allow_remote\": true where they "
          "may" },
        { "{\"listen\": \"0.0.0.0:9464\", \"allow_remote\": true}", NULL },
        { "{\"listen\": \"1.2.3.4.5:1\", \"allow_remote\": true}",
          "'1.2.3.4.5:1' is no address with a port, such as 127.0.0.1:9464 or [::1]:9464" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = cJSON_Parse(rows[i].json), *findings = cJSON_CreateArray();
        ag_metrics_check(json, findings);
        assert_int_equal(cJSON_GetArraySize(findings), rows[i].finding != NULL);
        if (rows[i].finding) {
            const cJSON *first = cJSON_GetArrayItem(findings, 0);
            assert_string_equal(ag_finding_text(first), rows[i].finding);
            assert_string_equal(ag_finding_pointer(first), "/metrics/listen");
            assert_int_equal(ag_finding_severity(first), AG_REFUSED);
        }
        cJSON_Delete(json);
        cJSON_Delete(findings);
    }
}

static void one_mistake_is_told_once(void **state)
{
    cJSON *json = cJSON_Parse("{\"listen\": \"soon\"}"), *findings = cJSON_CreateArray();

    (void)state;
    ag_finding_add(findings, AG_ERROR, "/metrics/listen", NULL, "it does not fit");
    ag_metrics_check(json, findings);
    assert_int_equal(cJSON_GetArraySize(findings), 1);
    cJSON_Delete(json);
    cJSON_Delete(findings);
}

static void the_process_is_told_where_and_by_which_names(void **state)
{
    cJSON *json = cJSON_Parse("{\"listen\": \"[::1]:7\", \"hosts\": [\"rig.example\"]}"),
          *told = ag_metrics_config(json);
    char *text = cJSON_PrintUnformatted(told);

    (void)state;
    assert_string_equal(
        text, "{\"type\":\"metrics\",\"listen\":\"[::1]:7\",\"hosts\":[\"rig.example\"]}");
    cJSON_free(text);
    cJSON_Delete(told);
    cJSON_Delete(json);
}

static void without_an_address_there_is_no_process(void **state)
{
    cJSON *json = cJSON_Parse("{\"hosts\": [\"rig.example\"]}");

    (void)state;
    assert_null(ag_metrics_config(NULL));
    assert_null(ag_metrics_config(json));
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_listens_to_others_says_so),
        cmocka_unit_test(one_mistake_is_told_once),
        cmocka_unit_test(the_process_is_told_where_and_by_which_names),
        cmocka_unit_test(without_an_address_there_is_no_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
