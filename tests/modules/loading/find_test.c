// SPDX-License-Identifier: Apache-2.0
// Where modules are looked for, and in which order.
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "worker/module.h"

#include <cmocka.h>

static char root[PATH_MAX];

static const char *const folders[] = { "build",       "build/modules", "modules",
                                       "modules/rig", "first",         "second" };
static const char *const files[] = { "build/modules/rig.so", "modules/rig/rig.so", "first/rig.so",
                                     "second/rig.so" };

static int plant(void **unused)
{
    char name[] = "/tmp/find_test.XXXXXX", path[PATH_MAX + 64];

    (void)unused;
    if (!mkdtemp(name) || !realpath(name, root))
        return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0700))
            return -1;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i]);
        FILE *file = fopen(path, "we");
        if (!file || fclose(file))
            return -1;
    }
    return chdir(root);
}

static int uproot(void **unused)
{
    (void)unused;
    unsetenv("LIVE_MODULE_PATH");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    for (size_t i = sizeof folders / sizeof *folders; i-- > 0;)
        rmdir(folders[i]);
    return chdir("/") || rmdir(root);
}

static void assert_found(const char *name, const char *due)
{
    char *found = ag_module_find(root, name), path[PATH_MAX + 64];

    snprintf(path, sizeof path, "%s/%s", root, due);
    assert_non_null(found);
    assert_string_equal(found, path);
    free(found);
}

static void the_nearest_comes_first(void **unused)
{
    (void)unused;
    setenv("LIVE_MODULE_PATH", "/nowhere::first:second", 1);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_found("rig", files[i]);
        assert_int_equal(unlink(files[i]), 0);
    }
    assert_null(ag_module_find(root, "rig"));
}

static void what_stands_beside_the_library_comes_last(void **unused)
{
    char *found = ag_module_find(root, "host");

    (void)unused;
    assert_non_null(found);
    assert_string_equal(found, HOST_MODULE);
    free(found);
}

static void a_name_that_is_too_long_is_nowhere(void **unused)
{
    char name[PATH_MAX * 2];

    (void)unused;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_null(ag_module_find(root, name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_nearest_comes_first, plant, uproot),
        cmocka_unit_test_setup_teardown(what_stands_beside_the_library_comes_last, plant, uproot),
        cmocka_unit_test_setup_teardown(a_name_that_is_too_long_is_nowhere, plant, uproot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
