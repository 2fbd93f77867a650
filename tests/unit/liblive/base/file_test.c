// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static live_err replace(const char *old, const char *text, live_error *error)
{
    return live_file_replace(path, old, strlen(old), text, strlen(text), error);
}

static void a_pipe_is_neither_replaced_nor_waited_for(void **unused)
{
    live_error error = { 0 };
    struct stat file;

    (void)unused;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(replace("one", "two", &error), LIVE_E_NOTFOUND);
    assert_int_equal(lstat(path, &file), 0);
    assert_true(S_ISFIFO(file.st_mode));
}

static void assert_alone(void)
{
    char beside[160];

    snprintf(beside, sizeof beside, "%s.new", path);
    assert_int_equal(access(beside, F_OK), -1);
    snprintf(beside, sizeof beside, "%s.lock", path);
    assert_int_equal(access(beside, F_OK), -1);
}

static void what_was_read_is_replaced_and_keeps_its_mode(void **unused)
{
    struct stat file;

    (void)unused;
    assert_int_equal(live_file_write(path, "one", 3, 0640, NULL), LIVE_OK);
    assert_int_equal(replace("one", "three", NULL), LIVE_OK);
    assert_text("three");
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0640);
    assert_alone();
}

static void what_was_changed_meanwhile_is_not_replaced(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(live_file_write(path, "two", 3, 0600, NULL), LIVE_OK);
    assert_int_equal(replace("one", "three", &error), LIVE_E_NOTFOUND);
    assert_non_null(strstr(error.text, "text: it was changed meanwhile"));
    assert_text("two");
    unlink(path);
    assert_int_equal(replace("two", "three", NULL), LIVE_E_NOTFOUND);
    assert_int_equal(access(path, F_OK), -1);
    assert_alone();
}

static void nobody_waits_for_another_who_replaces_it(void **unused)
{
    char beside[160];

    (void)unused;
    assert_int_equal(live_file_write(path, "one", 3, 0600, NULL), LIVE_OK);
    snprintf(beside, sizeof beside, "%s.lock", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(replace("one", "two", NULL), LIVE_E_TIMEOUT);
    assert_text("one");
    close(fd); // as a killed one leaves it
    assert_int_equal(replace("one", "two", NULL), LIVE_OK);
    assert_text("two");
    assert_alone();
}

// Waits, at most 5 s, until the file begins with a text.
static bool begins_with(const char *file, const char *want)
{
    for (int i = 0; i < 50000; i++) {
        char *text = NULL;
        bool found = live_file_read(file, &text, NULL, NULL) == LIVE_OK &&
                     strncmp(text, want, strlen(want)) == 0;
        live_free(text);
        if (found)
            return true;
        usleep(100);
    }
    return false;
}

// An editor's part, until `watched` ends: saves a new file over the old one, and looks a moment later whether it is still
// there.
static _Noreturn void save_and_look(const char *file, int watched)
{
    char draft[160], text[32];

    snprintf(draft, sizeof draft, "%s.editor", file);
    for (int i = 1; read(watched, text, 1) < 0; i++) {
        int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int length = snprintf(text, sizeof text, "%d ", i);
        if (write(fd, text, (size_t)length) != length || rename(draft, file))
            _exit(1);
        close(fd);
        usleep((unsigned)(i * 37 % 400));
        if (!begins_with(file, text))
            _exit(2);
    }
    _exit(0);
}

static void what_an_editor_saves_in_the_same_moment_is_not_lost(void **unused)
{
    enum { ENOUGH = 50 };
    char *text = NULL, after[64];
    int status = -1, replaced = 0, refused = 0, ends[2];
    size_t length;

    (void)unused;
    assert_int_equal(live_file_write(path, "0 ", 2, 0600, NULL), LIVE_OK);
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    pid_t editor = fork();
    if (editor == 0) {
        close(ends[1]);
        save_and_look(path, ends[0]);
    }
    while ((replaced < ENOUGH || refused < ENOUGH) && waitpid(editor, &status, WNOHANG) == 0) {
        assert_int_equal(live_file_read(path, &text, &length, NULL), LIVE_OK);
        int number = (int)strtol(text, NULL, 10);
        snprintf(after, sizeof after, "%d and ours", number);
        live_err err = replace(text, after, NULL);
        live_free(text);
        replaced += err == LIVE_OK;
        refused += err == LIVE_E_NOTFOUND;
        assert_true(err == LIVE_OK || err == LIVE_E_NOTFOUND);
    }
    close(ends[0]);
    close(ends[1]);
    if (replaced >= ENOUGH && refused >= ENOUGH)
        assert_int_equal(waitpid(editor, &status, 0), editor);
    assert_int_equal(status, 0); // else it lost what it had saved
    assert_alone();
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
        cmocka_unit_test_setup_teardown(what_was_read_is_replaced_and_keeps_its_mode, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(what_was_changed_meanwhile_is_not_replaced, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_pipe_is_neither_replaced_nor_waited_for, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(nobody_waits_for_another_who_replaces_it, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(what_an_editor_saves_in_the_same_moment_is_not_lost,
                                        make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
