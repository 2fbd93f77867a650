// SPDX-License-Identifier: Apache-2.0
// Where the supervisor of an agent sits.
#include "supervise/office.h"

#include <errno.h>
#include <fcntl.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervise/daemon.h"

enum { MASK = 0027 };

static live_err find_settings(ag_office *office, const char *settings, live_error *error)
{
    if (!realpath(settings, office->settings)) {
        int failed = errno;
        office->settings[0] = '\0';
        return live_fail_errno(error, failed, "%s", settings);
    }
    memcpy(office->directory, office->settings, sizeof office->directory);
    char *slash = strrchr(office->directory, '/');
    slash[slash == office->directory ? 1 : 0] = '\0';
    return LIVE_OK;
}

// A path that is given is the user's: it is taken as it was seen from where the command was called.
static live_err given_path(const char *variable, char *out, size_t size, live_error *error)
{
    const char *given = getenv(variable);
    char here[PATH_MAX];

    *out = '\0';
    if (!given || !*given)
        return LIVE_OK;
    if (!getcwd(here, sizeof here))
        return live_fail_errno(error, errno, "the working folder");
    int length = *given == '/' ? snprintf(out, size, "%s", given)
                               : snprintf(out, size, "%s/%s", here, given);
    return length < 0 || (size_t)length >= size
               ? live_fail(error, LIVE_E_LIMIT, "%s: the path is too long", variable)
               : LIVE_OK;
}

// Standard error becomes the log, standard input and output nothing: a file that they held would outlive its removal.
static live_err turn_to_log(const char *path, live_error *error)
{
    int log = -1, nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    live_err err = nothing < 0 ? live_fail_errno(error, errno, "/dev/null")
                               : ag_daemon_open(path, O_WRONLY | O_APPEND, &log, error);

    if (err)
        return err;
    fcntl(log, F_SETFL, O_APPEND);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close(nothing);
    close(log);
    return LIVE_OK;
}

static live_err make_folders(ag_office *office, live_error *error)
{
    live_err err = ag_folder_make(AG_FOLDER_STATE, office->directory, office->state, error);

    if (!err)
        err = ag_folder_make(AG_FOLDER_OUTBOX, office->directory, office->outbox, error);
    return err ? err : ag_folder_make(AG_FOLDER_RUN, office->directory, office->run, error);
}

static live_err lock(ag_office *office, live_error *error)
{
    char path[AG_FOLDER_BYTES + 16];

    snprintf(path, sizeof path, "%s/.live/run/pid", office->directory);
    live_err err = ag_daemon_lock(office->directory, path, &office->lock, error);
    if (err != LIVE_E_LIMIT)
        return err;
    // Whose it is, as far as it can be read, makes the text of more use.
    pid_t pid = ag_daemon_read_pid(path);
    return pid ? live_fail(error, err, "%s: the agent with pid %d runs there already",
                           office->directory, (int)pid)
               : err;
}

static live_err find_log(ag_office *office, live_error *error)
{
    char folder[AG_FOLDER_BYTES];

    if (*office->log)
        return LIVE_OK;
    live_err err = ag_folder_make(AG_FOLDER_LOG, office->directory, folder, error);
    if (!err)
        snprintf(office->log, sizeof office->log, "%s/agent.log", folder);
    return err;
}

// Our own is for people to read; on a full disk the agent does without. One that was asked for is due.
static live_err write_pid(ag_office *office, live_error *error)
{
    live_error why = { 0 };

    if (*office->pid_path)
        return ag_daemon_write_pid(office->pid_path, &office->pid_fd, error);
    snprintf(office->pid_path, sizeof office->pid_path, "%s/pid", office->run);
    if (ag_daemon_write_pid(office->pid_path, &office->pid_fd, &why))
        live_log(LIVE_LOG_WARN, "agent.pid", "%s", why.text);
    return LIVE_OK;
}

static live_err move_in(ag_office *office, const ag_office_options *options, live_error *error)
{
    live_err err = given_path("DDA_LOG_FILE", office->log, sizeof office->log, error);

    if (!err)
        err = given_path("DDA_PID_FILE", office->pid_path, sizeof office->pid_path, error);
    if (!err && options->detach && !options->successor)
        err = ag_daemon_detach(&office->teller, error);
    umask(MASK);
    if (!err)
        err = lock(office, error);
    if (!err)
        err = make_folders(office, error);
    if (!err)
        err = write_pid(office, error);
    if (!err && options->detach)
        err = find_log(office, error);
    if (!err && options->detach)
        err = turn_to_log(office->log, error);
    else
        office->log[0] = '\0';
    return err;
}

live_err ag_office_open(ag_office *office, const ag_office_options *options, live_error *error)
{
    *office = (ag_office){ .lock = -1, .pid_fd = -1, .teller = -1, .detached = options->detach };
    live_err err = find_settings(office, options->settings, error);

    return err ? err : move_in(office, options, error);
}

void ag_office_close(ag_office *office)
{
    if (office->pid_fd >= 0)
        ag_daemon_remove_pid(office->pid_path, office->pid_fd);
    if (office->lock >= 0)
        close(office->lock);
    office->pid_fd = office->lock = -1;
}
