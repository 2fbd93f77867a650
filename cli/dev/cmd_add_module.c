// SPDX-License-Identifier: Apache-2.0
// live add-module: a module in an agent's project.
#include <errno.h>
#include <limits.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent_root.h"
#include "ask.h"
#include "command.h"
#include "commands.h"
#include "libexec.h"
#include "module_template.h"
#include "name.h"
#include "scaffold.h"
#include "stage.h"

enum { OPT_EMPTY = OPT_FIRST };

static struct {
    const char *name;
    bool empty;
} args;

static const struct argp_option options[] = {
    { "empty", OPT_EMPTY, NULL, 0, "the bare structure, without any code of a sample", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case OPT_EMPTY: args.empty = true; return 0;
    case ARGP_KEY_ARG:
        if (args.name)
            return command_no_argument(key, value, state);
        args.name = value;
        return 0;
    case ARGP_KEY_END:
        if (!args.name && !ask_possible())
            command_usage(state, "what is the module's name?");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp add_module_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[NAME]",
    .doc = "Adds a module to the agent of this folder, or of one above: modules/NAME and, in "
           "settings.json, its processes, disabled.\v"
           "The sample has a datasource, a monitor and a logic adapter that work, and their "
           "tests. On a terminal the name is asked for when none is given."
};

// Modules that come with the toolkit have names, too.
static bool is_bundled(const char *name)
{
    char folder[LIBEXEC_PATH_BYTES], path[LIBEXEC_PATH_BYTES + NAME_MODULE_MAX + 24];

    if (libexec_beside(LIVE_PREFIX_FROM_LIBEXEC "/" LIVE_LIBDIR, folder, NULL))
        return false;
    snprintf(path, sizeof path, "%s/live/modules/%s.so", folder, name);
    return access(path, F_OK) == 0;
}

static live_err check_name(const char *root, const char *name, live_error *error)
{
    char path[PATH_MAX + NAME_MODULE_MAX + 16];
    struct stat about;
    live_err err = name_check_module(name, error);

    if (err)
        return err;
    snprintf(path, sizeof path, "%s/modules/%s", root, name);
    if (lstat(path, &about) == 0)
        return live_fail(error, LIVE_E_INVALID, "the module '%s' is there already: %s", name, path);
    if (is_bundled(name))
        return live_fail(error, LIVE_E_INVALID, "the module '%s' comes with the toolkit", name);
    return LIVE_OK;
}

typedef struct project {
    char root[PATH_MAX], settings_path[PATH_MAX + 32], origin_path[PATH_MAX + 32];
    live_json_text *settings, *origin;
    unsigned settings_mode;
} project;

static live_err read_project(project *project, live_error *error)
{
    struct stat about;

    snprintf(project->settings_path, sizeof project->settings_path, "%s/settings.json",
             project->root);
    snprintf(project->origin_path, sizeof project->origin_path, "%s/%s", project->root,
             SCAFFOLD_ORIGIN);
    live_err err = live_json_text_read(project->settings_path, &project->settings, error);
    if (!err && !cJSON_IsObject(live_json_text_tree(project->settings)))
        err = live_json_text_refuse(project->settings, "", "an object is due", error);
    if (!err)
        err = live_json_text_read(project->origin_path, &project->origin, error);
    if (!err && stat(project->settings_path, &about))
        err = live_fail_errno(error, errno, "%s", project->settings_path);
    project->settings_mode = err ? 0 : about.st_mode & 07777;
    return err;
}

static live_err make_files(project *project, const char *name, scaffold *files, live_error *error)
{
    const char *template = args.empty ? MODULE_TEMPLATE_EMPTY : MODULE_TEMPLATE;
    live_err err = module_template_add(template, name, files, project->settings, error);

    if (!err)
        err =
            scaffold_origin_add(project->origin, template, name, files->files, files->count, error);
    if (!err)
        err = scaffold_put_json(files, "settings.json", project->settings, project->settings_mode,
                                error);
    if (!err)
        err = scaffold_put_json(files, SCAFFOLD_ORIGIN, project->origin, 0644, error);
    return err;
}

static live_err add(project *project, const char *name, scaffold *files, live_error *error)
{
    stage stage;
    live_err err = stage_open(project->root, ".live-new", &stage, error);

    if (err)
        return err;
    err = check_name(project->root, name, error); // once it is mended
    if (!err)
        err = read_project(project, error);
    if (!err)
        err = make_files(project, name, files, error);
    if (!err)
        err = stage_write(&stage, files, error);
    if (!err)
        err = stage_place(&stage, files, false, error);
    stage_close(&stage);
    return err;
}

static void tell(const project *project, const char *name, size_t count)
{
    printf("%s/modules/%s: %zu files.\n", project->root, name, count);
    puts("settings.json has its processes, disabled. Next:");
    puts("  cmake --workflow --preset dev    configures, builds, tests");
    if (!args.empty)
        printf("  live run --enable %-15sthe agent, with all of this module\n", name);
}

int add_module_run(void)
{
    char line[256];
    const char *name = args.name;
    project project = { 0 };
    live_error error = { 0 };
    scaffold files = { 0 };
    live_err err = agent_root_find(project.root, &error);

    if (!err && !name)
        name = ask_line("Name of the module:", line, sizeof line) ? line : "";
    if (!err)
        err = name_check_module(name, &error); // before anything is touched
    if (!err)
        err = add(&project, name, &files, &error);
    if (!err)
        tell(&project, name, files.count - 2);
    scaffold_clear(&files);
    live_json_text_free(project.settings);
    live_json_text_free(project.origin);
    return err ? command_failed(&error) : EXIT_DONE;
}
