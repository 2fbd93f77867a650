// SPDX-License-Identifier: Apache-2.0
#include "worker/state.h"

#include <fcntl.h>
#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    char directory[32];
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    if (!f)
        return -1;
    *state = f;
    snprintf(f->directory, sizeof f->directory, "/tmp/state-test-XXXXXX");
    return mkdtemp(f->directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", f->directory);
    int failed = system(command);
    free(f);
    return failed;
}

static live_err save(const fixture *f, const char *process, const char *key, const char *text,
                     live_error *error)
{
    cJSON *value = cJSON_CreateString(text);
    live_err err = ag_state_save(f->directory, process, key, value, error);

    cJSON_Delete(value);
    return err;
}

static void assert_saved(const fixture *f, const char *process, const char *key, const char *text)
{
    cJSON *value = NULL;

    assert_int_equal(ag_state_load(f->directory, process, key, &value, NULL), LIVE_OK);
    assert_string_equal(cJSON_GetStringValue(value), text);
    cJSON_Delete(value);
}

static char *path_of(const fixture *f, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", f->directory, name);
    return path;
}

static void what_was_saved_is_loaded_and_replaced_as_a_whole(void **state)
{
    fixture *f = *state;
    cJSON *value = NULL;

    assert_int_equal(ag_state_load(f->directory, "p", "k", &value, NULL), LIVE_E_NOTFOUND);
    assert_int_equal(save(f, "p", "k", "a rather long first value", NULL), LIVE_OK);
    assert_int_equal(save(f, "p", "k", "second", NULL), LIVE_OK);
    assert_saved(f, "p", "k", "second");
    assert_int_equal(access(path_of(f, "p/k.json.new"), F_OK), -1);
}

static void nobody_else_may_read_it(void **state)
{
    fixture *f = *state;
    struct stat about;
    mode_t before = umask(0);

    assert_int_equal(save(f, "p", "k", "x", NULL), LIVE_OK);
    umask(before);
    assert_int_equal(stat(path_of(f, "p"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    assert_int_equal(stat(path_of(f, "p/k.json"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void any_name_stays_within_the_folder_and_apart_from_the_others(void **state)
{
    static const char *const names[] = { "../../etc",          "a/b", "a%2Fb", ".", "..",
                                         "sala de perfuração", "a b", "A\nB" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(save(f, names[i], names[i], names[i], NULL), LIVE_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_saved(f, names[i], names[i], names[i]);
}

static void a_long_name_of_any_letters_has_a_file_of_its_own(void **state)
{
    enum { LETTERS = 100 };
    fixture *f = *state;
    char one[2 * LETTERS + 1] = "", other[2 * LETTERS + 1] = "";

    for (int i = 0; i < LETTERS; i++) {
        strcat(one, "ã");
        strcat(other, i < LETTERS - 1 ? "ã" : "é");
    }
    assert_int_equal(save(f, one, one, "one", NULL), LIVE_OK);
    assert_int_equal(save(f, one, other, "other", NULL), LIVE_OK);
    assert_int_equal(save(f, other, one, "another", NULL), LIVE_OK);
    assert_saved(f, one, one, "one");
    assert_saved(f, one, other, "other");
    assert_saved(f, other, one, "another");
}

static void names_that_are_none_or_too_long_are_refused(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };
    char name[202];

    memset(name, '/', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(save(f, "p", name, "x", &error), LIVE_E_LIMIT);
    assert_int_equal(save(f, "", "k", "x", &error), LIVE_E_INVALID);
}

// What a full disk does: some bytes are written, then no more.
static void a_disk_that_is_full_is_told_and_what_was_saved_before_stays(void **state)
{
    fixture *f = *state;
    struct rlimit before, small;
    live_error error = { 0 };
    char text[1000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(save(f, "p", "k", "before", NULL), LIVE_OK);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ .rlim_cur = 100, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    live_err err = save(f, "p", "k", text, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(err, LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "k.json.new: File too large"));
    assert_int_equal(access(path_of(f, "p/k.json.new"), F_OK), -1);
    assert_saved(f, "p", "k", "before");
}

static void a_place_that_cannot_be_written_is_named(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };

    close(open(path_of(f, "p"), O_CREAT | O_WRONLY | O_CLOEXEC,
               0600)); // a file in the folder's place
    assert_int_equal(save(f, "p", "k", "x", &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "/p"));
    cJSON *value = cJSON_CreateNull();
    assert_int_equal(ag_state_save("/no/such", "p", "k", value, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "/no/such/p: No such file or directory"));
    cJSON_Delete(value);
}

static void a_file_that_was_damaged_is_told_with_its_place(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };
    cJSON *value = NULL;

    assert_int_equal(save(f, "p", "k", "x", NULL), LIVE_OK);
    int fd = open(path_of(f, "p/k.json"), O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_int_equal(write(fd, "{\"a\":", 5), 5);
    close(fd);
    assert_int_equal(ag_state_load(f->directory, "p", "k", &value, &error), LIVE_E_PARSE);
    assert_non_null(strstr(error.text, "k.json:1:6"));
    assert_null(value);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_was_saved_is_loaded_and_replaced_as_a_whole),
        CASE(nobody_else_may_read_it),
        CASE(any_name_stays_within_the_folder_and_apart_from_the_others),
        CASE(a_long_name_of_any_letters_has_a_file_of_its_own),
        CASE(names_that_are_none_or_too_long_are_refused),
        CASE(a_disk_that_is_full_is_told_and_what_was_saved_before_stays),
        CASE(a_place_that_cannot_be_written_is_named),
        CASE(a_file_that_was_damaged_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
