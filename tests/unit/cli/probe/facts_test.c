// SPDX-License-Identifier: Apache-2.0
// The table of facts is whole: each row can be found, tried or said why not, and told apart by its values.
#include "probe/facts.h"

#include <string.h>

#include "cmocka_all.h"

static int count_of(const char *const *words)
{
    int count = 0;

    while (count < FACT_VALUES_MAX && words[count])
        count++;
    return count;
}

static void each_fact_is_found_by_its_own_name(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        if (!fact->id || !fact->says)
            fail_msg("%d has no row", id);
        if (fact_find(fact->id) != (fact_id)id)
            fail_msg("%s is there twice", fact->id);
    }
    assert_int_equal(fact_find("nothing.so"), FACT_COUNT);
}

static void each_fact_is_tried_or_says_why_not(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        bool by_query = fact->query && fact->span && fact->reads != FACT_READS_NOTHING;
        if (by_query == (fact->how != NULL))
            fail_msg("%s: either a query shows it or something else", fact->id);
        if (fact->untried != (count_of(fact->values) == 0))
            fail_msg("%s: what is tried has a value", fact->id);
        if (fact->untried && strncmp(fact->how, "not tried: ", 11) != 0)
            fail_msg("%s does not say why it is not tried", fact->id);
    }
}

static void values_differ_and_so_do_the_answers_that_show_them(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        int values = count_of(fact->values);
        for (int i = 0; i < values; i++)
            if (fact_value(fact, fact->values[i]) != i)
                fail_msg("%s: '%s' is there twice", fact->id, fact->values[i]);
        if (fact->query && count_of(fact->answers) != values)
            fail_msg("%s: an answer for each value", fact->id);
        for (int i = 0; i < values && fact->query; i++)
            for (int j = 0; j < i; j++)
                if (strcmp(fact->answers[i], fact->answers[j]) == 0)
                    fail_msg("%s: two values read '%s'", fact->id, fact->answers[i]);
    }
}

static void what_can_be_otherwise_has_another_value(void **state)
{
    (void)state;
    for (int id = 0; id < FACT_COUNT; id++) {
        const fact *fact = fact_at((fact_id)id);
        bool another = fact->number || count_of(fact->values) > 1;
        if (!fact->unlike && !another)
            fail_msg("%s: nothing else is known, and not said", fact->id);
        if (fact->number && (fact->least < 1 || fact->least > fact->most))
            fail_msg("%s: no numbers can be imitated", fact->id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_is_found_by_its_own_name),
        cmocka_unit_test(each_fact_is_tried_or_says_why_not),
        cmocka_unit_test(values_differ_and_so_do_the_answers_that_show_them),
        cmocka_unit_test(what_can_be_otherwise_has_another_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
