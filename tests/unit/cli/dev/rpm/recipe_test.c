// SPDX-License-Identifier: Apache-2.0
#include "rpm/recipe.h"

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmocka_all.h"

static char root[64];

static void write_file(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **unused)
{
    char tools[80];

    (void)unused;
    snprintf(root, sizeof root, "/tmp/recipe_test.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(tools, sizeof tools, "%s/tools", root);
    return mkdir(tools, 0700);
}

static int tear_down(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static cJSON *whole(void)
{
    cJSON *recipe = cJSON_CreateObject();

    recipe_set(recipe, "NAME", "rig");
    recipe_set(recipe, "VERSION", "1.2.3");
    recipe_set(recipe, "RELEASE", "1");
    recipe_set(recipe, "SUMMARY", "Agent beside Intelie LIVE");
    recipe_set(recipe, "PACKAGER", "rig <root@localhost>");
    recipe_set(recipe, "LICENSE", "Apache-2.0");
    recipe_set(recipe, "SETTINGS", "settings.json");
    return recipe;
}

static void vars_are_what_the_shell_makes_of_them(void **unused)
{
    cJSON *recipe = NULL;
    live_error error = { 0 };

    (void)unused;
    setenv("STRAY", "from outside", 1);
    write_file("tools/vars.sh", "# words\nNAME=rig\nVERSION=1.$((1 + 1))\n"
                                "SUMMARY='two words = one'\nlower=no\n");
    assert_int_equal(recipe_read(root, &recipe, &error), LIVE_OK);
    assert_string_equal(live_json_str(recipe, "NAME", ""), "rig");
    assert_string_equal(live_json_str(recipe, "VERSION", ""), "1.2");
    assert_string_equal(live_json_str(recipe, "SUMMARY", ""), "two words = one");
    assert_null(live_json_get(recipe, "lower"));
    assert_null(live_json_get(recipe, "STRAY"));
    assert_null(live_json_get(recipe, "PATH"));
    cJSON_Delete(recipe);
}

static void vars_that_are_no_shell_or_not_there_are_refused(void **unused)
{
    cJSON *recipe = NULL;
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(recipe_read(root, &recipe, &error), LIVE_E_INVALID);
    write_file("tools/vars.sh", "NAME='rig\n");
    assert_int_equal(recipe_read(root, &recipe, &error), LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "tools/vars.sh: the shell ended with"));
    assert_null(recipe);
}

static void what_fits_passes(void **unused)
{
    cJSON *recipe = whole();
    live_error error = { 0 };

    (void)unused;
    assert_int_equal(recipe_check(recipe, &error), LIVE_OK);
    recipe_set(recipe, "VERSION", "2.0~rc1");
    assert_int_equal(recipe_check(recipe, &error), LIVE_OK);
    cJSON_Delete(recipe);
}

static void what_would_break_a_spec_or_a_path_is_refused(void **unused)
{
    static const struct {
        const char *name, *value;
    } rows[] = {
        { "NAME", "" },         { "NAME", "Rig" },
        { "NAME", "9rig" },     { "NAME", "../rig" },
        { "NAME", "rig one" },  { "NAME", "a234567890123456789012345678901x" },
        { "VERSION", "1-2" },   { "VERSION", "" },
        { "VERSION", "%(id)" }, { "RELEASE", "1 2" },
        { "SUMMARY", "100 %" }, { "SUMMARY", "two\nlines" },
        { "LICENSE", "" },      { "SETTINGS", "/etc/x" },
        { "PACKAGER", "" },
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *recipe = whole();
        live_error error = { 0 };
        recipe_set(recipe, rows[i].name, rows[i].value);
        assert_int_equal(recipe_check(recipe, &error), LIVE_E_INVALID);
        assert_non_null(strstr(error.text, rows[i].name));
        cJSON_Delete(recipe);
    }
}

static live_err render(const char *text, char **ret_text, live_error *error)
{
    char from[128], to[128];
    cJSON *recipe = whole();

    write_file("x.in", text);
    snprintf(from, sizeof from, "%s/x.in", root);
    snprintf(to, sizeof to, "%s/x", root);
    live_err err = recipe_render(recipe, from, to, error);
    if (!err)
        err = live_file_read(to, ret_text, NULL, error);
    cJSON_Delete(recipe);
    return err;
}

static void variables_take_the_place_of_their_names(void **unused)
{
    live_error error = { 0 };
    char *text = NULL;

    (void)unused;
    assert_int_equal(
        render("@NAME@-@VERSION@\n@ NAME@ root@localhost @@NAME@@ @name@ @", &text, &error),
        LIVE_OK);
    assert_string_equal(text, "rig-1.2.3\n@ NAME@ root@localhost @rig@ @name@ @");
    live_free(text);
}

static void an_unknown_name_is_named_with_its_line(void **unused)
{
    live_error error = { 0 };
    char *text = NULL;

    (void)unused;
    assert_int_equal(render("one\ntwo @NAME@ @NO_SUCH@\n", &text, &error), LIVE_E_NOTFOUND);
    assert_non_null(strstr(error.text, "x.in:2: tools/vars.sh sets no NO_SUCH"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(vars_are_what_the_shell_makes_of_them),
        CASE(vars_that_are_no_shell_or_not_there_are_refused),
        CASE(what_fits_passes),
        CASE(what_would_break_a_spec_or_a_path_is_refused),
        CASE(variables_take_the_place_of_their_names),
        CASE(an_unknown_name_is_named_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
