// SPDX-License-Identifier: Apache-2.0
// A module that is linked into a program, beside others.
#include <agent/module.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

extern const agent_module agent_module_pumps_static;

static void its_descriptor_has_a_name_of_its_own(void **unused)
{
    (void)unused;
    assert_string_equal(agent_module_pumps_static.name, "pumps");
    assert_int_equal(agent_module_pumps_static.abi, AGENT_ABI);
    assert_int_equal(agent_module_pumps_static.setting_size, sizeof(agent_setting));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(its_descriptor_has_a_name_of_its_own) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
