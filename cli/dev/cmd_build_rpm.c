// SPDX-License-Identifier: Apache-2.0
// live build-rpm: an installable package of an agent, by the system's rpmbuild.
#include <dirent.h>
#include <errno.h>
#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <live/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent_root.h"
#include "command.h"
#include "commands.h"
#include "libexec.h"
#include "rpm/recipe.h"
#include "rpm/secret.h"
#include "rpm/steps.h"
#include "rpm/tools.h"
#include "rpm/work.h"

enum { OPT_VERSION = OPT_FIRST, OPT_RELEASE, OPT_OUTPUT, OPT_BUILDER };

// Without a commit and SOURCE_DATE_EPOCH, any date does that is the same for the same sources: 1 January 2000.
#define SOME_DATE "946684800"

static struct {
    const char *version, *release, *output;
} args;

static const struct argp_option options[] = {
    { "version", OPT_VERSION, "V", 0, "the package's version (default: that of tools/vars.sh)", 0 },
    { "release", OPT_RELEASE, "R", 0, "its release (default: that of tools/vars.sh)", 0 },
    { "output", OPT_OUTPUT, "DIR", 0, "where it goes (default: build-rpm in the agent's folder)",
      0 },
    { "builder", OPT_BUILDER, "host", 0, "what builds it: this machine (the default)", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case OPT_VERSION: args.version = value; return 0;
    case OPT_RELEASE: args.release = value; return 0;
    case OPT_OUTPUT: args.output = value; return 0;
    case OPT_BUILDER:
        if (strcmp(value, "host") != 0)
            command_usage(state, "--builder: '%s' is no builder; there is 'host'", value);
        return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp build_rpm_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Builds an RPM of the agent whose folder this is, or is in: its modules, its settings, a "
        "service, and the toolkit that it runs on.\v"
        "What the package is made of stands in the agent's tools/ and may be changed there. The "
        "paths of the packages are printed."
};

typedef struct build {
    char root[PATH_MAX]; // the agent's folder
    cJSON *recipe;
    steps *steps;
    work work;
} build;

// Recipe

// The first line that a command prints, or NULL; the words are fixed, what varies is in the environment.
static char *line_of(const char *command, char line[64])
{
    FILE *output = popen(command, "re"); // NOLINT(cert-env33-c)
    char *got = output ? fgets(line, 64, output) : NULL;

    if (output)
        pclose(output);
    if (got)
        line[strcspn(line, "\n")] = '\0';
    return got && *line ? line : NULL;
}

static void set_date(cJSON *recipe)
{
    const char *given = getenv("SOURCE_DATE_EPOCH");
    char line[64], date[32];

    if (!given || !*given)
        given = line_of("git -C \"$AGENT\" log -1 --format=%ct 2>/dev/null", line);
    if (!given)
        given = SOME_DATE;
    time_t seconds = (time_t)strtoll(given, NULL, 10);
    struct tm day;
    strftime(date, sizeof date, "%a %b %d %Y", gmtime_r(&seconds, &day));
    recipe_set(recipe, "SOURCE_DATE_EPOCH", given);
    recipe_set(recipe, "DATE", date);
}

static live_err set_toolkit(cJSON *recipe, live_error *error)
{
    char relative[LIBEXEC_PATH_BYTES], prefix[PATH_MAX], config[PATH_MAX + 64];
    live_err err = libexec_beside(LIVE_PREFIX_FROM_LIBEXEC, relative, error);

    if (err)
        return err;
    if (!realpath(relative, prefix))
        return live_fail_errno(error, errno, "%s", relative);
    snprintf(config, sizeof config, "%s/" LIVE_LIBDIR "/cmake/live/liveConfig.cmake", prefix);
    if (access(config, R_OK))
        return live_fail(
            error, LIVE_E_NOTFOUND,
            "the toolkit in %s is not installed: 'cmake --install' its build first, then "
            "take the 'live' from there",
            prefix);
    recipe_set(recipe, "PREFIX", prefix);
    recipe_set(recipe, "LIBDIR", LIVE_LIBDIR);
    recipe_set(recipe, "TOOLKIT", live_version());
    return LIVE_OK;
}

static live_err read_recipe(build *build, live_error *error)
{
    live_err err = recipe_read(build->root, &build->recipe, error);

    if (err)
        return err;
    recipe_set(build->recipe, "VERSION", args.version);
    recipe_set(build->recipe, "RELEASE", args.release);
    err = recipe_check(build->recipe, error);
    if (err)
        return err;
    recipe_set(build->recipe, "AGENT", build->root);
    set_date(build->recipe);
    return set_toolkit(build->recipe, error);
}

// Stages

static void settings_path(const build *build, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", build->root, live_json_str(build->recipe, "SETTINGS", ""));
}

static live_err check_settings(build *build, live_error *error)
{
    char path[PATH_MAX];

    settings_path(build, path);
    return secret_check_settings(path, error);
}

// What the build of the modules found in requirements.txt files.
static live_err set_requirements(build *build, live_error *error)
{
    char path[PATH_MAX + 64], *text = NULL;
    live_err err = LIVE_OK;

    snprintf(path, sizeof path, "%s/build/requirements.spec", build->work.folder);
    if (access(path, F_OK) == 0)
        err = live_file_read(path, &text, NULL, error);
    recipe_set(build->recipe, "REQUIREMENTS", text ? text : "");
    live_free(text);
    return err;
}

static int is_text(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".in") == 0;
}

// Every tools/X.in becomes X in the work folder.
static live_err render_texts(build *build, live_error *error)
{
    char folder[PATH_MAX + 8], from[PATH_MAX + 300], to[PATH_MAX + 340];
    struct dirent **texts = NULL;
    live_err err = set_requirements(build, error);

    snprintf(folder, sizeof folder, "%s/tools", build->root);
    int count = err ? 0 : scandir(folder, &texts, is_text, alphasort);
    if (count < 0)
        err = live_fail_errno(error, errno, "%s", folder);
    for (int i = 0; i < count; i++) {
        snprintf(from, sizeof from, "%s/%s", folder, texts[i]->d_name);
        snprintf(to, sizeof to, "%s/%.*s", build->work.folder, (int)strlen(texts[i]->d_name) - 3,
                 texts[i]->d_name);
        if (!err)
            err = recipe_render(build->recipe, from, to, error);
        free(texts[i]);
    }
    free(texts);
    return err;
}

static live_err scan_payload(build *build, live_error *error)
{
    char settings[PATH_MAX], payload[PATH_MAX + 64];

    settings_path(build, settings);
    snprintf(payload, sizeof payload, "%s/payload", build->work.folder);
    return secret_scan(settings, build->root, payload, error);
}

// In order: what is checked or written here first, then the step of tools/package.sh, whose output is shown when
// it fails, or always.
static const struct {
    const char *title;
    live_err (*prepare)(build *build, live_error *error);
    const char *step;
    bool shown;
} stages[] = {
    { "looking for secrets in the settings", check_settings, NULL, false },
    { "building the modules", NULL, "modules", false },
    { "laying out the payload", render_texts, "payload", false },
    { "validating the settings", NULL, "settings", true },
    { "packing the sources", scan_payload, "sources", false },
    { "building the package", NULL, "package", false },
    { "checking the package", NULL, "check", true },
};

static void show(const char *log)
{
    char *text = NULL;
    size_t length = 0;

    if (live_file_read(log, &text, &length, NULL) == LIVE_OK)
        fwrite(text, 1, length, stderr);
    live_free(text);
}

static live_err run_step(const build *build, size_t stage, live_error *error)
{
    const char *const argv[] = { "sh", "tools/package.sh", stages[stage].step, NULL };
    char log[PATH_MAX + 64];

    snprintf(log, sizeof log, "%s/log", build->work.folder);
    live_err err = steps_run(build->steps, argv, build->root, log, error);
    if (err == LIVE_E_UNSUPPORTED || (!err && stages[stage].shown))
        show(log);
    return err;
}

static live_err run_stage(build *build, size_t stage, live_error *error)
{
    live_err err = LIVE_OK;

    fprintf(stderr, "%s\n", stages[stage].title);
    if (stages[stage].prepare)
        err = stages[stage].prepare(build, error);
    if (!err && stages[stage].step)
        err = run_step(build, stage, error);
    return err ? live_error_context(error, err, "%s", stages[stage].title) : LIVE_OK;
}

static live_err open_work(build *build, live_error *error)
{
    char usual[PATH_MAX + 16];

    snprintf(usual, sizeof usual, "%s/build-rpm", build->root);
    live_err err = work_open(args.output ? args.output : usual, &build->work, error);
    if (!err)
        recipe_set(build->recipe, "WORK", build->work.folder);
    return err;
}

static live_err make(build *build, live_error *error)
{
    const cJSON *variable;
    live_err err = steps_new(&build->steps, error);

    if (!err)
        err = open_work(build, error);
    cJSON_ArrayForEach (variable, build->recipe)
        setenv(variable->string, variable->valuestring, 1); // for tools/package.sh
    for (size_t i = 0; !err && i < sizeof stages / sizeof *stages; i++)
        err = run_stage(build, i, error);
    if (!err)
        err = work_deliver(&build->work, error);
    work_close(&build->work);
    steps_free(build->steps);
    return err;
}

int build_rpm_run(void)
{
    build build = { 0 };
    live_error error = { 0 };
    live_err err = agent_root_find(build.root, &error);

    if (!err)
        err = tools_check(&error);
    if (!err)
        err = read_recipe(&build, &error);
    if (!err)
        err = make(&build, &error);
    cJSON_Delete(build.recipe);
    return err ? command_failed(&error) : EXIT_DONE;
}
