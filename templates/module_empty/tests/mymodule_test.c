// SPDX-License-Identifier: Apache-2.0
// The module on the bench: no platform, no process, no network, and a clock of its own. See <agent/testing.h>.
#include <agent/testing.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

extern const agent_module agent_module_v1;

static void it_has_its_name(void **unused)
{
    (void)unused;
    assert_string_equal(agent_module_v1.name, "mymodule");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
