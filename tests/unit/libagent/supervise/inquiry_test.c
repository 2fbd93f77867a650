// SPDX-License-Identifier: Apache-2.0
// What the gateway is asked for, with this program in its place: its argument says what it answers.
#include "supervise/inquiry.h"

#include <live/json.h>
#include <live/log.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "link/passing.h"
#include "worker/worker.h"

enum { BIG_BYTES = 2 * 1024 * 1024, LIMIT_MS = 1000 };

// The gateway's part

static void answer(const char *kind, int fd)
{
    static char big[BIG_BYTES];
    const char *text =
        strcmp(kind, "rubbish") == 0 ? "what is that?" : "{\"queue\": {\"events\": 3}}";
    size_t length = strlen(text);

    if (strcmp(kind, "deaf") == 0)
        return; // keeps it open and says nothing
    if (strcmp(kind, "endless") == 0) {
        memset(big, ' ', sizeof big);
        text = big;
        length = sizeof big;
    }
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written <= 0)
            break;
        text += written;
        length -= (size_t)written;
    }
    close(fd);
}

static int serve(const char *kind)
{
    struct pollfd control = { .fd = AG_FD_CONTROL, .events = POLLIN };
    char name[AG_NAME_BYTES];
    int fd = -1;

    if (write(AG_FD_READY, "", 1) != 1)
        return 1;
    while (poll(&control, 1, -1) > 0) {
        live_err err = ag_passing_receive(AG_FD_CONTROL, name, &fd, NULL);
        if (err == LIVE_E_CLOSED)
            return 0;
        if (!err && strcmp(name, AG_PASS_REPORT) == 0)
            answer(kind, fd);
    }
    return 0;
}

// Ours

typedef struct fixture {
    live_loop *loop;
    ag_inquiry *inquiry;
    ag_child *gateway;
    cJSON *report;
    int calls;
} fixture;

static void on_report(const cJSON *report, void *user)
{
    fixture *f = user;

    f->calls++;
    cJSON_Delete(f->report);
    f->report = cJSON_Duplicate(report, true);
    live_loop_stop(f->loop);
}

static void on_started(ag_child *child, void *user)
{
    (void)child;
    (void)user;
}

static void on_changed(ag_child *child, void *user)
{
    (void)child;
    live_loop_stop(((fixture *)user)->loop);
}

static void start_gateway(fixture *f, const char *kind)
{
    static const char *const env[] = { NULL };
    const char *const argv[] = { "gateway", "--gateway", kind, NULL };
    cJSON *config = cJSON_CreateObject();
    ag_child_options options = { .name = "gateway",
                                 .file = "/proc/self/exe",
                                 .argv = argv,
                                 .env = env,
                                 .directory = "/",
                                 .config = config,
                                 .on_started = on_started,
                                 .on_changed = on_changed,
                                 .user = f };

    assert_int_equal(ag_child_new(f->loop, &options, &f->gateway, NULL), LIVE_OK);
    ag_child_start(f->gateway);
    while (ag_child_state(f->gateway) != AG_UP)
        assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
    cJSON_Delete(config);
}

static void wait_report(fixture *f)
{
    int before = f->calls;

    while (f->calls == before)
        assert_int_equal(live_loop_run(f->loop, 10000, NULL), LIVE_OK);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    live_err err = live_loop_new(&f->loop, NULL);
    return (int)(err ? err : ag_inquiry_new(f->loop, LIMIT_MS, on_report, f, &f->inquiry, NULL));
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_child_free(f->gateway);
    ag_inquiry_free(f->inquiry);
    live_loop_free(f->loop);
    cJSON_Delete(f->report);
    free(f);
    return 0;
}

static void one_answer_is_for_all_who_ask_meanwhile(void **state)
{
    fixture *f = *state;

    start_gateway(f, "fine");
    ag_inquiry_ask(f->inquiry, f->gateway, AG_PASS_REPORT);
    ag_inquiry_ask(f->inquiry, f->gateway, AG_PASS_REPORT);
    assert_int_equal(f->calls, 0); // from the loop only
    wait_report(f);
    assert_int_equal(live_json_int(live_json_get(f->report, "queue"), "events", 0), 3);
    assert_int_equal(live_loop_run(f->loop, 50, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 1);
    ag_inquiry_ask(f->inquiry, f->gateway, AG_PASS_REPORT);
    wait_report(f);
    assert_int_equal(f->calls, 2);
}

static void without_a_gateway_the_answer_is_that_there_is_none(void **state)
{
    fixture *f = *state;

    ag_inquiry_ask(f->inquiry, NULL, AG_PASS_REPORT);
    assert_int_equal(f->calls, 0);
    wait_report(f);
    assert_null(f->report);
}

static void what_is_no_report_is_none(void **state)
{
    static const char *const kinds[] = { "rubbish", "endless", "deaf" };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        start_gateway(f, kinds[i]);
        ag_inquiry_ask(f->inquiry, f->gateway, AG_PASS_REPORT);
        wait_report(f);
        assert_null(f->report);
        ag_child_free(f->gateway);
        f->gateway = NULL;
    }
}

static void who_is_freed_while_it_waits_tells_nobody(void **state)
{
    fixture *f = *state;

    start_gateway(f, "deaf");
    ag_inquiry_ask(f->inquiry, f->gateway, AG_PASS_REPORT);
    ag_inquiry_free(f->inquiry);
    f->inquiry = NULL;
    assert_int_equal(live_loop_run(f->loop, 50, NULL), LIVE_E_TIMEOUT);
    assert_int_equal(f->calls, 0);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(one_answer_is_for_all_who_ask_meanwhile),
        CASE(without_a_gateway_the_answer_is_that_there_is_none),
        CASE(what_is_no_report_is_none),
        CASE(who_is_freed_while_it_waits_tells_nobody),
    };

    if (argc == 3)
        return serve(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
