// SPDX-License-Identifier: Apache-2.0
// What the children of a supervisor get from where it runs.
#include "supervise/surroundings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *find(const ag_environment *environment, const char *name)
{
    size_t length = strlen(name);

    for (const char *const *own = ag_environment_list(environment); *own; own++)
        if (strncmp(*own, name, length) == 0 && (*own)[length] == '=')
            return *own + length + 1;
    return NULL;
}

static ag_environment *of_worker(const char *settings)
{
    cJSON *json = cJSON_Parse(settings);
    ag_environment *environment = ag_environment_of_worker(json);

    cJSON_Delete(json);
    assert_non_null(environment);
    return environment;
}

static int set_up(void **state)
{
    (void)state;
    return setenv("PATH", "/bin", 1) || setenv("SURROUNDINGS_A", "a", 1) ||
           setenv("SURROUNDINGS_B", "b", 1) || setenv("CREDENTIALS_DIRECTORY", "/run/x", 1) ||
           setenv("https_proxy", "http://proxy", 1);
}

static void a_worker_gets_what_every_program_needs_and_nothing_else(void **unused)
{
    ag_environment *environment = of_worker("{\"every\": \"1s\", \"env\": {\"a\": 1}}");

    (void)unused;
    assert_string_equal(find(environment, "PATH"), "/bin");
    assert_null(find(environment, "SURROUNDINGS_A"));
    assert_null(find(environment, "CREDENTIALS_DIRECTORY"));
    assert_null(find(environment, "https_proxy"));
    ag_environment_free(environment);
}

static void a_worker_gets_what_its_own_secrets_are_read_from(void **unused)
{
    ag_environment *variable = of_worker("{\"a\": [{\"token\": {\"env\": \"SURROUNDINGS_A\"}}]}");
    ag_environment *credential = of_worker("{\"token\": {\"credential\": \"key\"}}");

    (void)unused;
    assert_string_equal(find(variable, "SURROUNDINGS_A"), "a");
    assert_null(find(variable, "SURROUNDINGS_B"));
    assert_null(find(variable, "CREDENTIALS_DIRECTORY"));
    assert_string_equal(find(credential, "CREDENTIALS_DIRECTORY"), "/run/x");
    ag_environment_free(variable);
    ag_environment_free(credential);
}

static void the_gateway_gets_proxies_and_its_password(void **unused)
{
    cJSON *live = cJSON_Parse("{\"password\": {\"env\": \"SURROUNDINGS_B\"}}");
    ag_environment *environment = ag_environment_of_gateway(live);

    (void)unused;
    cJSON_Delete(live);
    assert_string_equal(find(environment, "https_proxy"), "http://proxy");
    assert_string_equal(find(environment, "SURROUNDINGS_B"), "b");
    assert_null(find(environment, "SURROUNDINGS_A"));
    ag_environment_free(environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_gets_what_every_program_needs_and_nothing_else),
        cmocka_unit_test(a_worker_gets_what_its_own_secrets_are_read_from),
        cmocka_unit_test(the_gateway_gets_proxies_and_its_password),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
