// SPDX-License-Identifier: Apache-2.0
// Platform check P-17: annotations as recorded, their defaults, their end, what is refused.
#include <live/annotation.h>
#include <live/event.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "recording.h"

static cJSON *annotate(const char *data, const live_annotation_options *options)
{
    live_error error = { 0 };
    cJSON *annotation = NULL;

    if (live_annotation_new(cJSON_Parse(data), options, &annotation, &error))
        fail_msg("%s: %s", data, error.text);
    assert_int_equal(live_event_check(annotation, NULL), LIVE_OK);
    return annotation;
}

static void is_as_recorded(const char *file, const char *data,
                           const live_annotation_options *options)
{
    cJSON *annotation = annotate(data, options);

    recording_is(file, 0, annotation);
    cJSON_Delete(annotation);
}

static void P_17_annotations_are_as_recorded(void **state)
{
    live_annotation_options options = LIVE_ANNOTATION_OPTIONS_INIT;

    (void)state;
    options.author = "Oliver";
    options.room_id = "room-1";
    is_as_recorded("annotation_minimal.json", "{\"message\":\"m\"}", &options);
    is_as_recorded("annotation_begin_end.json",
                   "{\"message\":\"m\",\"begin\":1600000000000,\"end\":1600000010000}", &options);
    is_as_recorded("annotation_end_before_begin.json",
                   "{\"message\":\"m\",\"begin\":1600000000000,\"end\":1500000000000}", &options);
    options.dashboard_id = 12;
    options.dashboard = "the dashboard";
    is_as_recorded("annotation_dashboard.json", "{\"message\":\"m\",\"begin\":1600000000000}",
                   &options);
}

static void P_17_what_the_caller_says_counts(void **state)
{
    cJSON *annotation =
        annotate("{\"uid\":\"u\",\"__src\":\"auto-analysis\",\"createdAt\":1600000000005.9,"
                 "\"timestamp\":1600000000000,\"__type\":\"x\",\"avg\":1.5}",
                 NULL);

    (void)state;
    assert_string_equal(live_json_str(annotation, "uid", ""), "u");
    assert_string_equal(live_json_str(annotation, "__src", ""), "auto-analysis");
    assert_string_equal(live_json_str(annotation, "__type", ""), "__annotations");
    assert_int_equal(live_json_int(annotation, "createdAt", 0), 1600000000005);
    assert_int_equal(live_json_int(annotation, "begin", 0), 1600000000000);
    assert_int_equal(live_json_int(annotation, "end", 0), 1600000030000);
    assert_int_equal(live_json_int(annotation, "timestamp", 0), 1600000000000);
    assert_true(live_json_real(annotation, "avg", 0) == 1.5);
    cJSON_Delete(annotation);
}

static void without_a_room_or_an_author_there_is_none(void **state)
{
    cJSON *annotation = annotate("{\"author\":{\"id\":1},\"room\":{\"id\":\"r\"}}", NULL);

    (void)state;
    assert_null(live_json_get(annotation, "author"));
    assert_null(live_json_get(annotation, "room"));
    assert_true(cJSON_IsNull(live_json_get(annotation, "dashboardId")));
    assert_true(cJSON_IsNull(live_json_get(annotation, "dashboard")));
    cJSON_Delete(annotation);
}

static void an_end_that_is_null_or_0_is_corrected(void **state)
{
    static const char *const ends[] = { "null", "0", "-1", "1599999999999" };

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char data[128];
        snprintf(data, sizeof data, "{\"begin\":1600000000000,\"end\":%s}", ends[i]);
        cJSON *annotation = annotate(data, NULL);
        assert_int_equal(live_json_int(annotation, "end", 0), 1600000030000);
        cJSON_Delete(annotation);
    }
}

static void of_members_that_occur_twice_the_last_one_counts(void **state)
{
    cJSON *annotation = annotate("{\"begin\":1,\"begin\":1600000000000,\"end\":2,\"end\":"
                                 "1600000010000,\"uid\":\"a\",\"uid\":\"b\",\"uid\":\"c\"}",
                                 NULL);
    int count = 0;
    const cJSON *member;

    (void)state;
    cJSON_ArrayForEach (member, annotation)
        count += strcmp(member->string, "begin") == 0 || strcmp(member->string, "end") == 0 ||
                 strcmp(member->string, "uid") == 0;
    assert_int_equal(count, 3);
    assert_int_equal(live_json_int(annotation, "begin", 0), 1600000000000);
    assert_int_equal(live_json_int(annotation, "end", 0), 1600000010000);
    assert_string_equal(live_json_str(annotation, "uid", ""), "c");
    cJSON_Delete(annotation);
}

static void P_17_a_time_that_is_none_is_refused_by_its_name(void **state)
{
    static const char *const cases[][2] = {
        { "{\"begin\":0}", "annotation: 'begin' is no time in ms since 1970" },
        { "{\"begin\":null}", "annotation: 'begin' is no time in ms since 1970" },
        { "{\"begin\":\"now\"}", "annotation: 'begin' is no time in ms since 1970" },
        { "{\"begin\":1e300}", "annotation: 'begin' is no time in ms since 1970" },
        { "{\"createdAt\":0}", "annotation: 'createdAt' is no time in ms since 1970" },
        { "{\"createdAt\":null}", "annotation: 'createdAt' is no time in ms since 1970" },
        { "{\"end\":\"soon\"}", "annotation: 'end' is no time in ms since 1970" },
        { "{\"timestamp\":0}", "annotation: 'timestamp' is no time in ms since 1970" },
        { "[]", "annotation: an object is due" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        live_error error = { 0 };
        cJSON *annotation = NULL;
        assert_int_equal(live_annotation_new(cJSON_Parse(cases[i][0]), NULL, &annotation, &error),
                         LIVE_E_INVALID);
        assert_string_equal(error.text, cases[i][1]);
        assert_null(annotation);
    }
    assert_int_equal(live_annotation_new(NULL, NULL, &(cJSON *){ NULL }, NULL), LIVE_E_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P_17_a_time_that_is_none_is_refused_by_its_name),
        cmocka_unit_test(P_17_annotations_are_as_recorded),
        cmocka_unit_test(P_17_what_the_caller_says_counts),
        cmocka_unit_test(an_end_that_is_null_or_0_is_corrected),
        cmocka_unit_test(of_members_that_occur_twice_the_last_one_counts),
        cmocka_unit_test(without_a_room_or_an_author_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
