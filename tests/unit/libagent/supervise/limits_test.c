// SPDX-License-Identifier: Apache-2.0
// What the kernel keeps a process to.
#include "supervise/limits.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

// How a process within limits ends.
static int end_of(const ag_limits *limits, void (*act)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        if (ag_limits_apply(limits, NULL))
            _exit(99);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void open_ten(void)
{
    for (int i = 0; i < 10; i++)
        if (dup(STDERR_FILENO) < 0)
            _exit(7);
}

static void map_much(void)
{
    void *memory = mmap(NULL, (size_t)256 << 20, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        _exit(7);
}

static void spin(void)
{
    for (;;)
        ;
}

static void files_are_limited(void **state)
{
    int status = end_of(&(ag_limits){ .files = 8 }, open_ten);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

static void memory_is_limited(void **state)
{
    int status = end_of(&(ag_limits){ .memory_bytes = 64 << 20 }, map_much);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

static void who_has_used_its_processor_time_is_ended(void **state)
{
    int status = end_of(&(ag_limits){ .cpu_ms = 200 }, spin); // whole seconds: one

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
    assert_string_equal(ag_limits_of_signal(WTERMSIG(status)), " (limits.cpu)");
    assert_string_equal(ag_limits_of_signal(SIGSEGV), "");
}

static void without_limits_nothing_changes(void **state)
{
    (void)state;
    assert_int_equal(end_of(&(ag_limits){ .files = 0 }, open_ten), 0);
    assert_int_equal(end_of(&(ag_limits){ .files = 0 }, map_much), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_limited),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(who_has_used_its_processor_time_is_ended),
        cmocka_unit_test(without_limits_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
