// SPDX-License-Identifier: Apache-2.0
// Which module offers which kind of process.
#include "settings/catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <live/buf.h>
#include <live/json.h>
#include <live/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link/config.h"
#include "settings/describe.h"
#include "settings/finding.h"
#include "settings/key.h"
#include "worker/module.h"

enum { TIME_LIMIT_MS = 10000, MAX_DESCRIPTION_BYTES = 4 * 1024 * 1024 };

typedef struct entry {
    struct entry *next;
    char *path; // NULL: compiled in
    cJSON *description;
} entry;

struct ag_catalogue {
    entry *first;    // the last one that was enabled comes first
    cJSON *findings; // of the list of modules
};

// Describing in a child

typedef struct description {
    live_loop *loop;
    int fd;
    live_buf *text;
    bool exited, ended, late;
    int status, term_signal;
} description;

static void stop_when_whole(description *description)
{
    if (description->exited && description->ended)
        live_loop_stop(description->loop);
}

static void on_output(live_io *io, unsigned ready, void *user)
{
    description *description = user;
    char chunk[4096];
    ssize_t got = read(description->fd, chunk, sizeof chunk);

    (void)ready;
    if (got > 0 && live_buf_length(description->text) < MAX_DESCRIPTION_BYTES) {
        live_buf_add(description->text, chunk, (size_t)got);
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    live_io_want(io, 0);
    description->ended = true;
    stop_when_whole(description);
}

static void on_exit_of(live_process *process, int status, int term_signal, void *user)
{
    description *description = user;

    (void)process;
    description->exited = true;
    description->status = status;
    description->term_signal = term_signal;
    stop_when_whole(description);
}

static void on_late(live_timer *timer, void *user)
{
    description *description = user;

    (void)timer;
    description->late = true;
    live_loop_stop(description->loop);
}

static live_err judge(const description *description, const char *path, cJSON **ret_json,
                      live_error *error)
{
    if (description->late)
        return live_fail(error, LIVE_E_TIMEOUT, "%s: loading it took longer than %d s", path,
                         TIME_LIMIT_MS / 1000);
    if (description->term_signal)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%s: loading it ended with signal %d (%s)",
                         path, description->term_signal, strsignal(description->term_signal));
    if (live_buf_failed(description->text))
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    if (description->status != 0)
        return live_fail(error, LIVE_E_UNSUPPORTED, "%.*s",
                         (int)strcspn(live_buf_data(description->text), "\n"),
                         live_buf_data(description->text));
    return live_json_parse(live_buf_data(description->text), live_buf_length(description->text),
                           ret_json, error);
}

static live_err run_child(description *description, const char *path, int output, int processes,
                          live_error *error)
{
    const char *libraries = getenv("LD_LIBRARY_PATH");
    char kept[4096] = "LD_LIBRARY_PATH=";
    const char *const env[] = { "PATH=/usr/bin:/bin", kept, NULL };
    const char *const argv[] = { "live-agent", "--describe", path, NULL };
    const int fds[] = { -1, output, STDERR_FILENO, [AG_FD_PROCESSES] = processes };
    live_process_options options = LIVE_PROCESS_OPTIONS_INIT;
    live_process *process = NULL;
    live_timer *timer = NULL;
    live_io *io = NULL;

    snprintf(kept, sizeof kept, "LD_LIBRARY_PATH=%s", libraries ? libraries : "");
    options.file = "/proc/self/exe";
    options.argv = argv;
    options.env = env;
    options.fds = fds;
    options.fd_count = sizeof fds / sizeof *fds;
    options.new_session = true;
    live_err err =
        live_process_start(description->loop, &options, on_exit_of, description, &process, error);
    close(output);
    if (processes >= 0)
        close(processes);
    if (!err)
        err = live_timer_new(description->loop, TIME_LIMIT_MS, 0, on_late, description, &timer,
                             error);
    if (!err)
        err = live_io_new(description->loop, description->fd, LIVE_READABLE, on_output, description,
                          &io, error);
    if (!err)
        err = live_loop_run(description->loop, LIVE_FOREVER, error);
    live_io_free(io);
    live_timer_free(timer);
    live_process_free(process);
    return err;
}

static live_err describe_in_child(const char *path, const cJSON *processes, cJSON **ret_json,
                                  live_error *error)
{
    description description = { .text = live_buf_new() };
    int ends[2], settings = -1;
    live_err err = live_loop_new(&description.loop, error);

    if (!err && processes)
        err = ag_config_write(processes, &settings, error);

    if (!err && pipe2(ends, O_CLOEXEC)) {
        err = live_fail_errno(error, errno, "pipe");
        if (settings >= 0)
            close(settings);
    }
    if (!err) {
        description.fd = ends[0];
        err = run_child(&description, path, ends[1], settings, error);
        if (!err)
            err = judge(&description, path, ret_json, error);
        close(ends[0]);
    }
    live_loop_free(description.loop);
    live_buf_free(description.text);
    return err;
}

static cJSON *describe(const agent_module *module, const cJSON *processes)
{
    cJSON *description = ag_module_describe(module);

    cJSON_AddItemToObject(description, "findings", ag_module_findings(module, processes));
    cJSON_AddItemToObject(description, "option_findings",
                          ag_module_option_findings(module, processes));
    return description;
}

int ag_catalogue_describe(const char *path)
{
    const agent_module *module = NULL;
    live_error error = { 0 };
    cJSON *processes = NULL;

    // Read before the module's code runs, which must find no descriptor of ours.
    if (ag_config_read(AG_FD_PROCESSES, &processes, NULL))
        processes = NULL; // somebody asks for the description alone
    if (ag_module_load(path, &module, &error)) {
        puts(error.text);
        cJSON_Delete(processes);
        return EXIT_FAILURE;
    }
    cJSON *description = describe(module, processes);
    if (live_json_write(description, stdout, &error))
        puts(error.text);
    cJSON_Delete(description);
    cJSON_Delete(processes);
    return error.code ? EXIT_FAILURE : EXIT_SUCCESS;
}

// The catalogue

static live_err add(ag_catalogue *catalogue, char *path, cJSON *description, live_error *error)
{
    entry *own = calloc(1, sizeof *own);
    if (!own) {
        free(path);
        cJSON_Delete(description);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    *own = (entry){ .next = catalogue->first, .path = path, .description = description };
    catalogue->first = own;
    return LIVE_OK;
}

static const agent_module *find_compiled_in(const agent_module *const *modules, const char *name)
{
    for (; modules && *modules; modules++)
        if (strcmp((*modules)->name, name) == 0)
            return *modules;
    return NULL;
}

// A module that cannot be used, as the last finding says, has neither processes nor adapters.
static live_err add_unusable(ag_catalogue *catalogue, const char *name, live_error *error)
{
    int count = cJSON_GetArraySize(catalogue->findings);
    cJSON *description = cJSON_CreateObject();

    cJSON_AddStringToObject(description, "name", name);
    cJSON_AddStringToObject(description, "problem",
                            ag_finding_text(cJSON_GetArrayItem(catalogue->findings, count - 1)));
    return add(catalogue, NULL, description, error);
}

// A module that is nowhere, or whose source is there and is not built.
static void note_missing(const ag_catalogue *catalogue, const char *directory, const char *pointer,
                         const char *name)
{
    char source[PATH_MAX];

    snprintf(source, sizeof source, "%s/modules/%s", directory, name);
    if (access(source, F_OK) == 0)
        ag_finding_add(
            catalogue->findings, AG_ERROR, pointer, NULL,
            "module '%s' is not built: 'cmake --workflow --preset dev' builds modules/%s", name,
            name);
    else
        ag_finding_add(catalogue->findings, AG_ERROR, pointer, NULL,
                       "module '%s' is neither in build/modules, modules/%s, LIVE_MODULE_PATH nor "
                       "installed; 'live add-module %s' makes one",
                       name, name, name);
}

static live_err learn(ag_catalogue *catalogue, const ag_source *source, const cJSON *given,
                      int index, live_error *error)
{
    const char *name = ag_settings_module_name(given->valuestring);
    const agent_module *module = find_compiled_in(source->compiled_in, name);
    cJSON *description = NULL;
    live_error why = { 0 };
    char pointer[64];

    snprintf(pointer, sizeof pointer, "/enabled_modules/%d", index);
    if (name != given->valuestring)
        ag_finding_add(catalogue->findings, AG_WARNING, pointer, name,
                       "module '%s' is called '%s' here", given->valuestring, name);
    if (module)
        return add(catalogue, NULL, describe(module, source->processes), error);
    char *path = ag_module_find(source->directory, name);
    if (!path) {
        note_missing(catalogue, source->directory, pointer, name);
        return add_unusable(catalogue, name, error);
    }
    if (describe_in_child(path, source->processes, &description, &why)) {
        ag_finding_add(catalogue->findings, AG_ERROR, pointer, NULL, "module '%s': %s", name,
                       why.text);
        free(path);
        return add_unusable(catalogue, name, error);
    }
    return add(catalogue, path, description, error);
}

static bool offers(const entry *own, const char *type)
{
    const cJSON *process;

    cJSON_ArrayForEach (process, live_json_get(own->description, "processes"))
        if (strcmp(live_json_str(process, "name", ""), type) == 0)
            return true;
    return false;
}

static void note_clash(const ag_catalogue *catalogue, const char *pointer, const entry *earlier)
{
    const entry *newest = catalogue->first;
    const char *name = live_json_str(newest->description, "name", "");
    const char *theirs = live_json_str(earlier->description, "name", "");
    const cJSON *process;

    if (strcmp(name, theirs) == 0) {
        ag_finding_add(catalogue->findings, AG_WARNING, pointer, NULL, "module '%s' is named twice",
                       name);
        return;
    }
    cJSON_ArrayForEach (process, live_json_get(newest->description, "processes")) {
        const char *type = live_json_str(process, "name", "");
        if (offers(earlier, type))
            ag_finding_add(catalogue->findings, AG_WARNING, pointer, NULL,
                           "modules '%s' and '%s' both have a process '%s': the later one counts",
                           theirs, name, type);
    }
}

// What the newest module has that an earlier one has too: of two of one name the later one counts.
static void note_clashes(const ag_catalogue *catalogue, int index)
{
    const entry *newest = catalogue->first;
    char pointer[64];

    snprintf(pointer, sizeof pointer, "/enabled_modules/%d", index);
    for (const entry *earlier = newest ? newest->next : NULL; earlier; earlier = earlier->next)
        note_clash(catalogue, pointer, earlier);
}

live_err ag_catalogue_learn(const ag_source *source, ag_catalogue **ret_catalogue,
                            live_error *error)
{
    ag_catalogue *catalogue = calloc(1, sizeof *catalogue);
    const cJSON *name;
    int index = 0;

    if (!catalogue)
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    catalogue->findings = cJSON_CreateArray();
    cJSON_ArrayForEach (name, source->names) {
        live_err err = cJSON_IsString(name) ? learn(catalogue, source, name, index, error)
                                            : LIVE_OK; // a finding of the settings
        if (err) {
            ag_catalogue_free(catalogue);
            return err;
        }
        if (cJSON_IsString(name))
            note_clashes(catalogue, index);
        index++;
    }
    *ret_catalogue = catalogue;
    return LIVE_OK;
}

live_err ag_catalogue_new(const ag_settings *settings, const agent_module *const *modules,
                          ag_catalogue **ret_catalogue, live_error *error)
{
    const ag_source source = { .directory = ag_settings_directory(settings),
                               .names = ag_settings_modules(settings),
                               .processes = ag_settings_processes(settings),
                               .compiled_in = modules };

    return ag_catalogue_learn(&source, ret_catalogue, error);
}

static void add_module(const entry *own, cJSON *modules)
{
    static const char *const kept[] = { "name", "needs", "problem" };
    cJSON *module = cJSON_CreateObject();

    if (own->next)
        add_module(own->next, modules); // the list begins with the last one
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const cJSON *value = live_json_get(own->description, kept[i]);
        if (value)
            cJSON_AddItemToObject(module, kept[i], cJSON_Duplicate(value, true));
    }
    cJSON_AddItemToArray(modules, module);
}

cJSON *ag_catalogue_modules(const ag_catalogue *catalogue)
{
    cJSON *modules = cJSON_CreateArray();

    if (catalogue->first)
        add_module(catalogue->first, modules);
    return modules;
}

const cJSON *ag_catalogue_module_findings(const ag_catalogue *catalogue)
{
    return catalogue->findings;
}

void ag_catalogue_free(ag_catalogue *catalogue)
{
    if (!catalogue)
        return;
    while (catalogue->first) {
        entry *own = catalogue->first;
        catalogue->first = own->next;
        cJSON_Delete(own->description);
        free(own->path);
        free(own);
    }
    cJSON_Delete(catalogue->findings);
    free(catalogue);
}

static const entry *find(const ag_catalogue *catalogue, const char *type)
{
    for (const entry *own = catalogue->first; own; own = own->next)
        if (offers(own, type))
            return own;
    return NULL;
}

bool ag_catalogue_find(const ag_catalogue *catalogue, const char *type, const char **ret_module,
                       const char **ret_path)
{
    const entry *own = find(catalogue, type);

    if (!own)
        return false;
    *ret_module = live_json_str(own->description, "name", "");
    *ret_path = own->path;
    return true;
}

cJSON *ag_catalogue_findings(const ag_catalogue *catalogue, const char *type, const char *process)
{
    const entry *owner = find(catalogue, type);
    cJSON *findings = cJSON_CreateArray();

    if (owner)
        ag_findings_append(findings,
                           live_json_get(live_json_get(owner->description, "findings"), process));
    for (const entry *own = catalogue->first; own; own = own->next)
        ag_findings_append(
            findings, live_json_get(live_json_get(own->description, "option_findings"), process));
    return findings;
}

const char *ag_catalogue_nearest(const ag_catalogue *catalogue, const char *type)
{
    ag_nearest nearest = ag_nearest_to(type);
    const cJSON *process;

    for (const entry *own = catalogue->first; own; own = own->next) {
        cJSON_ArrayForEach (process, live_json_get(own->description, "processes"))
            ag_nearest_offer(&nearest, live_json_str(process, "name", ""));
    }
    return nearest.found;
}

const cJSON *ag_catalogue_description(const ag_catalogue *catalogue, size_t index)
{
    size_t count = 0;

    for (const entry *own = catalogue->first; own; own = own->next)
        count++;
    for (const entry *own = catalogue->first; own; own = own->next)
        if (--count == index)
            return own->description;
    return NULL;
}

// Adapters

static bool has_adapter(const entry *own, const char *name, const char **ret_adapter)
{
    const char *module = live_json_str(own->description, "name", "");
    const size_t length = strlen(module);
    const cJSON *adapter;

    if (strncmp(name, module, length) != 0 || name[length] != '.')
        return false;
    cJSON_ArrayForEach (adapter, live_json_get(own->description, "adapters")) {
        *ret_adapter = live_json_str(adapter, "name", "");
        if (strcmp(*ret_adapter, name + length + 1) == 0)
            return true;
    }
    return false;
}

bool ag_catalogue_adapter(const ag_catalogue *catalogue, const char *name, const char **ret_module,
                          const char **ret_path)
{
    const char *adapter;

    for (const entry *own = catalogue->first; own; own = own->next) {
        if (!has_adapter(own, name, &adapter))
            continue;
        *ret_module = live_json_str(own->description, "name", "");
        *ret_path = own->path;
        return true;
    }
    return false;
}

static void add_adapters_of(const entry *own, cJSON *names)
{
    const cJSON *adapter;
    char name[AG_ADAPTER_NAME_BYTES];

    if (own->next)
        add_adapters_of(own->next, names); // the list begins with the last one
    cJSON_ArrayForEach (adapter, live_json_get(own->description, "adapters")) {
        snprintf(name, sizeof name, "%s.%s", live_json_str(own->description, "name", ""),
                 live_json_str(adapter, "name", ""));
        cJSON_AddItemToArray(names, cJSON_CreateString(name));
    }
}

cJSON *ag_catalogue_adapters(const ag_catalogue *catalogue)
{
    cJSON *names = cJSON_CreateArray();

    if (catalogue->first)
        add_adapters_of(catalogue->first, names);
    return names;
}

bool ag_catalogue_is_bot(const ag_catalogue *catalogue, const char *type)
{
    const entry *own = find(catalogue, type);
    const cJSON *process, *setting;

    cJSON_ArrayForEach (process, live_json_get(own ? own->description : NULL, "processes")) {
        if (strcmp(live_json_str(process, "name", ""), type) != 0)
            continue;
        cJSON_ArrayForEach (setting, live_json_get(process, "settings"))
            if (strcmp(live_json_str(setting, "type", ""), "adapters") == 0)
                return true;
    }
    return false;
}
