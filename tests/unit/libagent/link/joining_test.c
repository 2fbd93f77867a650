// SPDX-License-Identifier: Apache-2.0
// A child's part in its control group, with a plain folder in the place of one.
#include "link/joining.h"

#include <live/buf.h>
#include <live/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

static void who_is_given_a_group_goes_in(void **unused)
{
    char folder[] = "/tmp/joining_test.XXXXXX", path[64], *text = NULL;
    cJSON *config = cJSON_CreateObject();

    (void)unused;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    assert_int_equal(live_file_write(path, "", 0, 0600, NULL), LIVE_OK);
    cJSON_AddStringToObject(config, "group", folder);
    assert_true(ag_joining_enter(config));
    assert_int_equal(live_file_read(path, &text, NULL, NULL), LIVE_OK);
    assert_string_equal(text, "0"); // whoever writes it
    live_free(text);
    assert_false(ag_joining_limits_memory(config));
    cJSON_AddTrueToObject(config, "group_memory");
    assert_true(ag_joining_limits_memory(config));
    unlink(path);
    assert_false(ag_joining_enter(config)); // it is gone
    rmdir(folder);
    cJSON_Delete(config);
}

static void who_is_given_none_stays_where_it_is(void **unused)
{
    cJSON *config = cJSON_CreateObject();

    (void)unused;
    assert_false(ag_joining_enter(config));
    cJSON_Delete(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_given_a_group_goes_in),
        cmocka_unit_test(who_is_given_none_stays_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
