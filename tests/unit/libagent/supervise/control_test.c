// SPDX-License-Identifier: Apache-2.0
// The control socket with callers of every kind, over real sockets.
#include "supervise/control.h"

#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { MOST = AG_CONTROL_CALLERS + 8 };

typedef struct fixture {
    live_loop *loop;
    ag_control *control;
    char folder[64], path[96];
    ag_ticket kept; // of a request "reload", which is answered later
    int requests;
} fixture;

static void on_request(ag_ticket ticket, const ag_request *request, void *user)
{
    fixture *f = user;
    cJSON *body = cJSON_CreateObject();

    f->requests++;
    if (request->operation == AG_DO_RELOAD) {
        f->kept = ticket;
        cJSON_Delete(body);
        return;
    }
    if (request->operation == AG_DO_SUBSCRIBE)
        ag_control_subscribe(f->control, ticket.caller, AG_TOPIC_STATES, NULL);
    cJSON_AddNumberToObject(body, "number", f->requests);
    ag_control_answer(f->control, ticket, body, NULL);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    *state = f;
    snprintf(f->folder, sizeof f->folder, "/tmp/control_test.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/" AG_CONTROL_NAME, f->folder);
    assert_int_equal(live_loop_new(&f->loop, NULL), LIVE_OK);
    return (int)ag_control_new(f->loop, f->folder, on_request, f, &f->control, NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;

    ag_control_free(f->control);
    live_loop_free(f->loop);
    cJSON_Delete(f->kept.id);
    assert_int_equal(rmdir(f->folder), 0); // the socket is gone
    free(f);
    return 0;
}

// What is ready is done, until nothing is.
static void run(fixture *f)
{
    for (int i = 0; i < 40; i++)
        assert_int_equal(live_loop_run(f->loop, 0, NULL), LIVE_OK);
}

static int call(fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", f->path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    run(f);
    return fd;
}

static void say(fixture *f, int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    run(f);
}

// What has come; "": nothing; NULL: the end.
static const char *hear(int fd)
{
    static char text[4096];
    ssize_t got = read(fd, text, sizeof text - 1);

    if (got == 0)
        return NULL;
    text[got > 0 ? got : 0] = '\0';
    return text;
}

static void a_request_is_answered_with_its_id(void **state)
{
    fixture *f = *state;
    int fd = call(f);

    say(f, fd, "{\"v\": 1, \"do\": \"status\", \"id\": {\"any\": [1]}}\n");
    assert_string_equal(hear(fd), "{\"number\":1,\"v\":1,\"id\":{\"any\":[1]},\"ok\":true}\n");
    close(fd);
}

static void lines_may_come_in_pieces_and_together(void **state)
{
    fixture *f = *state;
    int fd = call(f);

    say(f, fd, "{\"v\": 1, \"do\": \"sta");
    assert_string_equal(hear(fd), "");
    say(f, fd, "tus\"}\n{\"v\": 1, \"do\": \"status\"}\n");
    assert_string_equal(hear(fd),
                        "{\"number\":1,\"v\":1,\"ok\":true}\n{\"number\":2,\"v\":1,\"ok\":true}\n");
    close(fd);
}

static void what_is_no_request_is_refused_and_the_next_one_heard(void **state)
{
    fixture *f = *state;
    int fd = call(f);

    say(f, fd,
        "nonsense\n{\"v\": 9, \"do\": \"status\", \"id\": 3}\n{\"v\": 1, \"do\": \"status\"}\n");
    const char *text = hear(fd);
    assert_non_null(strstr(text, "\"ok\":false,\"code\":\"LIVE_E_PARSE\""));
    assert_non_null(strstr(text, "\"id\":3,\"ok\":false,\"code\":\"LIVE_E_PROTOCOL\""));
    assert_non_null(strstr(text, "{\"number\":1,\"v\":1,\"ok\":true}"));
    close(fd);
}

static void a_line_without_end_is_cut_off(void **state)
{
    fixture *f = *state;
    int fd = call(f), other = call(f);
    static char block[16384];

    memset(block, 'x', sizeof block);
    for (int i = 0; i < 2 * AG_REQUEST_BYTES / (int)sizeof block; i++) {
        if (send(fd, block, sizeof block, MSG_NOSIGNAL) < 0)
            break;
        run(f);
    }
    const char *text = hear(fd);
    assert_true(!text || strstr(text, "a request has at most 262144 bytes"));
    say(f, other, "{\"v\": 1, \"do\": \"status\"}\n");
    assert_non_null(strstr(hear(other), "\"ok\":true"));
    close(fd);
    close(other);
}

static void who_has_said_its_last_still_gets_its_answer(void **state)
{
    fixture *f = *state;
    int fd = call(f);

    say(f, fd, "{\"v\": 1, \"do\": \"reload\"}\n");
    shutdown(fd, SHUT_WR);
    run(f);
    assert_string_equal(hear(fd), "");
    ag_control_answer(f->control, f->kept, NULL, NULL);
    run(f);
    assert_string_equal(hear(fd), "{\"v\":1,\"ok\":true}\n");
    assert_null(hear(fd));
    close(fd);
}

static void an_answer_to_who_has_gone_goes_nowhere(void **state)
{
    fixture *f = *state;
    int fd = call(f);
    live_error error = { 0 };

    say(f, fd, "{\"v\": 1, \"do\": \"reload\", \"id\": 1}\n");
    close(fd);
    run(f);
    live_fail(&error, LIVE_E_TIMEOUT, "too late");
    ag_control_answer(f->control, f->kept, NULL, &error);
    f->kept.id = NULL;
    run(f);
}

static void who_does_not_listen_is_cut_off_and_disturbs_nobody(void **state)
{
    fixture *f = *state;
    int deaf = call(f), other = call(f);
    cJSON *news = cJSON_CreateObject();
    char *text = calloc(1, 60000);

    memset(text, 'x', 59999);
    cJSON_AddStringToObject(news, "text", text);
    free(text);
    say(f, deaf, "{\"v\": 1, \"do\": \"subscribe\"}\n");
    assert_true(ag_control_is_heard(f->control, AG_TOPIC_STATES));
    for (int i = 0; i < 100; i++) // 6 MB
        ag_control_tell(f->control, AG_TOPIC_STATES, news, NULL);
    run(f);
    assert_false(ag_control_is_heard(f->control, AG_TOPIC_STATES));
    say(f, other, "{\"v\": 1, \"do\": \"status\"}\n");
    assert_non_null(strstr(hear(other), "\"ok\":true"));
    cJSON_Delete(news);
    close(deaf);
    close(other);
}

static void the_one_that_is_idle_longest_makes_room(void **state)
{
    fixture *f = *state;
    int fds[MOST];

    for (int i = 0; i < MOST; i++)
        fds[i] = call(f);
    for (int i = 0; i < MOST; i++) {
        const char *text = hear(fds[i]);
        if (i < MOST - AG_CONTROL_CALLERS)
            assert_null(text);
        else
            assert_string_equal(text, "");
        close(fds[i]);
    }
}

static void the_socket_is_for_the_group_and_others_cannot_write_in_its_folder(void **state)
{
    fixture *f = *state;
    struct stat file;
    ag_control *other = NULL;
    live_error error = { 0 };

    assert_int_equal(stat(f->path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0660);
    assert_int_equal(chmod(f->folder, 0777), 0);
    assert_int_equal(ag_control_new(f->loop, f->folder, on_request, f, &other, &error),
                     LIVE_E_INVALID);
    assert_non_null(strstr(error.text, "others may write there"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_request_is_answered_with_its_id),
        CASE(lines_may_come_in_pieces_and_together),
        CASE(what_is_no_request_is_refused_and_the_next_one_heard),
        CASE(a_line_without_end_is_cut_off),
        CASE(who_has_said_its_last_still_gets_its_answer),
        CASE(an_answer_to_who_has_gone_goes_nowhere),
        CASE(who_does_not_listen_is_cut_off_and_disturbs_nobody),
        CASE(the_one_that_is_idle_longest_makes_room),
        CASE(the_socket_is_for_the_group_and_others_cannot_write_in_its_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
