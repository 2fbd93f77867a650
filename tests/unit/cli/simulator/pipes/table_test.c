// SPDX-License-Identifier: Apache-2.0
// A table finds its keys while it grows, in the order in which they came.
#include "pipes/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COUNT = 3000 };

static int dropped;

static void drop(void *thing)
{
    free(thing);
    dropped++;
}

static int *number_at(pipes_table *table, int number)
{
    char key[32];

    snprintf(key, sizeof key, "key %d", number);
    void **place = pipes_table_at(table, key);
    if (!*place)
        *place = calloc(1, sizeof(int));
    return *place;
}

static void keys_are_found_and_stay_in_order(void **state)
{
    pipes_table table = { 0 };

    (void)state;
    for (int i = 0; i < COUNT; i++)
        *number_at(&table, i) = i;
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(*number_at(&table, i), i);
        assert_int_equal(*(int *)table.entries[i].thing, i);
    }
    assert_int_equal(table.count, COUNT);
    dropped = 0;
    pipes_table_clear(&table, drop);
    assert_int_equal(dropped, COUNT);
    assert_int_equal(table.count, 0);
    *number_at(&table, 5) = 1; // usable again
    pipes_table_clear(&table, drop);
}

// Keys of two lists of values.
static bool same_key(const pipes_value *a, const pipes_value *b, size_t count)
{
    live_buf *left = live_buf_new(), *right = live_buf_new();

    for (size_t i = 0; i < count; i++) {
        pipes_key_add(left, a[i]);
        pipes_key_add(right, b[i]);
    }
    bool same = strcmp(live_buf_data(left), live_buf_data(right)) == 0;
    live_buf_free(left);
    live_buf_free(right);
    return same;
}

static void different_values_have_different_keys(void **state)
{
    pipes_value one = pipes_number(1), text = pipes_text("1"), truth = pipes_boolean(true);
    pipes_value none = pipes_null(), t = pipes_text("t");
    pipes_value split[] = { pipes_text("a;\"1:b"), pipes_text("c") };
    pipes_value other[] = { pipes_text("a"), pipes_text("b;\"1:c") };

    (void)state;
    assert_true(same_key(&one, &one, 1));
    assert_false(same_key(&one, &text, 1));
    assert_false(same_key(&truth, &t, 1));
    assert_false(same_key(&none, &truth, 1));
    assert_false(same_key(split, other, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_and_stay_in_order),
        cmocka_unit_test(different_values_have_different_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
