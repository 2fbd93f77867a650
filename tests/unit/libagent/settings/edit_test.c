// SPDX-License-Identifier: Apache-2.0
#include "settings/edit.h"

#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static char folder[64], path[128], template[160], heard[256];

static const char text[] = "{ \"processes\": {\n"
                           "  \"a\": { \"type\": \"x\",\t\"enabled\":false },\n"
                           "  \"b/c\": { \"type\": \"x\" }, \"d\": {\"enabled\": true }\n"
                           "} }\n";

static void put(const char *file, const char *content)
{
    assert_int_equal(live_file_write(file, content, strlen(content), 0640, NULL), LIVE_OK);
}

static int make_folder(void **unused)
{
    char modules[128];

    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/edit_test.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/settings.json", folder);
    put(path, text);
    snprintf(modules, sizeof modules, "%s/modules", folder);
    mkdir(modules, 0755);
    snprintf(modules, sizeof modules, "%s/modules/own", folder);
    mkdir(modules, 0755);
    snprintf(template, sizeof template, "%s/modules/own/settings_template.json", folder);
    put(template, "{ \"processes\": { \"a\": {}, \"b/c\": {}, \"not there\": {} } }");
    heard[0] = '\0';
    return 0;
}

static int drop_folder(void **unused)
{
    char command[160];

    (void)unused;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void assert_file(const char *want)
{
    char *now = NULL;

    assert_int_equal(live_file_read(path, &now, NULL, NULL), LIVE_OK);
    assert_string_equal(now, want);
    live_free(now);
}

// What was done, as "a;b as it was;".
static void hear(const cJSON *done)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, done)
        snprintf(heard + strlen(heard), sizeof heard - strlen(heard), "%s%s;", process->string,
                 cJSON_IsTrue(process) ? "" : " as it was");
}

// Makes a change and writes it.
static live_err edit(const ag_edit *edit, live_error *error)
{
    ag_edited edited;
    live_err err = ag_edit_make(path, edit, &edited, error);

    if (err)
        return err;
    hear(edited.done);
    if (ag_edited_differs(&edited))
        err = ag_edited_write(&edited, error);
    ag_edited_clear(&edited);
    return err;
}

static live_err set(const char *name, const char *other, bool enabled, live_error *error)
{
    const char *words[] = { name, other };
    cJSON *names = cJSON_CreateStringArray(words, other ? 2 : 1);
    const ag_edit own = { .kind = enabled ? AG_EDIT_ENABLE : AG_EDIT_DISABLE, .names = names };
    live_err err = edit(&own, error);

    cJSON_Delete(names);
    return err;
}

static void enabling_changes_one_word_of_the_file(void **unused)
{
    (void)unused;
    assert_int_equal(set("a", NULL, true, NULL), LIVE_OK);
    assert_file("{ \"processes\": {\n"
                "  \"a\": { \"type\": \"x\",\t\"enabled\":true },\n"
                "  \"b/c\": { \"type\": \"x\" }, \"d\": {\"enabled\": true }\n"
                "} }\n");
    assert_string_equal(heard, "a;");
    assert_int_equal(set("a", NULL, false, NULL), LIVE_OK);
    assert_file(text);
}

static void a_process_without_the_word_gets_it(void **unused)
{
    (void)unused;
    assert_int_equal(set("b/c", "d", true, NULL), LIVE_OK);
    assert_file("{ \"processes\": {\n"
                "  \"a\": { \"type\": \"x\",\t\"enabled\":false },\n"
                "  \"b/c\": { \"type\": \"x\", \"enabled\": true }, \"d\": {\"enabled\": true }\n"
                "} }\n");
    assert_string_equal(heard, "b/c;d as it was;");
}

static void a_file_that_is_right_already_is_not_written(void **unused)
{
    struct stat before, after;

    (void)unused;
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(set("d", NULL, true, NULL), LIVE_OK);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_string_equal(heard, "d as it was;");
}

static void a_module_stands_for_the_processes_of_its_template(void **unused)
{
    (void)unused;
    assert_int_equal(set("own", NULL, true, NULL), LIVE_OK);
    assert_string_equal(heard, "a;b/c;");
}

static void an_unknown_name_changes_nothing_and_tells_the_known_ones(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(set("a", "../own", true, &error), LIVE_E_NOTFOUND);
    assert_non_null(
        strstr(error.text, "no process and no module '../own'; there are 'a', 'b/c', 'd'"));
    assert_file(text);
    assert_string_equal(heard, "");
}

static void a_file_that_is_no_json_is_refused_with_its_place(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    put(path, "{ \"processes\": {\n \"a\": oops } }");
    assert_int_equal(set("a", NULL, true, &error), LIVE_E_PARSE);
    assert_non_null(strstr(error.text, "settings.json:2:7: "));
}

static void a_process_that_is_no_object_is_refused_with_its_place(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    put(path, "{ \"processes\": {\n \"a\": [] } }");
    assert_int_equal(set("a", NULL, true, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "settings.json:2:7: processes/a: an object is due"));
}

static void a_link_to_the_file_stays_a_link(void **unused)
{
    char real[160];
    struct stat file;

    (void)unused;
    snprintf(real, sizeof real, "%s/real.json", folder);
    assert_int_equal(rename(path, real), 0);
    assert_int_equal(symlink("real.json", path), 0);
    assert_int_equal(set("a", NULL, true, NULL), LIVE_OK);
    assert_int_equal(lstat(path, &file), 0);
    assert_true(S_ISLNK(file.st_mode));
}

static live_err change(const char *added, const char *removed, live_error *error)
{
    const char *word = added ? added : removed;
    cJSON *names = cJSON_CreateStringArray(&word, 1), *settings = cJSON_CreateObject();
    const ag_edit own = { .kind = added ? AG_EDIT_ADD : AG_EDIT_REMOVE,
                          .names = names,
                          .settings = settings };

    cJSON_AddStringToObject(settings, "type", "y");
    live_err err = edit(&own, error);
    cJSON_Delete(settings);
    cJSON_Delete(names);
    return err;
}

static void what_is_added_and_removed_leaves_the_file_as_it_was(void **unused)
{
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(change("e/f", NULL, NULL), LIVE_OK);
    assert_file("{ \"processes\": {\n"
                "  \"a\": { \"type\": \"x\",\t\"enabled\":false },\n"
                "  \"b/c\": { \"type\": \"x\" }, \"d\": {\"enabled\": true },\n"
                "  \"e/f\": {\"type\":\"y\"}\n"
                "} }\n");
    assert_int_equal(change("e/f", NULL, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "settings.json:4:10: processes/e~1f: it is there already"));
    assert_int_equal(change(NULL, "e/f", NULL), LIVE_OK);
    assert_file(text);
    assert_int_equal(change(NULL, "e/f", &error), LIVE_E_NOTFOUND);
}

// One that would refuse the whole file at the next start.
static void a_name_that_no_process_may_have_is_not_added(void **unused)
{
    live_error error = { 0 };
    char name[202];

    (void)unused;
    assert_int_equal(change("gateway", NULL, &error), LIVE_E_INVALID);
    assert_non_null(
        strstr(error.text, "settings.json: processes/gateway: a process of the agent's own"));
    assert_int_equal(change("", NULL, &error), LIVE_E_INVALID);
    assert_non_null(
        strstr(error.text, "settings.json: processes/: the name of a process has 1 to 200 bytes"));
    snprintf(name, sizeof name, "%0201d", 7);
    assert_int_equal(change(name, NULL, &error), LIVE_E_INVALID);
    assert_file(text);
}

static void the_first_process_makes_the_list(void **unused)
{
    (void)unused;
    put(path, "{}");
    assert_int_equal(change("a", NULL, NULL), LIVE_OK);
    assert_file("{\"processes\": {\"a\": {\"type\":\"y\"}}}");
    assert_int_equal(change(NULL, "a", NULL), LIVE_OK);
    assert_file("{\"processes\": {}}");
}

static void a_change_is_written_in_the_place_of_what_it_was_made_from_only(void **unused)
{
    const char *word = "a";
    cJSON *names = cJSON_CreateStringArray(&word, 1);
    const ag_edit own = { .kind = AG_EDIT_ENABLE, .names = names };
    live_error error = { 0 };
    ag_edited edited;

    (void)unused;
    assert_int_equal(ag_edit_make(path, &own, &edited, NULL), LIVE_OK);
    assert_file(text);
    put(path, "{ \"processes\": {\"a\": {}} }"); // meanwhile, by an editor
    assert_int_equal(ag_edited_write(&edited, &error), LIVE_E_NOTFOUND);
    assert_non_null(strstr(error.text, "settings.json: it was changed meanwhile"));
    assert_file("{ \"processes\": {\"a\": {}} }");
    ag_edited_clear(&edited);
    assert_int_equal(ag_edit_make(path, &own, &edited, NULL), LIVE_OK);
    assert_int_equal(ag_edited_write(&edited, NULL), LIVE_OK);
    assert_file("{ \"processes\": {\"a\": {\"enabled\": true}} }");
    ag_edited_clear(&edited);
    cJSON_Delete(names);
}

static void a_pipe_is_refused_at_once(void **unused)
{
    live_error error = { 0 };
    struct stat file;

    (void)unused;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0); // which nobody writes to: to read it is to wait
    assert_int_equal(set("a", NULL, true, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "settings.json: it is no regular file"));
    assert_int_equal(lstat(path, &file), 0);
    assert_true(S_ISFIFO(file.st_mode));
}

static void each_kind_of_change_has_its_word(void **unused)
{
    ag_edit_kind kind;

    (void)unused;
    assert_true(ag_edit_kind_parse("disable", &kind));
    assert_int_equal(kind, AG_EDIT_DISABLE);
    assert_true(ag_edit_kind_parse("add", &kind));
    assert_int_equal(kind, AG_EDIT_ADD);
    assert_false(ag_edit_kind_parse("rename", &kind));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(enabling_changes_one_word_of_the_file),
        CASE(a_process_without_the_word_gets_it),
        CASE(a_file_that_is_right_already_is_not_written),
        CASE(a_module_stands_for_the_processes_of_its_template),
        CASE(an_unknown_name_changes_nothing_and_tells_the_known_ones),
        CASE(a_file_that_is_no_json_is_refused_with_its_place),
        CASE(a_process_that_is_no_object_is_refused_with_its_place),
        CASE(what_is_added_and_removed_leaves_the_file_as_it_was),
        CASE(a_name_that_no_process_may_have_is_not_added),
        CASE(the_first_process_makes_the_list),
        CASE(a_link_to_the_file_stays_a_link),
        CASE(a_change_is_written_in_the_place_of_what_it_was_made_from_only),
        CASE(a_pipe_is_refused_at_once),
        cmocka_unit_test(each_kind_of_change_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
