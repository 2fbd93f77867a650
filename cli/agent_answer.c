// SPDX-License-Identifier: Apache-2.0
// What live-agent tells as JSON.
#include "agent_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <live/buf.h>
#include <live/json.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libexec.h"

extern char **environ;

enum { MAX_WORDS = 256 };

// Starts live-agent with its standard output into `output`, and its log nowhere: what it says is in the answer.
static live_err start_agent(const char *const *words, int output, pid_t *ret_pid, live_error *error)
{
    char path[LIBEXEC_FILE_BYTES];
    char *argv[MAX_WORDS + 2] = { path };
    posix_spawn_file_actions_t actions;
    live_err err = libexec_file("live-agent", path, error);

    if (err)
        return err;
    for (size_t i = 0; words[i]; i++) {
        if (i == MAX_WORDS)
            return live_fail(error, LIVE_E_LIMIT, "more than %d words", MAX_WORDS);
        argv[i + 1] = (char *)(uintptr_t)words[i];
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawn(ret_pid, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? live_fail_errno(error, failed, "%s", path) : LIVE_OK;
}

static void read_all(int fd, live_buf *text)
{
    char chunk[65536];
    ssize_t got;

    while ((got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got > 0)
            live_buf_add(text, chunk, (size_t)got);
        else if (errno != EINTR)
            return;
    }
}

static live_err judge(const live_buf *text, const char *role, cJSON **ret_answer, live_error *error)
{
    cJSON *json = NULL;

    if (live_buf_failed(text))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    live_err err = live_json_parse(live_buf_data(text), live_buf_length(text), &json, error);
    if (err)
        return live_error_context(error, err, "live-agent %s", role);
    const char *refused = live_json_str(json, "error", NULL);
    if (refused) {
        err = live_fail(error, LIVE_E_INVALID, "%s", refused);
        cJSON_Delete(json);
        return err;
    }
    *ret_answer = json;
    return LIVE_OK;
}

live_err agent_answer(const char *const *words, cJSON **ret_answer, live_error *error)
{
    int ends[2];
    pid_t pid = -1;

    if (pipe2(ends, O_CLOEXEC))
        return live_fail_errno(error, errno, "pipe");
    live_err err = start_agent(words, ends[1], &pid, error);
    live_buf *text = live_buf_new();

    close(ends[1]);
    if (!err) {
        read_all(ends[0], text);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        err = judge(text, words[0], ret_answer, error);
    }
    live_buf_free(text);
    close(ends[0]);
    return err;
}
