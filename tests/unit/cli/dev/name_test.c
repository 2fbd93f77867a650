// SPDX-License-Identifier: Apache-2.0
#include "dev/name.h"

#include <string.h>

#include "cmocka_all.h"

static const struct {
    const char *folder, *name;
} folders[] = {
    { "/home/ann/rig", "rig" },
    { "Rig 7", "rig-7" },
    { "/7", "agent-7" },
    { "a__b..c", "a-b-c" },
    { "-x-", "x" },
    { "/", "agent" },
    { "---", "agent" },
    { "\xc3\xa7", "agent" }, // a letter beyond ASCII
    { "abcdefghijklmnopqrstuvwxyzabcde", "abcdefghijklmnopqrstuvwxyzabcde" },
    { "abcdefghijklmnopqrstuvwxyzabcdef", "abcdefghijklmnopqrstuvwxyzabcde" },
    { "abcdefghijklmnopqrstuvwxyzabcd-f", "abcdefghijklmnopqrstuvwxyzabcd" },
};

static void an_agent_is_called_as_a_system_user_may_be(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char name[NAME_AGENT_BYTES];
        name_of_agent(folders[i].folder, name);
        assert_string_equal(name, folders[i].name);
    }
}

static const char *const good[] = { "pumps", "Pump7", "_x", "internal", "tests", "int_", "x" };

static void an_identifier_is_a_name_of_a_module(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(name_check_module(good[i], NULL), LIVE_OK);
}

static const struct {
    const char *name, *why;
} bad[] = {
    { "", "'' is no name" },
    { "7up", "begins with no digit" },
    { "a b", "'a b' is no name" },
    { "../x", "letters (a to z), digits" },
    { "\xc3\xa7", "letters (a to z), digits" },
    { "int", "a keyword of C" },
    { "_Static_assert", "a keyword of C" },
    { "class", "a keyword of C++" },
    { "test", "a target of CMake's own" },
};

static void what_is_none_is_refused_with_its_reason(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        live_error error = { 0 };
        assert_int_equal(name_check_module(bad[i].name, &error), LIVE_E_INVALID);
        if (!strstr(error.text, bad[i].why))
            fail_msg("'%s': %s", bad[i].name, error.text);
    }
}

static void the_longest_name_has_64_letters(void **unused)
{
    char name[NAME_MODULE_MAX + 2] = { 0 };
    live_error error = { 0 };

    (void)unused;
    memset(name, 'x', NAME_MODULE_MAX);
    assert_int_equal(name_check_module(name, NULL), LIVE_OK);
    name[NAME_MODULE_MAX] = 'x';
    assert_int_equal(name_check_module(name, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "longer than 64 letters"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agent_is_called_as_a_system_user_may_be),
        cmocka_unit_test(an_identifier_is_a_name_of_a_module),
        cmocka_unit_test(what_is_none_is_refused_with_its_reason),
        cmocka_unit_test(the_longest_name_has_64_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
