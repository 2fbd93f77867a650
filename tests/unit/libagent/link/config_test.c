// SPDX-License-Identifier: Apache-2.0
#include "link/config.h"

#include <fcntl.h>
#include <live/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"

static void what_was_written_is_read_of_any_length(void **state)
{
    cJSON *config = cJSON_CreateObject(), *read_back = NULL;
    char *text = malloc(100001);
    int fd = -1;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', 100000);
    text[100000] = '\0';
    cJSON_AddStringToObject(config, "name", text);
    assert_int_equal(ag_config_write(config, &fd, NULL), LIVE_OK);
    assert_int_equal(ag_config_read(fd, &read_back, NULL), LIVE_OK);
    assert_string_equal(live_json_str(read_back, "name", ""), text);
    assert_int_equal(fcntl(fd, F_GETFD), -1); // it was closed
    cJSON_Delete(read_back);
    cJSON_Delete(config);
    free(text);
}

static void it_is_not_passed_on_by_itself(void **state)
{
    cJSON *config = cJSON_CreateObject();
    int fd = -1;

    (void)state;
    assert_int_equal(ag_config_write(config, &fd, NULL), LIVE_OK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    cJSON_Delete(config);
}

static void what_cannot_be_read_is_told(void **state)
{
    cJSON *config = NULL;
    live_error error = { 0 };

    (void)state;
    assert_int_equal(ag_config_read(-1, &config, &error), LIVE_E_SYSTEM);
    assert_int_equal(ag_config_read(open("/dev/null", O_RDONLY | O_CLOEXEC), &config, &error),
                     LIVE_E_PARSE);
    assert_null(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_of_any_length),
        cmocka_unit_test(it_is_not_passed_on_by_itself),
        cmocka_unit_test(what_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
