// SPDX-License-Identifier: Apache-2.0
// The gateway's program as its supervisor sees it: what it is given, what it says, and its end.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <live/json.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/config.h"
#include "link/passing.h"
#include "supervise/inquiry.h"
#include "worker/worker.h"

enum { PATIENCE_MS = 20000 };

typedef struct fixture {
    char folder[64], program[PATH_MAX], said_text[8192];
    pid_t gateway; // 0: it has ended
    int control, ready, said;
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

static void become_gateway(const fixture *f, int control, int config, int ready, int said)
{
    int from[] = { control, config, ready, said };
    int to[] = { AG_FD_CONTROL, AG_FD_CONFIG, AG_FD_READY, STDERR_FILENO };

    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 100);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        dup2(from[i], to[i]);
    execl(f->program, "live-gateway", (char *)NULL);
    _exit(99);
}

// `config`: more members than the outbox; NULL: what it is given is no JSON.
static void start(fixture *f, const char *config)
{
    int control[2], ready[2], said[2], fd = -1;
    char text[512];

    snprintf(text, sizeof text, "{\"outbox\": \"%s/outbox\"%s}", f->folder, config ? config : "");
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    assert_int_equal(ag_config_write(json, &fd, NULL), LIVE_OK);
    cJSON_Delete(json);
    if (!config) {
        close(fd);
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    assert_int_equal(ag_passing_pair(control, NULL), LIVE_OK);
    assert_true(pipe2(ready, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0);
    f->gateway = fork();
    if (f->gateway == 0)
        become_gateway(f, control[1], fd, ready[1], said[1]);
    assert_true(f->gateway > 0);
    close(control[1]);
    close(ready[1]);
    close(said[1]);
    close(fd);
    f->control = control[0];
    f->ready = ready[0];
    f->said = said[0];
}

static bool is_ready(const fixture *f)
{
    struct pollfd ready = { .fd = f->ready, .events = POLLIN };
    char byte;

    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    return read(f->ready, &byte, 1) == 1;
}

static int end_of(fixture *f)
{
    size_t length = 0;
    ssize_t got;
    int status = -1;

    while (length + 1 < sizeof f->said_text &&
           (got = read(f->said, f->said_text + length, sizeof f->said_text - 1 - length)) > 0)
        length += (size_t)got;
    f->said_text[length] = '\0';
    assert_int_equal(waitpid(f->gateway, &status, 0), f->gateway);
    f->gateway = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
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
    assert_int_equal(ag_passing_send(f->control, AG_PASS_REPORT, ends[1], NULL), LIVE_OK);
    close(ends[1]);
    struct pollfd ready = { .fd = ends[0], .events = POLLIN };
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
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
    fixture *f = calloc(1, sizeof *f);
    char outbox[96];

    *state = f;
    f->control = f->ready = f->said = -1;
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
    const int fds[] = { f->control, f->ready, f->said };
    char command[96];

    if (f->gateway > 0) {
        kill(f->gateway, SIGKILL);
        waitpid(f->gateway, NULL, 0);
    }
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    free(f);
    return system(command);
}

static void without_a_platform_it_is_ready_and_keeps_what_comes(void **state)
{
    fixture *f = *state;

    start(f, "");
    assert_true(is_ready(f));
    assert_true(is_open(f));
    assert_int_equal(kill(f->gateway, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
    assert_non_null(strstr(f->said_text, "the settings name no platform"));
}

static void it_ends_with_its_supervisor(void **state)
{
    fixture *f = *state;

    start(f, "");
    assert_true(is_ready(f));
    close(f->control);
    f->control = -1;
    assert_int_equal(end_of(f), 0);
}

static void what_is_no_configuration_is_a_failure(void **state)
{
    fixture *f = *state;

    start(f, NULL);
    assert_false(is_ready(f));
    assert_int_equal(end_of(f), EXIT_FAILURE);
    assert_non_null(strstr(f->said_text, "gateway.failed"));
}

static void an_outbox_that_cannot_be_opened_is_tried_again(void **state)
{
    fixture *f = *state;
    char path[96];

    snprintf(path, sizeof path, "%s/outbox", f->folder);
    assert_int_equal(rmdir(path), 0);
    start(f, "");
    assert_true(is_ready(f)); // it is up all the same: workers wait with their events
    cJSON *json = report(f);
    assert_non_null(live_json_str(live_json_get(json, "outbox"), "trouble", NULL));
    cJSON_Delete(json);
    assert_int_equal(mkdir(path, 0700), 0);
    for (int i = 0; !is_open(f); i++) {
        assert_true(i < 200);
        poll(NULL, 0, 100);
    }
    assert_int_equal(kill(f->gateway, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
}

static void its_memory_is_nobody_elses_to_read(void **state)
{
    fixture *f = *state;
    char path[64];
    struct stat file;

    start(f, "");
    assert_true(is_ready(f));
    // Of who is not dumpable, all below /proc/PID is root's.
    snprintf(path, sizeof path, "/proc/%d/mem", (int)f->gateway);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_uid, 0);
    if (geteuid() != 0)
        assert_int_equal(open(path, O_RDONLY), -1);
    assert_int_equal(kill(f->gateway, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(without_a_platform_it_is_ready_and_keeps_what_comes),
        CASE(it_ends_with_its_supervisor),
        CASE(what_is_no_configuration_is_a_failure),
        CASE(an_outbox_that_cannot_be_opened_is_tried_again),
        CASE(its_memory_is_nobody_elses_to_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
