// SPDX-License-Identifier: Apache-2.0
// Lines of the log as they are written.
#include <live/action.h>
#include <live/buf.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static void expect_json(const live_log_record *record, const char *due)
{
    live_buf *buf = live_buf_new();

    live_buf_add_log(buf, record);
    assert_string_equal(live_buf_data(buf), due);
    live_buf_free(buf);
}

static void a_line_is_one_object_whatever_is_in_it(void **state)
{
    static const int level[] = { 2, 1 };
    live_log_record record = { .time_ms = 7,
                               .level = LIVE_LOG_WARN,
                               .process = "a\"b",
                               .event = "x.y",
                               .text = "one\ntwo \xff \x1b[31m" };

    (void)state;
    expect_json(&record,
                "{\"time_ms\":7,\"level\":\"warn\",\"process\":\"a\\\"b\",\"event\":\"x.y\","
                "\"text\":\"one\\ntwo \xEF\xBF\xBD \\u001b[31m\"}");
    record = (live_log_record){ .level = LIVE_LOG_INFO,
                                .process = "",
                                .event = "e",
                                .text = "t",
                                .task_uuid = "u",
                                .task_level = level,
                                .task_depth = 2,
                                .action_status = "started" };
    expect_json(&record, "{\"time_ms\":0,\"level\":\"info\",\"process\":\"\",\"event\":\"e\","
                         "\"text\":\"t\",\"task_uuid\":\"u\",\"task_level\":[2,1],"
                         "\"action_status\":\"started\"}");
}

// The line that a pipe gets.
static void write_one(char out[512])
{
    int ends[2];
    struct stat file;
    char stream[64];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fstat(ends[1], &file), 0);
    if (getenv("JOURNAL_STREAM")) {
        snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)file.st_dev,
                 (unsigned long long)file.st_ino);
        setenv("JOURNAL_STREAM", stream, 1);
    }
    live_log_to_fd(LIVE_LOG_INFO, ends[1], "p");
    live_log(LIVE_LOG_WARN, "e", "text");
    live_log_to(LIVE_LOG_INFO, NULL, NULL);
    ssize_t got = read(ends[0], out, 511);
    out[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    close(ends[1]);
}

static void the_journal_gets_the_level_before_each_line(void **state)
{
    char line[512];

    (void)state;
    setenv("JOURNAL_STREAM", "set", 1);
    write_one(line);
    assert_int_equal(strncmp(line, "<4>{\"time_ms\":", 14), 0);
    unsetenv("JOURNAL_STREAM");
    write_one(line);
    assert_int_equal(strncmp(line, "{\"time_ms\":", 11), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_one_object_whatever_is_in_it),
        cmocka_unit_test(the_journal_gets_the_level_before_each_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
