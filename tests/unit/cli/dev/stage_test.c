// SPDX-License-Identifier: Apache-2.0
#include "dev/stage.h"

#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static char root[64];
static scaffold files;

static void add(const char *path, const char *text)
{
    live_buf *buf = live_buf_new();
    char *copy = NULL;

    live_buf_add_text(buf, text);
    assert_int_equal(live_buf_take(buf, &copy, NULL, NULL), LIVE_OK);
    assert_int_equal(scaffold_add(&files, "", path, copy, strlen(text), 0644, NULL), LIVE_OK);
}

static char *path_of(const char *path)
{
    static char whole[256];

    snprintf(whole, sizeof whole, "%s/%s", root, path);
    return whole;
}

static void put(const char *path, const char *text)
{
    assert_int_equal(live_file_write(path_of(path), text, strlen(text), 0644, NULL), LIVE_OK);
}

static void assert_file(const char *path, const char *want)
{
    live_error error = { 0 };
    char *text = NULL;

    if (live_file_read(path_of(path), &text, NULL, &error))
        fail_msg("%s", error.text);
    assert_string_equal(text, want);
    live_free(text);
}

static void assert_none(const char *path)
{
    assert_int_equal(access(path_of(path), F_OK), -1);
}

static int set_up(void **unused)
{
    (void)unused;
    snprintf(root, sizeof root, "/tmp/stage_test.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    add("one", "new one");
    add("below/two", "new two");
    add("below/it/three", "new three");
    return 0;
}

static int tear_down(void **unused)
{
    char command[96];

    (void)unused;
    scaffold_clear(&files);
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static stage begin(void)
{
    live_error error = { 0 };
    stage stage;

    if (stage_open(root, ".hidden", &stage, &error) || stage_write(&stage, &files, &error))
        fail_msg("%s", error.text);
    return stage;
}

static void the_files_are_in_their_place_and_the_hidden_folder_is_gone(void **unused)
{
    stage stage = begin();

    (void)unused;
    assert_none("one");
    assert_int_equal(stage_place(&stage, &files, false, NULL), LIVE_OK);
    stage_close(&stage);
    assert_file("one", "new one");
    assert_file("below/it/three", "new three");
    assert_none(".hidden");
}

static void a_file_that_is_there_is_replaced(void **unused)
{
    (void)unused;
    put("one", "old one");
    stage stage = begin();
    assert_int_equal(stage_place(&stage, &files, false, NULL), LIVE_OK);
    stage_close(&stage);
    assert_file("one", "new one");
}

static void a_failure_puts_everything_back(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    put("one", "old one");
    stage stage = begin();
    put("below", "a file in the place of a folder"); // since it was looked at
    assert_int_equal(stage_place(&stage, &files, false, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "below"));
    stage_close(&stage);
    assert_file("one", "old one");
    assert_file("below", "a file in the place of a folder");
    assert_none(".hidden");
}

static void what_was_interrupted_is_put_back_by_the_next_one(void **unused)
{
    (void)unused;
    put("one", "new one"); // in its place already
    put("four", "not ours");
    assert_int_equal(mkdir(path_of(".hidden"), 0700), 0);
    assert_int_equal(mkdir(path_of(".hidden/new"), 0700), 0);
    assert_int_equal(mkdir(path_of(".hidden/old"), 0700), 0);
    put(".hidden/list", "r one\nr four\nf five\nf six\n");
    put(".hidden/old/0", "old one");
    put("five", "ours");
    put("six", "not ours");
    put(".hidden/new/six", "was not placed yet");
    stage stage = begin();
    assert_file("one", "old one");
    assert_file("four", "not ours");
    assert_none("five");
    assert_file("six", "not ours");
    stage_close(&stage);
    assert_none(".hidden");
}

static void one_at_a_time(void **unused)
{
    stage first = begin(), second;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(stage_open(root, ".hidden", &second, &error), LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "another 'live' is writing here"));
    stage_close(&first);
}

static void a_new_folder_appears_as_a_whole(void **unused)
{
    stage stage = begin();

    (void)unused;
    assert_int_equal(stage_place_folder(&stage, "rig", NULL), LIVE_OK);
    stage_close(&stage);
    assert_file("rig/below/two", "new two");
    assert_none(".hidden");
}

static void a_new_folder_takes_nobodys_place(void **unused)
{
    stage stage = begin();
    live_error error = { 0 };

    (void)unused;
    put("rig", "somebody was faster");
    assert_int_equal(stage_place_folder(&stage, "rig", &error), LIVE_E_SYSTEM);
    stage_close(&stage);
    assert_file("rig", "somebody was faster");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_files_are_in_their_place_and_the_hidden_folder_is_gone),
        CASE(a_file_that_is_there_is_replaced),
        CASE(a_failure_puts_everything_back),
        CASE(what_was_interrupted_is_put_back_by_the_next_one),
        CASE(one_at_a_time),
        CASE(a_new_folder_appears_as_a_whole),
        CASE(a_new_folder_takes_nobodys_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
