// SPDX-License-Identifier: Apache-2.0
#include "gateway/store.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

static void read_back(const ag_store *store, size_t max_count, size_t max_bytes, const char *text)
{
    live_buf *array = live_buf_new();

    ag_store_read(store, max_count, max_bytes, array);
    assert_string_equal(live_buf_data(array), text);
    live_buf_free(array);
}

static void the_oldest_come_first_as_many_as_asked_for(void **state)
{
    ag_store *store = ag_store_new();

    (void)state;
    assert_non_null(store);
    read_back(store, 10, 100, "[]");
    for (const char *digit = "1234"; *digit; digit++)
        assert_true(ag_store_put(store, digit, 1));
    assert_int_equal(ag_store_count(store), 4);
    assert_int_equal(ag_store_bytes(store), 4);
    read_back(store, 10, 100, "[1,2,3,4]");
    read_back(store, 2, 100, "[1,2]");
    read_back(store, 10, 2, "[1]"); // one at least, also where it is longer
    read_back(store, 10, 1, "[1]");
    ag_store_free(store);
}

static void what_was_dropped_is_gone_and_its_room_is_there_again(void **state)
{
    ag_store *store = ag_store_new();

    (void)state;
    assert_non_null(store);
    assert_true(ag_store_put(store, "1", 1));
    assert_true(ag_store_put(store, "2", 1));
    ag_store_drop(store, 1);
    read_back(store, 10, 100, "[2]");
    ag_store_drop(store, 5);
    assert_int_equal(ag_store_count(store), 0);
    assert_int_equal(ag_store_bytes(store), 0);
    assert_true(ag_store_put(store, "3", 1));
    read_back(store, 10, 100, "[3]");
    ag_store_free(store);
}

static void beyond_its_bound_it_takes_nothing(void **state)
{
    enum { PART = 16 * 1024 * 1024 };
    ag_store *store = ag_store_new();
    char *text = malloc(PART);

    (void)state;
    assert_non_null(store);
    assert_non_null(text);
    memset(text, ' ', PART);
    for (int i = 0; i < AG_STORE_MAX_BYTES / PART; i++)
        assert_true(ag_store_put(store, text, PART));
    assert_false(ag_store_put(store, "1", 1));
    ag_store_drop(store, 1);
    assert_true(ag_store_put(store, "1", 1));
    ag_store_free(store);
    ag_store_free(NULL);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_come_first_as_many_as_asked_for),
        cmocka_unit_test(what_was_dropped_is_gone_and_its_room_is_there_again),
        cmocka_unit_test(beyond_its_bound_it_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
