// SPDX-License-Identifier: Apache-2.0
// What is asked of the outbox while the agent runs, a page at a time.
#include "gateway/letters.h"

#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "outbox_bench.h"

static cJSON *ask(live_outbox *outbox, const char *question)
{
    live_buf *text = live_buf_new();
    cJSON *answer = NULL;

    ag_letters_answer(outbox, question, text);
    assert_int_equal(live_json_parse(live_buf_data(text), live_buf_length(text), &answer, NULL),
                     LIVE_OK);
    live_buf_free(text);
    return answer;
}

// So many events are put, and refused.
static void refuse(outbox_bench *bench, long count)
{
    bench->options.batch_count = 1;
    bench->status = "422 Unprocessable Entity";
    outbox_start(bench);
    for (long n = 1; n <= count; n++)
        outbox_put(bench, n);
    outbox_deliver(bench);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, count);
}

static void letters_are_shown_with_the_counters_page_by_page(void **state)
{
    outbox_bench *bench = *state;

    refuse(bench, 501);
    cJSON *answer = ask(bench->outbox, "show 0 0");
    const cJSON *letters = live_json_get(answer, "dead_letters");
    assert_int_equal(live_json_int(live_json_get(answer, "outbox"), "dead", 0), 501);
    assert_int_equal(cJSON_GetArraySize(letters), 500);
    assert_int_equal(live_json_int(letters->child, "number", 0), 1);
    assert_int_equal(live_json_int(letters->child, "http", 0), 422);
    assert_int_equal(live_json_int(live_json_get(letters->child, "event"), "n", 0), 1);
    assert_int_equal(live_json_int(answer, "next", 0), 501);
    assert_int_equal(live_json_int(answer, "last", 0), 501);
    cJSON_Delete(answer);
    answer = ask(bench->outbox, "show 501 501");
    assert_int_equal(cJSON_GetArraySize(live_json_get(answer, "dead_letters")), 1);
    assert_null(live_json_get(answer, "next"));
    cJSON_Delete(answer);
}

static void what_is_refused_again_is_not_tried_twice(void **state)
{
    outbox_bench *bench = *state;

    refuse(bench, 3);
    cJSON *answer = ask(bench->outbox, "retry 0 0");
    assert_int_equal(live_json_int(answer, "count", 0), 3);
    assert_int_equal(live_json_int(answer, "last", 0), 3);
    cJSON_Delete(answer);
    outbox_drain(bench);
    assert_int_equal(outbox_stat(bench).dead, 3); // with other numbers
    answer = ask(bench->outbox, "retry 0 3");
    assert_int_equal(live_json_int(answer, "count", -1), 0);
    cJSON_Delete(answer);
    answer = ask(bench->outbox, "purge 5 6");
    assert_int_equal(live_json_int(answer, "count", 0), 2);
    cJSON_Delete(answer);
    assert_int_equal(outbox_stat(bench).dead, 1);
}

static void of_a_long_event_the_beginning_is_shown(void **state)
{
    outbox_bench *bench = *state;
    char *text = malloc(100100);

    memset(text, 'x', 100100);
    memcpy(text, "{\"n\":1,\"t\":\"", 12);
    for (size_t i = 900; i < 1100; i += 2)
        memcpy(text + i, "\xc3\xa9", 2); // the cut falls into one
    memcpy(text + 100000, "\"}", 2);
    bench->status = "413 Payload Too Large";
    outbox_start(bench);
    assert_int_equal(live_outbox_put_text(bench->outbox, text, 100002, &bench->error), LIVE_OK);
    outbox_deliver(bench);
    outbox_drain(bench);
    cJSON *answer = ask(bench->outbox, "show 0 0");
    const cJSON *letter = live_json_get(answer, "dead_letters")->child;
    assert_null(live_json_get(letter, "event"));
    assert_in_range(strlen(live_json_str(letter, "beginning", "")), 999, 1000);
    cJSON_Delete(answer);
    free(text);
}

// Of each the beginning is shown, and all of it read: the gateway stands still meanwhile.
static void a_page_ends_where_much_was_read(void **state)
{
    enum { BYTES = 200000 };
    outbox_bench *bench = *state;
    char *text = malloc(BYTES);

    memset(text, 'x', BYTES);
    memcpy(text, "{\"n\":1,\"t\":\"", 12);
    memcpy(text + BYTES - 2, "\"}", 2);
    bench->options.batch_count = 1;
    bench->status = "413 Payload Too Large";
    outbox_start(bench);
    for (int i = 0; i < 3; i++)
        assert_int_equal(live_outbox_put_text(bench->outbox, text, BYTES, NULL), LIVE_OK);
    outbox_deliver(bench);
    outbox_drain(bench);
    cJSON *answer = ask(bench->outbox, "show 0 0");
    assert_int_equal(cJSON_GetArraySize(live_json_get(answer, "dead_letters")), 2);
    assert_int_equal(live_json_int(answer, "next", 0), 3);
    cJSON_Delete(answer);
    free(text);
}

static void what_cannot_be_answered_says_why(void **state)
{
    outbox_bench *bench = *state;
    cJSON *answer = ask(NULL, "show 0 0");

    assert_non_null(strstr(live_json_str(answer, "error", ""), "not open"));
    cJSON_Delete(answer);
    answer = ask(bench->outbox, "show");
    assert_string_equal(live_json_str(answer, "error", ""), "'show' is no question");
    cJSON_Delete(answer);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, outbox_bench_open, outbox_bench_close)
    const struct CMUnitTest tests[] = {
        CASE(letters_are_shown_with_the_counters_page_by_page),
        CASE(what_is_refused_again_is_not_tried_twice),
        CASE(of_a_long_event_the_beginning_is_shown),
        CASE(a_page_ends_where_much_was_read),
        CASE(what_cannot_be_answered_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
