// SPDX-License-Identifier: Apache-2.0
#include <live/buf.h>
#include <live/file.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static char folder[64], path[128];

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/file_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/text", folder);
    return 0;
}

static int drop_folder(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder);
}

static void assert_text(const char *want)
{
    live_error error = { 0 };
    char *text = NULL;

    if (live_file_read(path, &text, NULL, &error))
        fail_msg("%s", error.text);
    assert_string_equal(text, want);
    live_free(text);
}

static void what_is_written_is_read(void **unused)
{
    struct stat file;

    (void)unused;
    assert_int_equal(live_file_write(path, "one\n", 4, 0600, NULL), LIVE_OK);
    assert_text("one\n");
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
}

static void a_file_that_is_there_keeps_its_mode(void **unused)
{
    struct stat file;

    (void)unused;
    assert_int_equal(live_file_write(path, "one", 3, 0600, NULL), LIVE_OK);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(live_file_write(path, "two", 3, 0600, NULL), LIVE_OK);
    assert_text("two");
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0640);
}

static void a_link_is_replaced_not_followed(void **unused)
{
    struct stat file;

    (void)unused;
    assert_int_equal(symlink("/dev/full", path), 0);
    assert_int_equal(live_file_write(path, "one", 3, 0600, NULL), LIVE_OK);
    assert_int_equal(lstat(path, &file), 0);
    assert_true(S_ISREG(file.st_mode));
}

static void a_failure_names_the_file_and_leaves_it_as_it_was(void **unused)
{
    live_error error = { 0 };
    char inside[160];

    (void)unused;
    assert_int_equal(live_file_write(path, "one", 3, 0600, NULL), LIVE_OK);
    snprintf(inside, sizeof inside, "%s/below", path);
    assert_int_equal(live_file_write(inside, "two", 3, 0600, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, inside));
    assert_text("one");
}

static void a_path_beyond_what_the_system_allows_is_refused(void **unused)
{
    char *longer = calloc(1, 5001);

    (void)unused;
    assert_non_null(longer);
    memset(longer, 'x', 5000);
    assert_int_equal(live_file_write(longer, "", 0, 0600, NULL), LIVE_E_LIMIT);
    free(longer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_file_that_is_there_keeps_its_mode, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_link_is_replaced_not_followed, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_failure_names_the_file_and_leaves_it_as_it_was,
                                        make_folder, drop_folder),
        cmocka_unit_test(a_path_beyond_what_the_system_allows_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
