// SPDX-License-Identifier: Apache-2.0
// The agent's log: what children write becomes lines of it.
#include "log/journal.h"

#include <fcntl.h>
#include <live/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmocka_all.h"

typedef struct fixture {
    ag_journal *journal;
    int stderr_was;
    cJSON *heard;
} fixture;

static void on_line(const cJSON *line, void *user)
{
    cJSON_AddItemToArray(((fixture *)user)->heard, cJSON_Duplicate(line, true));
}

// The log goes nowhere but to who listens.
static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    int nowhere = open("/dev/null", O_WRONLY);

    *state = f;
    f->stderr_was = dup(STDERR_FILENO);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    live_log_to_fd(LIVE_LOG_INFO, STDERR_FILENO, "agent");
    f->heard = cJSON_CreateArray();
    f->journal = ag_journal_new(LIVE_LOG_INFO);
    ag_journal_listen(f->journal, on_line, f);
    return f->journal ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_journal_free(f->journal);
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    dup2(f->stderr_was, STDERR_FILENO);
    close(f->stderr_was);
    cJSON_Delete(f->heard);
    free(f);
    return 0;
}

static void add(const fixture *f, const char *line)
{
    ag_said said;

    ag_journal_add(f->journal, "count", line, strlen(line), &said);
}

static const char *heard(const fixture *f, int index, const char *key)
{
    return live_json_str(cJSON_GetArrayItem(f->heard, index), key, "");
}

static void a_record_keeps_what_it_says(void **state)
{
    fixture *f = *state;

    add(f, "{\"time_ms\":5,\"level\":\"warn\",\"process\":\"somebody else\",\"event\":\"a.b\","
           "\"text\":\"t\",\"task_uuid\":\"u\",\"task_level\":[3,1],\"action_status\":\"failed\"}");
    char *text = cJSON_PrintUnformatted(cJSON_GetArrayItem(f->heard, 0));
    assert_string_equal(
        text,
        "{\"time_ms\":5,\"level\":\"warn\",\"process\":\"count\",\"event\":\"a.b\","
        "\"text\":\"t\",\"task_uuid\":\"u\",\"task_level\":[3,1],\"action_status\":\"failed\"}");
    free(text);
}

static void anything_else_is_text(void **state)
{
    static const char binary[] = "a\0b\x1b[2J\xff";
    fixture *f = *state;

    add(f, "just words");
    add(f, "{\"not\": \"ours\"}");
    add(f, "{\"level\":\"loud\",\"event\":\"x\"}");
    ag_said said;
    ag_journal_add(f->journal, "count", binary, sizeof binary - 1, &said);
    assert_true(said.grave);
    assert_string_equal(heard(f, 0, "text"), "just words");
    assert_string_equal(heard(f, 0, "event"), "process.output");
    assert_string_equal(heard(f, 0, "level"), "info");
    assert_string_equal(heard(f, 1, "text"), "{\"not\": \"ours\"}");
    assert_string_equal(heard(f, 2, "event"), "process.output");
    assert_string_equal(heard(f, 3, "text"), "a b\x1b[2J\xEF\xBF\xBD");
}

static void lines_are_forwarded_but_those_of_the_forwarder(void **state)
{
    fixture *f = *state;
    ag_forward *forward = NULL;
    char text[512];

    assert_int_equal(ag_forward_new(&forward, NULL), LIVE_OK);
    ag_journal_forward(f->journal, forward);
    ag_said said;
    ag_journal_add(f->journal, "remote_log", "never", 5, &said);
    add(f, "always");
    ssize_t got = recv(ag_forward_fd(forward), text, sizeof text - 1, MSG_DONTWAIT);
    assert_true(got > 0);
    text[got] = '\0';
    assert_non_null(strstr(text, "\"always\""));
    assert_true(recv(ag_forward_fd(forward), text, sizeof text, MSG_DONTWAIT) < 0);
    ag_journal_forward(f->journal, NULL);
    ag_forward_free(forward);
}

static void what_goes_to_a_file_is_renamed_when_it_has_grown(void **state)
{
    char folder[] = "/tmp/journal_test_XXXXXX", path[64], older[64], oldest[64];
    fixture *f = *state;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(older, sizeof older, "%s.1", path);
    snprintf(oldest, sizeof oldest, "%s.2", path);
    assert_int_equal(ag_journal_to_file(f->journal, path, 2000, 2, NULL), LIVE_OK);
    for (int i = 0; i < 100; i++)
        add(f, "a line that is not very long");
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(access(older, F_OK), 0);
    assert_int_equal(access(oldest, F_OK), -1);
    assert_int_equal(unlink(path), 0);
    ag_journal_reopen(f->journal);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    unlink(older);
    assert_int_equal(rmdir(folder), 0);
}

static void the_last_lines_are_found_by_process_level_time_and_text(void **state)
{
    fixture *f = *state;
    cJSON *names = cJSON_Parse("[\"count\"]");

    add(f, "{\"time_ms\":1,\"level\":\"info\",\"event\":\"e\",\"text\":\"first\"}");
    add(f, "{\"time_ms\":2,\"level\":\"error\",\"event\":\"e\",\"text\":\"Second words\"}");
    ag_said said;
    ag_journal_add(f->journal, "other", "third", 5, &said);
    static const struct {
        ag_journal_filter filter;
        const char *due; // the last that fits
    } rows[] = {
        { { .least = LIVE_LOG_DEBUG }, "third" },
        { { .least = LIVE_LOG_ERROR }, "Second words" },
        { { .least = LIVE_LOG_DEBUG, .text = "second" }, "Second words" },
        { { .least = LIVE_LOG_DEBUG, .since_ms = 3 }, "third" },
        { { .least = LIVE_LOG_DEBUG, .text = "nowhere" }, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *lines = ag_journal_tail(f->journal, &rows[i].filter, 1);
        const cJSON *line = cJSON_GetArrayItem(lines, 0);
        assert_string_equal(live_json_str(line, "text", ""), rows[i].due ? rows[i].due : "");
        cJSON_Delete(lines);
    }
    ag_journal_filter of_one = { .processes = names, .least = LIVE_LOG_DEBUG };
    cJSON *lines = ag_journal_tail(f->journal, &of_one, 10);
    assert_int_equal(cJSON_GetArraySize(lines), 2);
    cJSON_Delete(lines);
    cJSON_Delete(names);
}

static void a_file_that_cannot_be_opened_leaves_the_log_where_it_is(void **state)
{
    fixture *f = *state;
    live_error error = { 0 };

    assert_int_equal(ag_journal_to_file(f->journal, "/nowhere/log", 2000, 2, &error),
                     LIVE_E_SYSTEM);
    assert_non_null(strstr(error.text, "/nowhere/log"));
    add(f, "it goes on");
    assert_string_equal(heard(f, cJSON_GetArraySize(f->heard) - 1, "text"), "it goes on");
    ag_journal_reopen(f->journal); // there is none to open again
}

// What a full disk does not take is lost there, and nowhere else.
static void a_full_disk_costs_the_file_and_not_what_is_kept(void **state)
{
    char folder[] = "/tmp/journal_test_XXXXXX", path[64];
    fixture *f = *state;
    struct rlimit was, none;
    ag_journal_filter all = { .least = LIVE_LOG_DEBUG };

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log", folder);
    assert_int_equal(ag_journal_to_file(f->journal, path, 1000000, 2, NULL), LIVE_OK);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    none = (struct rlimit){ 0, was.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    add(f, "no room for this");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    cJSON *lines = ag_journal_tail(f->journal, &all, 10);
    assert_string_equal(live_json_str(cJSON_GetArrayItem(lines, 0), "text", ""),
                        "no room for this");
    cJSON_Delete(lines);
    assert_string_equal(heard(f, 0, "text"), "no room for this");
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static void only_so_much_is_kept_and_the_oldest_goes(void **state)
{
    enum { LINES = 2000 };
    fixture *f = *state;
    ag_journal_filter all = { .least = LIVE_LOG_DEBUG };
    char line[1024];

    ag_journal_listen(f->journal, NULL, NULL);
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < LINES; i++) {
        snprintf(line, 16, "%d ", i);
        line[strlen(line)] = 'x';
        add(f, line);
    }
    cJSON *lines = ag_journal_tail(f->journal, &all, LINES);
    int count = cJSON_GetArraySize(lines);
    assert_true(count > 10 && count < AG_JOURNAL_BYTES / 1000);
    assert_memory_equal(live_json_str(cJSON_GetArrayItem(lines, count - 1), "text", ""), "1999", 4);
    cJSON_Delete(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_keeps_what_it_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(anything_else_is_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_are_forwarded_but_those_of_the_forwarder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_goes_to_a_file_is_renamed_when_it_has_grown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_last_lines_are_found_by_process_level_time_and_text,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_opened_leaves_the_log_where_it_is,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_costs_the_file_and_not_what_is_kept, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_so_much_is_kept_and_the_oldest_goes, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
