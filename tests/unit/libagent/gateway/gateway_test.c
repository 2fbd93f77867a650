// SPDX-License-Identifier: Apache-2.0
// The gateway's program as its supervisor sees it: what it is given, what it says, and its end.
#include <fcntl.h>
#include <limits.h>
#include <live/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child_bench.h"
#include "cmocka_all.h"
#include "link/passing.h"
#include "supervise/inquiry.h"

typedef struct fixture {
    child_bench gateway;
    char folder[64], program[PATH_MAX];
} fixture;

// Beside this program, as it is built.
static void find_program(fixture *f)
{
    char own[PATH_MAX - 64];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

    assert_true(length > 0);
    own[length] = '\0';
    *strrchr(own, '/') = '\0';
    snprintf(f->program, sizeof f->program, "%s/../libexec/live/live-gateway", own);
    assert_int_equal(access(f->program, X_OK), 0);
}

static int become_gateway(const void *program)
{
    execl(program, "live-gateway", (char *)NULL);
    return 99;
}

// `more` is the rest of what it is told.
static void start_with(fixture *f, const char *more)
{
    char text[256];

    snprintf(text, sizeof text, "{\"outbox\": \"%s/outbox\"%s}", f->folder, more);
    cJSON *config = cJSON_Parse(text);
    assert_non_null(config);
    child_bench_start(&f->gateway, config, become_gateway, f->program);
    cJSON_Delete(config);
}

static void start(fixture *f)
{
    start_with(f, "");
}

// Asks for a report; yours.
static cJSON *report(const fixture *f)
{
    int ends[2];
    char text[4096];
    size_t length = 0;
    ssize_t got;
    cJSON *json = NULL;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(ag_passing_send(f->gateway.control, AG_PASS_REPORT, ends[1], NULL), LIVE_OK);
    close(ends[1]);
    struct pollfd ready = { .fd = ends[0], .events = POLLIN };
    assert_int_equal(poll(&ready, 1, CHILD_BENCH_PATIENCE_MS), 1);
    while ((got = read(ends[0], text + length, sizeof text - length)) > 0)
        length += (size_t)got;
    close(ends[0]);
    assert_int_equal(live_json_parse(text, length, &json, NULL), LIVE_OK);
    return json;
}

static bool is_open(const fixture *f)
{
    cJSON *json = report(f);
    bool open = live_json_int(live_json_get(json, "outbox"), "queued", -1) == 0;

    cJSON_Delete(json);
    return open;
}

static int set_up(void **state)
{
    static const fixture none = { .gateway = CHILD_BENCH_INIT };
    fixture *f = malloc(sizeof *f);
    char outbox[96];

    *state = f;
    *f = none;
    snprintf(f->folder, sizeof f->folder, "/tmp/gateway_test.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(outbox, sizeof outbox, "%s/outbox", f->folder);
    find_program(f);
    return mkdir(outbox, 0700);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char command[96];

    child_bench_clear(&f->gateway);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    free(f);
    return system(command);
}

static void without_a_platform_it_is_ready_and_keeps_what_comes(void **state)
{
    fixture *f = *state;

    start(f);
    assert_true(child_bench_is_ready(&f->gateway));
    assert_true(is_open(f));
    assert_int_equal(child_bench_stop(&f->gateway), 0);
    assert_non_null(strstr(f->gateway.said_text, "the settings name no platform"));
}

static void a_password_that_cannot_be_read_keeps_it_from_the_platform(void **state)
{
    fixture *f = *state;

    start_with(f, ", \"live\": {\"url\": \"http://127.0.0.1:9\", \"username\": \"a\", "
                  "\"password\": {\"file\": \"/nowhere/password\"}, \"rest_input\": \"/x/\"}");
    assert_true(child_bench_is_ready(&f->gateway));
    cJSON *json = report(f);
    const cJSON *platform = live_json_get(json, "platform");
    assert_true(cJSON_IsFalse(live_json_get(platform, "reachable")));
    assert_true(live_json_int(platform, "since_ms", 0) > 0);
    assert_non_null(
        strstr(live_json_str(platform, "error", ""), "/nowhere/password: No such file"));
    cJSON_Delete(json);
    assert_true(is_open(f)); // what comes waits for another start
    assert_int_equal(child_bench_stop(&f->gateway), 0);
}

static void it_ends_with_its_supervisor(void **state)
{
    fixture *f = *state;

    start(f);
    assert_true(child_bench_is_ready(&f->gateway));
    close(f->gateway.control);
    f->gateway.control = -1;
    assert_int_equal(child_bench_end(&f->gateway), 0);
}

static void what_is_no_configuration_is_a_failure(void **state)
{
    fixture *f = *state;

    child_bench_start(&f->gateway, NULL, become_gateway, f->program);
    assert_false(child_bench_is_ready(&f->gateway));
    assert_int_equal(child_bench_end(&f->gateway), EXIT_FAILURE);
    assert_non_null(strstr(f->gateway.said_text, "gateway.failed"));
}

static void an_outbox_that_cannot_be_opened_is_tried_again(void **state)
{
    fixture *f = *state;
    char path[96];

    snprintf(path, sizeof path, "%s/outbox", f->folder);
    assert_int_equal(rmdir(path), 0);
    start(f);
    assert_true(
        child_bench_is_ready(&f->gateway)); // it is up all the same: workers wait with their events
    cJSON *json = report(f);
    assert_non_null(live_json_str(live_json_get(json, "outbox"), "trouble", NULL));
    cJSON_Delete(json);
    assert_int_equal(mkdir(path, 0700), 0);
    for (int i = 0; !is_open(f); i++) {
        assert_true(i < 200);
        poll(NULL, 0, 100);
    }
    assert_int_equal(child_bench_stop(&f->gateway), 0);
}

static void its_memory_is_nobody_elses_to_read(void **state)
{
    fixture *f = *state;
    char path[64];
    struct stat file;

    start(f);
    assert_true(child_bench_is_ready(&f->gateway));
    // Of who is not dumpable, all below /proc/PID is root's.
    snprintf(path, sizeof path, "/proc/%d/mem", (int)f->gateway.pid);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_uid, 0);
    if (geteuid() != 0)
        assert_int_equal(open(path, O_RDONLY), -1);
    assert_int_equal(child_bench_stop(&f->gateway), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(without_a_platform_it_is_ready_and_keeps_what_comes),
        CASE(a_password_that_cannot_be_read_keeps_it_from_the_platform),
        CASE(it_ends_with_its_supervisor),
        CASE(what_is_no_configuration_is_a_failure),
        CASE(an_outbox_that_cannot_be_opened_is_tried_again),
        CASE(its_memory_is_nobody_elses_to_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
