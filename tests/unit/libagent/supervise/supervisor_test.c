// SPDX-License-Identifier: Apache-2.0
// A whole supervisor with a module of this program's own, spoken with over its control socket; this program is its workers and
// the child that plans, too.
#include "supervise/supervisor.h"

#include <agent/agent.h>
#include <agent/module.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { PATIENCE_MS = 20000, ANSWER_BYTES = 65536 };

// The module

struct config {
    int64_t every_ms;
    const char *gate;
};

static const agent_setting rows[] = {
    AGENT_DURATION(struct config, every_ms, "1h", "Time between two turns."),
    AGENT_STRING(struct config, gate, "", "A pipe: the start waits until somebody opens it."),
    { 0 },
};

static live_err wait_at_gate(agent_run *run, live_error *error)
{
    const struct config *config = agent_config(run);

    if (!*config->gate)
        return LIVE_OK;
    int fd = open(config->gate, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return live_fail(error, LIVE_E_SYSTEM, "%s cannot be opened", config->gate);
    close(fd);
    return LIVE_OK;
}

static live_err fail_at_start(agent_run *run, live_error *error)
{
    (void)run;
    return live_fail(error, LIVE_E_INVALID, "this one never starts");
}

static live_err die_at_start(agent_run *run, live_error *error)
{
    (void)run;
    (void)error;
    kill(getpid(), SIGKILL);
    return LIVE_OK;
}

static const agent_process processes[] = {
    { .name = "steady",
      .summary = "Is there",
      .settings = rows,
      .config_size = sizeof(struct config),
      .start = wait_at_gate },
    { .name = "never", .summary = "Does not start", .start = fail_at_start },
    { .name = "dying", .summary = "Dies at start", .start = die_at_start },
    { 0 },
};

AGENT_MODULE(.name = "own", .version = "1.0.0", .processes = processes);

static const agent_module *const modules[] = { &agent_module_v1, NULL };

// The supervisor, in a process of its own

typedef struct fixture {
    char folder[64], settings[128], said[128];
    pid_t agent; // 0: it has ended
    int fd;      // of the conversation; -1: none
    live_buf *in;
} fixture;

#define ONE   "\"one\": {\"type\": \"steady\", \"enabled\": true}"
#define TWO   "\"two\": {\"type\": \"steady\", \"enabled\": true}"
#define NEVER "\"bad\": {\"type\": \"never\", \"enabled\": false}"
#define WRONG "\"wrong\": {\"type\": \"steady\", \"enabled\": true, \"every\": \"often\"}"

static void write_settings(const fixture *f, const char *list)
{
    char text[1024];

    snprintf(text, sizeof text, "{\"enabled_modules\": [\"own\"], \"processes\": {%s}}\n", list);
    assert_int_equal(live_file_write(f->settings, text, strlen(text), 0600, NULL), LIVE_OK);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    f->fd = -1;
    f->in = live_buf_new();
    snprintf(f->folder, sizeof f->folder, "/tmp/supervisor_test.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->settings, sizeof f->settings, "%s/settings.json", f->folder);
    snprintf(f->said, sizeof f->said, "%s/log", f->folder);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char command[128];

    if (f->agent > 0) {
        kill(f->agent, SIGTERM);
        waitpid(f->agent, NULL, 0);
    }
    if (f->fd >= 0)
        close(f->fd);
    live_buf_free(f->in);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    free(f);
    return system(command);
}

static void start(fixture *f, bool strict)
{
    f->agent = fork();
    if (f->agent == 0) {
        const ag_office_options options = { .settings = f->settings };
        int log = open(f->said, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
        setsid(); // without a terminal, where SIGHUP reloads
        dup2(log, STDERR_FILENO);
        _exit(ag_supervisor_run(&options, strict));
    }
    assert_true(f->agent > 0);
}

static int end_of(fixture *f)
{
    int status = -1;

    assert_int_equal(waitpid(f->agent, &status, 0), f->agent);
    f->agent = 0;
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool has_said(const fixture *f, const char *what)
{
    char *text = NULL;
    bool found = live_file_read(f->said, &text, NULL, NULL) == LIVE_OK && strstr(text, what);

    live_free(text);
    return found;
}

static void wait_said(const fixture *f, const char *what)
{
    for (int i = 0; i < PATIENCE_MS / 5 && !has_said(f, what); i++)
        poll(NULL, 0, 5);
    assert_true(has_said(f, what));
}

// Talking with it

static void dial(fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    snprintf(address.sun_path, sizeof address.sun_path, "%s/.live/run/control", f->folder);
    if (f->fd >= 0)
        close(f->fd);
    live_buf_clear(f->in);
    f->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(f->fd, (struct sockaddr *)&address, sizeof address), 0);
}

// As a whole: what is asked together is read together.
static void say(const fixture *f, const char *line)
{
    char text[1024];
    int length = snprintf(text, sizeof text, "%s\n", line);

    assert_in_range(length, 1, sizeof text - 1);
    assert_int_equal(send(f->fd, text, (size_t)length, MSG_NOSIGNAL), length);
}

// The next line; NULL: the end.
static cJSON *hear(const fixture *f)
{
    char chunk[4096];
    const char *end;

    while (!(end = memchr(live_buf_data(f->in), '\n', live_buf_length(f->in)))) {
        struct pollfd ready = { .fd = f->fd, .events = POLLIN };
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        ssize_t got = read(f->fd, chunk, sizeof chunk);
        if (got <= 0)
            return NULL;
        live_buf_add(f->in, chunk, (size_t)got);
    }
    cJSON *line = NULL;
    size_t length = (size_t)(end - live_buf_data(f->in));
    assert_int_equal(live_json_parse(live_buf_data(f->in), length, &line, NULL), LIVE_OK);
    live_buf_drop(f->in, length + 1);
    return line;
}

// Asks, and compares the answer's text with a part that it has to have.
static void ask(const fixture *f, const char *line, const char *part)
{
    char *text = NULL;

    say(f, line);
    cJSON *answer = hear(f);
    assert_non_null(answer);
    assert_int_equal(live_json_print(answer, &text, NULL), LIVE_OK);
    if (!strstr(text, part))
        fail_msg("%s: '%s' is not in %s", line, part, text);
    live_free(text);
    cJSON_Delete(answer);
}

static pid_t pid_of(const fixture *f, const char *name)
{
    pid_t pid = 0;
    const cJSON *process;

    say(f, "{\"v\": 1, \"do\": \"status\"}");
    cJSON *status = hear(f);
    cJSON_ArrayForEach (process, live_json_get(status, "processes"))
        if (strcmp(live_json_str(process, "name", ""), name) == 0)
            pid = (pid_t)live_json_int(process, "pid", 0);
    cJSON_Delete(status);
    return pid;
}

static void start_with(fixture *f, const char *list)
{
    write_settings(f, list);
    start(f, false);
    wait_said(f, "ready: ");
    dial(f);
}

// Life

static void it_is_ready_when_all_are_up_and_ends_in_order(void **state)
{
    fixture *f = *state;

    start_with(f, ONE ", " TWO);
    wait_said(f, "ready: healthy: 3 processes up");
    ask(f, "{\"v\": 1, \"do\": \"status\", \"id\": 7}", "\"verdict\":\"healthy\"");
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"limits\":\"rlimits\"");
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"control_groups\":{\"delegated\":false,\"reason\":");
    ask(f, "{\"v\": 1, \"do\": \"stop\", \"id\": 8}", "\"id\":8,\"ok\":true");
    assert_null(hear(f));
    assert_int_equal(end_of(f), 0);
    wait_said(f, "\"text\":\"stopped\"");
}

static void it_is_not_called_healthy_when_its_events_cannot_be_kept(void **state)
{
    fixture *f = *state;
    char command[160];

    snprintf(command, sizeof command, "mkdir -p '%s/.live/outbox/outbox.db'", f->folder);
    assert_int_equal(system(command), 0); // as on a full disk, there is no file
    start_with(f, ONE);
    assert_true(has_said(f, "ready: degraded: the outbox cannot store ("));
}

static void it_is_not_called_starting_when_something_dies_at_once(void **state)
{
    fixture *f = *state;

    start_with(f, "\"brief\": {\"type\": \"dying\", \"enabled\": true}");
    assert_true(
        has_said(f, "ready: degraded: 'brief' waits for its next start (ended by signal 9"));
}

static void a_signal_ends_it_as_well(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    assert_int_equal(kill(f->agent, SIGTERM), 0);
    assert_int_equal(end_of(f), 0);
    assert_true(has_said(f, "stopping: signal 15 (Terminated)"));
}

static void settings_that_cannot_be_read_are_told_by_the_exit_code(void **state)
{
    fixture *f = *state;

    assert_int_equal(live_file_write(f->settings, "{ oops", 6, 0600, NULL), LIVE_OK);
    start(f, false);
    assert_int_equal(end_of(f), 2);
    assert_true(has_said(f, "settings.json:1:3: "));
    unlink(f->settings);
    start(f, false);
    assert_int_equal(end_of(f), 2);
    assert_true(has_said(f, "No such file or directory"));
}

static void a_process_that_is_wrong_costs_itself_only(void **state)
{
    fixture *f = *state;

    start_with(f, ONE ", " WRONG);
    wait_said(f, "wrong: every: a duration");
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"verdict\":\"degraded\"");
    assert_true(pid_of(f, "one") > 0);
    assert_int_equal(pid_of(f, "wrong"), 0);
}

static void or_everything_where_that_is_asked_for(void **state)
{
    fixture *f = *state;

    write_settings(f, ONE ", " WRONG);
    start(f, true);
    assert_int_equal(end_of(f), 2);
}

// Processes

static void who_is_named_is_stopped_started_and_restarted(void **state)
{
    fixture *f = *state;

    start_with(f, ONE ", " TWO ", " NEVER);
    pid_t one = pid_of(f, "one"), two = pid_of(f, "two");
    ask(f, "{\"v\": 1, \"do\": \"restart\", \"processes\": [\"one\"]}", "\"ok\":true");
    assert_int_not_equal(pid_of(f, "one"), one);
    assert_int_equal(pid_of(f, "two"), two);
    ask(f, "{\"v\": 1, \"do\": \"stop\", \"processes\": [\"one\"]}", "\"ok\":true");
    assert_int_equal(pid_of(f, "one"), 0);
    ask(f, "{\"v\": 1, \"do\": \"start\", \"processes\": [\"one\"]}", "\"ok\":true");
    assert_true(pid_of(f, "one") > 0);
    ask(f, "{\"v\": 1, \"do\": \"start\", \"processes\": [\"bad\"]}",
        "\"error\":\"bad: ended with exit code 78: start: this one never starts\"");
    ask(f, "{\"v\": 1, \"do\": \"stop\", \"processes\": [\"two\", \"no\"]}",
        "\"code\":\"LIVE_E_NOTFOUND\",\"error\":\"no process 'no'; there are 'gateway', 'one', ");
    assert_int_equal(pid_of(f, "two"), two); // all of them, or none
}

static void whoever_subscribes_hears_of_each_change(void **state)
{
    fixture *f = *state;
    bool up = false;

    start_with(f, ONE);
    ask(f, "{\"v\": 1, \"do\": \"subscribe\"}", "\"ok\":true");
    say(f, "{\"v\": 1, \"do\": \"restart\", \"processes\": [\"one\"], \"id\": 5}");
    for (cJSON *news = hear(f); news; news = hear(f)) {
        bool answer = live_json_int(news, "id", 0) == 5;
        up = up || strcmp(live_json_str(news, "state", ""), "up") == 0;
        cJSON_Delete(news);
        if (answer)
            break;
    }
    assert_true(up);
}

// Settings

static void a_reload_concerns_who_has_changed(void **state)
{
    fixture *f = *state;

    start_with(f, ONE ", " TWO);
    pid_t one = pid_of(f, "one");
    ask(f, "{\"v\": 1, \"do\": \"reload\"}", "\"changes\":{}");
    write_settings(f,
                   ONE ", \"two\": {\"type\": \"steady\", \"enabled\": true, \"every\": \"2h\"}");
    ask(f, "{\"v\": 1, \"do\": \"reload\"}", "\"changes\":{\"two\":\"restarted\"}");
    assert_int_equal(pid_of(f, "one"), one);
    write_settings(f, TWO);
    assert_int_equal(kill(f->agent, SIGHUP), 0);
    wait_said(f, "the settings were read again: 2 processes concerned");
    assert_int_equal(pid_of(f, "one"), 0);
}

// What the first changed is still on its way when the second finds nothing to do.
static void a_reload_is_over_when_the_one_before_it_is(void **state)
{
    fixture *f = *state;
    char list[256], gate[128];

    start_with(f, ONE);
    snprintf(gate, sizeof gate, "%s/gate", f->folder);
    assert_int_equal(mkfifo(gate, 0600), 0);
    snprintf(list, sizeof list,
             "\"one\": {\"type\": \"steady\", \"enabled\": true, \"gate\": \"%s\"}", gate);
    write_settings(f, list);
    say(f, "{\"v\": 1, \"do\": \"reload\", \"id\": 1}\n{\"v\": 1, \"do\": \"reload\", \"id\": 2}");
    wait_said(f, "the settings were read again: 0 processes concerned");
    ask(f, "{\"v\": 1, \"do\": \"status\", \"id\": 3}", "\"id\":3,");
    int fd = open(gate, O_WRONLY | O_CLOEXEC); // the worker's start goes on
    assert_true(fd >= 0);
    for (int i = 0; i < 2; i++) {
        cJSON *answer = hear(f);
        assert_true(live_json_bool(answer, "ok", false));
        assert_int_equal(cJSON_GetArraySize(live_json_get(answer, "changes")),
                         live_json_int(answer, "id", 0) == 1);
        cJSON_Delete(answer);
    }
    close(fd);
}

static void a_reload_that_is_refused_leaves_all_as_it_was(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    pid_t one = pid_of(f, "one");
    write_settings(f, WRONG);
    ask(f, "{\"v\": 1, \"do\": \"reload\"}", "wrong: every: a duration");
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"refused\":true");
    assert_int_equal(pid_of(f, "one"), one);
    write_settings(f, ONE);
    ask(f, "{\"v\": 1, \"do\": \"reload\"}", "\"changes\":{}");
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"refused\":false");
}

static void assert_file(const fixture *f, const char *want)
{
    char *text = NULL;

    assert_int_equal(live_file_read(f->settings, &text, NULL, NULL), LIVE_OK);
    assert_string_equal(text, want);
    live_free(text);
}

static void a_change_of_the_file_is_put_in_force_or_not_made(void **state)
{
    fixture *f = *state;
    char *before = NULL;

    start_with(f, ONE ", " NEVER);
    assert_int_equal(live_file_read(f->settings, &before, NULL, NULL), LIVE_OK);
    ask(f, "{\"v\": 1, \"do\": \"add\", \"process\": \"x\", \"settings\": {\"type\": \"stead\"}}",
        "no enabled module has a process 'stead'; did you mean 'steady'?\"");
    assert_file(f, before);
    ask(f, "{\"v\": 1, \"do\": \"status\"}", "\"refused\":false"); // nothing was tried on the agent
    ask(f, "{\"v\": 1, \"do\": \"remove\", \"processes\": [\"one\", \"no\"]}",
        "\"code\":\"LIVE_E_NOTFOUND\"");
    assert_file(f, before);
    ask(f,
        "{\"v\": 1, \"do\": \"add\", \"process\": \"x\", \"settings\": {\"type\": \"steady\", "
        "\"enabled\": true}}",
        "\"changes\":{\"x\":\"started\"}");
    assert_true(pid_of(f, "x") > 0);
    ask(f, "{\"v\": 1, \"do\": \"disable\", \"processes\": [\"x\"]}",
        "\"changes\":{\"x\":\"stopped\"}");
    ask(f, "{\"v\": 1, \"do\": \"disable\", \"processes\": [\"x\"]}", "\"changes\":{}");
    ask(f, "{\"v\": 1, \"do\": \"remove\", \"processes\": [\"x\"]}",
        "\"changes\":{\"x\":\"removed\"}");
    assert_file(f, before);
    live_free(before);
}

static void changes_that_are_asked_for_at_once_are_all_made(void **state)
{
    fixture *f = *state;
    int done = 0;
    char line[160];

    start_with(f, ONE);
    for (int i = 0; i < 8; i++) {
        snprintf(line, sizeof line,
                 "{\"v\": 1, \"do\": \"add\", \"process\": \"p%d\", \"settings\": {\"type\": "
                 "\"steady\"}}\n{\"v\": 1, \"do\": \"reload\"}",
                 i);
        say(f, line);
    }
    for (int i = 0; i < 16; i++) {
        cJSON *answer = hear(f);
        done += live_json_bool(answer, "ok", false);
        cJSON_Delete(answer);
    }
    assert_int_equal(done, 16);
    for (int i = 0; i < 8; i++) {
        snprintf(line, sizeof line, "{\"v\": 1, \"do\": \"remove\", \"processes\": [\"p%d\"]}", i);
        ask(f, line, "\"ok\":true");
    }
}

static void a_stop_beats_what_waits_for_the_settings(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    say(f, "{\"v\": 1, \"do\": \"reload\", \"id\": 1}\n{\"v\": 1, \"do\": \"restart\", \"id\": 2}\n"
           "{\"v\": 1, \"do\": \"enable\", \"processes\": [\"one\"], \"id\": 3}\n"
           "{\"v\": 1, \"do\": \"stop\", \"id\": 4}");
    for (int i = 0; i < 4; i++) {
        cJSON *answer = hear(f);
        assert_non_null(answer);
        bool stop = live_json_int(answer, "id", 0) == 4;
        assert_int_equal(live_json_bool(answer, "ok", !stop), stop);
        if (!stop)
            assert_string_equal(live_json_str(answer, "error", ""), "the agent is stopping");
        cJSON_Delete(answer);
    }
    assert_int_equal(end_of(f), 0);
}

static void what_is_asked_while_it_stops_is_refused(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    ask(f,
        "{\"v\": 1, \"do\": \"stop\"}\n{\"v\": 1, \"do\": \"reload\"}\n"
        "{\"v\": 1, \"do\": \"outbox\", \"action\": \"show\"}",
        "\"ok\":true");
    for (int i = 0; i < 2; i++) {
        cJSON *answer = hear(f);
        assert_string_equal(live_json_str(answer, "error", ""), "the agent is stopping");
        cJSON_Delete(answer);
    }
    assert_int_equal(end_of(f), 0);
}

static void a_restart_is_refused_where_the_settings_are_wrong(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    pid_t one = pid_of(f, "one");
    write_settings(f, WRONG);
    ask(f, "{\"v\": 1, \"do\": \"restart\"}", "the settings are refused, nothing restarts: ");
    assert_int_equal(pid_of(f, "one"), one);
}

static void a_restart_begins_anew_in_the_same_process(void **state)
{
    fixture *f = *state;

    start_with(f, ONE);
    pid_t one = pid_of(f, "one");
    assert_int_equal(truncate(f->said, 0), 0);
    ask(f, "{\"v\": 1, \"do\": \"restart\"}", "\"pid\":");
    assert_null(hear(f)); // the old one lets go
    wait_said(f, "ready: ");
    dial(f);
    assert_true(pid_of(f, "one") > 0);
    assert_int_not_equal(pid_of(f, "one"), one);
    ask(f, "{\"v\": 1, \"do\": \"stop\"}", "\"ok\":true");
    assert_int_equal(end_of(f), 0);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(it_is_ready_when_all_are_up_and_ends_in_order),
        CASE(it_is_not_called_healthy_when_its_events_cannot_be_kept),
        CASE(it_is_not_called_starting_when_something_dies_at_once),
        CASE(a_signal_ends_it_as_well),
        CASE(settings_that_cannot_be_read_are_told_by_the_exit_code),
        CASE(a_process_that_is_wrong_costs_itself_only),
        CASE(or_everything_where_that_is_asked_for),
        CASE(who_is_named_is_stopped_started_and_restarted),
        CASE(whoever_subscribes_hears_of_each_change),
        CASE(a_reload_concerns_who_has_changed),
        CASE(a_reload_is_over_when_the_one_before_it_is),
        CASE(a_reload_that_is_refused_leaves_all_as_it_was),
        CASE(a_change_of_the_file_is_put_in_force_or_not_made),
        CASE(changes_that_are_asked_for_at_once_are_all_made),
        CASE(a_stop_beats_what_waits_for_the_settings),
        CASE(what_is_asked_while_it_stops_is_refused),
        CASE(a_restart_is_refused_where_the_settings_are_wrong),
        CASE(a_restart_begins_anew_in_the_same_process),
    };

    if (argc > 1)
        return agent_main(argc, argv, modules);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
