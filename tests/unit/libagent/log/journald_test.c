// SPDX-License-Identifier: Apache-2.0
// Records as systemd's journal takes them, byte by byte; a real journal is in the scenario.
#include "log/journald.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { LARGE_BYTES = 4 * 1024 * 1024 };

typedef struct fixture {
    char folder[32], path[64];
    int journal;
    ag_journald *journald;
    char got[65536];
} fixture;

static int listen_as_journal(const fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", f->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    snprintf(f->folder, sizeof f->folder, "/tmp/live-journal-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/socket", f->folder);
    f->journal = listen_as_journal(f);
    return (int)ag_journald_new(f->path, "rig", &f->journald, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_journald_free(f->journald);
    close(f->journal);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

static live_log_record a_record(const char *text)
{
    return (live_log_record){
        .level = LIVE_LOG_WARN, .process = "pumps", .event = "process.retry", .text = text
    };
}

// What came as one datagram, or in the memory that came with an empty one (ret_fd).
static size_t take(fixture *f, int *ret_fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { .bytes = { 0 } };
    struct iovec bytes = { .iov_base = f->got, .iov_len = sizeof f->got };
    struct msghdr message = { .msg_iov = &bytes,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t got = recvmsg(f->journal, &message, 0);

    assert_true(got >= 0);
    *ret_fd = -1;
    if (CMSG_FIRSTHDR(&message))
        memcpy(ret_fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof *ret_fd);
    f->got[got] = '\0';
    return (size_t)got;
}

static void expect(fixture *f, const char *bytes, size_t length)
{
    int fd = -1;

    assert_int_equal(take(f, &fd), length);
    assert_int_equal(fd, -1);
    assert_memory_equal(f->got, bytes, length);
}

static void a_record_is_a_datagram_of_fields(void **state)
{
    static const char bytes[] = "MESSAGE=poll: no answer\nPRIORITY=4\nSYSLOG_IDENTIFIER=rig\n"
                                "LIVE_PROCESS=pumps\nLIVE_EVENT=process.retry\n";
    fixture *f = *state;
    live_log_record record = a_record("poll: no answer");

    assert_true(ag_journald_send(f->journald, &record));
    expect(f, bytes, sizeof bytes - 1);
}

static void each_level_has_its_priority(void **state)
{
    static const char *const priorities[] = { "PRIORITY=3\n", "PRIORITY=4\n", "PRIORITY=6\n",
                                              "PRIORITY=7\n" };
    fixture *f = *state;
    live_log_record record = a_record("x");
    int fd;

    for (int level = LIVE_LOG_ERROR; level <= LIVE_LOG_DEBUG; level++) {
        record.level = (live_level)level;
        assert_true(ag_journald_send(f->journald, &record));
        take(f, &fd);
        assert_non_null(strstr(f->got, priorities[level]));
    }
}

static void a_text_of_several_lines_comes_with_its_length(void **state)
{
    static const char bytes[] = "MESSAGE\n\x09\0\0\0\0\0\0\0one\ntwo=3\nPRIORITY=4\n"
                                "SYSLOG_IDENTIFIER=rig\nLIVE_PROCESS=pumps\n"
                                "LIVE_EVENT=process.retry\n";
    fixture *f = *state;
    live_log_record record = a_record("one\ntwo=3");

    assert_true(ag_journald_send(f->journald, &record));
    expect(f, bytes, sizeof bytes - 1);
}

static void no_text_makes_a_field_of_its_own(void **state)
{
    static const char bytes[] = "MESSAGE\n\x0c\0\0\0\0\0\0\0x\nPRIORITY=0\nPRIORITY=4\n"
                                "SYSLOG_IDENTIFIER=rig\nLIVE_PROCESS=pumps\n"
                                "LIVE_EVENT=process.retry\n";
    fixture *f = *state;
    live_log_record record = a_record("x\nPRIORITY=0");

    assert_true(ag_journald_send(f->journald, &record));
    expect(f, bytes, sizeof bytes - 1);
}

static void what_is_no_text_is_shown_as_none(void **state)
{
    fixture *f = *state;
    live_log_record record = a_record("a\xff\x1b[31m\tb\r");
    int fd;

    assert_true(ag_journald_send(f->journald, &record));
    take(f, &fd);
    assert_memory_equal(f->got, "MESSAGE=a??[31m\tb?\n", 19);
}

static void an_action_is_found_by_its_id(void **state)
{
    static const int level[] = { 3, 12, 1 };
    fixture *f = *state;
    live_log_record record = a_record("started");
    int fd;

    record.task_uuid = "0f0e0d0c-0b0a-4908-8706-050403020100";
    record.task_level = level;
    record.task_depth = 3;
    record.action_status = "started";
    assert_true(ag_journald_send(f->journald, &record));
    take(f, &fd);
    assert_non_null(strstr(f->got, "LIVE_ACTION=0f0e0d0c-0b0a-4908-8706-050403020100\n"
                                   "LIVE_ACTION_LEVEL=/3/12/1\nLIVE_ACTION_STATUS=started\n"));
}

static void what_is_too_large_for_a_datagram_comes_in_sealed_memory(void **state)
{
    fixture *f = *state;
    char *text = malloc(LARGE_BYTES + 1), *got = malloc(LARGE_BYTES + 1024);
    int fd = -1;

    memset(text, 'x', LARGE_BYTES);
    text[LARGE_BYTES] = '\0';
    live_log_record record = a_record(text);
    assert_true(ag_journald_send(f->journald, &record));
    assert_int_equal(take(f, &fd), 0);
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_GET_SEALS),
                     F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    ssize_t length = pread(fd, got, LARGE_BYTES + 1024, 0);
    assert_true(length > LARGE_BYTES);
    assert_memory_equal(got, "MESSAGE=xxx", 11);
    assert_memory_equal(got + length - 14, "process.retry\n", 14);
    close(fd);
    free(text);
    free(got);
}

static void a_journal_that_is_not_there_or_full_is_not_waited_for(void **state)
{
    fixture *f = *state;
    live_log_record record = a_record("x");
    int sent = 0;

    while (sent < 100000 && ag_journald_send(f->journald, &record))
        sent++;
    assert_in_range(sent, 1, 99999);                      // it is full
    assert_false(ag_journald_send(f->journald, &record)); // and still
    close(f->journal);
    unlink(f->path);
    assert_false(ag_journald_send(f->journald, &record));
    f->journal = listen_as_journal(f); // it was started anew
    assert_true(ag_journald_send(f->journald, &record));
}

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
    ag_journald *journald = NULL;
    char path[200];

    (void)state;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(ag_journald_new(path, "rig", &journald, NULL), LIVE_E_LIMIT);
    assert_null(journald);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_record_is_a_datagram_of_fields),
        CASE(each_level_has_its_priority),
        CASE(a_text_of_several_lines_comes_with_its_length),
        CASE(no_text_makes_a_field_of_its_own),
        CASE(what_is_no_text_is_shown_as_none),
        CASE(an_action_is_found_by_its_id),
        CASE(what_is_too_large_for_a_datagram_comes_in_sealed_memory),
        CASE(a_journal_that_is_not_there_or_full_is_not_waited_for),
        cmocka_unit_test(a_path_that_no_socket_can_have_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
