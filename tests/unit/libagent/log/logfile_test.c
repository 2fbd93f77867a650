// SPDX-License-Identifier: Apache-2.0
// The log's file grows, is renamed and goes on.
#include "log/logfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    char folder[32], path[64];
    int fd;
    ag_logfile *file;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    snprintf(f->folder, sizeof f->folder, "/tmp/logfile_test_XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/log", f->folder);
    f->fd = open("/dev/null", O_WRONLY);
    return (int)ag_logfile_new(f->fd, f->path, 100, 3, &f->file, NULL);
}

static void name(const fixture *f, int number, char out[80])
{
    if (number == 0)
        snprintf(out, 80, "%s", f->path);
    else
        snprintf(out, 80, "%s.%d", f->path, number);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char path[80];

    for (int i = 0; i < 10; i++) {
        name(f, i, path);
        unlink(path);
    }
    assert_int_equal(rmdir(f->folder), 0);
    ag_logfile_free(f->file);
    close(f->fd);
    free(f);
    return 0;
}

static void say(const fixture *f, char letter)
{
    char line[40];

    memset(line, letter, sizeof line);
    line[sizeof line - 1] = '\n';
    assert_int_equal(write(f->fd, line, sizeof line), sizeof line);
    ag_logfile_wrote(f->file, sizeof line);
}

// Of the file's size, and its first letter; size -1: there is none.
static void expect(const fixture *f, int number, int size, char first)
{
    char path[80], letter = 0;
    struct stat found;

    name(f, number, path);
    if (size < 0) {
        assert_int_equal(stat(path, &found), -1);
        return;
    }
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_size, size);
    assert_int_equal(found.st_mode & 0777, 0640);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(&letter, 1, 1, file), size > 0);
    fclose(file);
    assert_int_equal(letter, first);
}

static void what_has_grown_makes_room_and_the_oldest_goes(void **state)
{
    fixture *f = *state;

    for (const char *letter = "aaabbbcccddde"; *letter; letter++)
        say(f, *letter);
    expect(f, 0, 40, 'e');
    expect(f, 1, 120, 'd');
    expect(f, 2, 120, 'c');
    expect(f, 3, -1, 0);
}

static void who_renamed_it_has_it_opened_again(void **state)
{
    fixture *f = *state;
    char moved[80];

    say(f, 'a');
    name(f, 9, moved);
    assert_int_equal(rename(f->path, moved), 0);
    say(f, 'a');
    assert_int_equal(ag_logfile_reopen(f->file, NULL), LIVE_OK);
    say(f, 'b');
    expect(f, 9, 80, 'a');
    expect(f, 0, 40, 'b');
}

static void what_was_there_counts(void **state)
{
    fixture *f = *state;
    ag_logfile *again = NULL;

    say(f, 'a');
    say(f, 'a');
    assert_int_equal(ag_logfile_new(f->fd, f->path, 100, 3, &again, NULL), LIVE_OK);
    ag_logfile_free(f->file);
    f->file = again;
    say(f, 'a');
    expect(f, 1, 120, 'a');
    expect(f, 0, 0, 0);
}

static void a_link_is_not_followed(void **state)
{
    fixture *f = *state;
    char other[80];
    live_error error = { 0 };

    name(f, 5, other);
    assert_int_equal(rename(f->path, other), 0);
    assert_int_equal(symlink(other, f->path), 0);
    assert_int_not_equal(ag_logfile_reopen(f->file, &error), LIVE_OK);
    say(f, 'a'); // goes on where it was
    expect(f, 5, 40, 'a');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_has_grown_makes_room_and_the_oldest_goes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_renamed_it_has_it_opened_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_there_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
