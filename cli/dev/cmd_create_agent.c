// SPDX-License-Identifier: Apache-2.0
// live create-agent: a project of an agent.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <live/buf.h>
#include <live/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "command.h"
#include "commands.h"
#include "module_template.h"
#include "name.h"
#include "repository.h"
#include "scaffold.h"
#include "stage.h"

enum { OPT_FORCE = OPT_FIRST, OPT_DRY_RUN, OPT_COMMIT, OPT_EXAMPLE };

static struct {
    const char *directory; // NULL: this one
    bool force, dry_run, commit, example;
} args;

static const struct argp_option options[] = {
    { "force", OPT_FORCE, NULL, 0, "overwrite files that are there", 0 },
    { "dry-run", OPT_DRY_RUN, NULL, 0, "list what would be written, write nothing", 0 },
    { "commit", OPT_COMMIT, NULL, 0, "commit the files also in a repository that is there", 0 },
    { "example", OPT_EXAMPLE, NULL, 0, "add a module 'sample' that works", 0 },
    { 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case OPT_FORCE: args.force = true; return 0;
    case OPT_DRY_RUN: args.dry_run = true; return 0;
    case OPT_COMMIT: args.commit = true; return 0;
    case OPT_EXAMPLE: args.example = true; return 0;
    case ARGP_KEY_ARG:
        if (args.directory || !*value)
            return command_no_argument(key, value, state);
        args.directory = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp create_agent_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[DIR]",
    .doc = "Makes a project of an agent in a folder, which it makes too (default: this folder)."
           "\v"
           "Where a file is there already it writes nothing and names each such file. The files "
           "appear all together or not at all: after a kill the next 'live create-agent' in that "
           "folder first puts back what was there. Outside a git repository it makes one with a "
           "first commit."
};

// Where it goes

typedef struct place {
    const char *directory;     // as it was given
    char folder[PATH_MAX];     // the same, absolute
    char above[PATH_MAX];      // what holds the hidden folder: the folder itself, or the one above
    char base[NAME_MAX + 1];   // its name in the one above
    char hidden[NAME_MAX + 1]; // the name of the hidden folder
    char repository[PATH_MAX]; // that it lies in
    bool exists, in_repository;
} place;

static live_err look_above(place *place, live_error *error)
{
    char above[PATH_MAX], base[PATH_MAX];

    snprintf(above, sizeof above, "%s", place->directory);
    snprintf(base, sizeof base, "%s", place->directory);
    const char *name = basename(base), *folder = dirname(above);
    if (!realpath(folder, place->above))
        return live_fail_errno(error, errno, "%s", folder);
    if (strlen(name) > NAME_MAX - 16)
        return live_fail(error, LIVE_E_LIMIT, "the name '%.40s…' is too long", name);
    snprintf(place->base, sizeof place->base, "%s", name);
    snprintf(place->hidden, sizeof place->hidden, ".%s.live-new", name);
    snprintf(place->folder, sizeof place->folder, "%s/%s", place->above, name);
    return LIVE_OK;
}

static live_err find_place(const char *directory, place *place, live_error *error)
{
    struct stat about;

    *place = (struct place){ .directory = directory, .hidden = ".live-new" };
    place->exists = stat(directory, &about) == 0;
    if (!place->exists)
        return errno == ENOENT ? look_above(place, error)
                               : live_fail_errno(error, errno, "%.120s", directory);
    if (!S_ISDIR(about.st_mode))
        return live_fail(error, LIVE_E_INVALID, "%s is no folder", directory);
    if (!realpath(directory, place->folder))
        return live_fail_errno(error, errno, "%s", directory);
    memcpy(place->above, place->folder, sizeof place->above);
    return LIVE_OK;
}

static live_err find_repository(place *place, live_error *error)
{
    char git[PATH_MAX + 8];
    struct stat about;

    place->in_repository = repository_find(place->above, place->repository);
    if (place->in_repository)
        return args.commit ? repository_check(place->repository, error) : LIVE_OK;
    snprintf(git, sizeof git, "%s/.git", place->folder);
    return lstat(git, &about)
               ? LIVE_OK
               : live_fail(error, LIVE_E_INVALID, "%s is there and is no git repository", git);
}

// What is written

static live_err make_files(const char *name, scaffold *files, live_error *error)
{
    live_json_text *origin = NULL, *settings = NULL;
    live_err err = scaffold_add_template(files, "agent", "myagent", name, "", error);
    size_t count = files->count;

    if (!err && args.example)
        err = scaffold_get_json(files, "settings.json", &settings, error);
    if (!err && args.example)
        err = module_template_add(MODULE_TEMPLATE, "sample", files, settings, error);
    if (!err && args.example)
        err = scaffold_put_json(files, "settings.json", settings, 0644, error);
    if (!err)
        err = scaffold_origin_new(&origin, error);
    if (!err)
        err = scaffold_origin_add(origin, "agent", name, files->files, count, error);
    if (!err && args.example)
        err = scaffold_origin_add(origin, MODULE_TEMPLATE, "sample", files->files + count,
                                  files->count - count, error);
    if (!err)
        err = scaffold_put_json(files, SCAFFOLD_ORIGIN, origin, 0644, error);
    live_json_text_free(settings);
    live_json_text_free(origin);
    return err;
}

typedef enum standing { FREE, TAKEN, KEPT, BLOCKED } standing;

// What stands where a file would be written.
static standing look_at(const place *place, const scaffold_file *file)
{
    char path[2 * PATH_MAX];
    struct stat about;

    snprintf(path, sizeof path, "%s/%s", place->folder, file->path);
    if (lstat(path, &about))
        return errno == ENOENT ? FREE : BLOCKED;
    if (S_ISDIR(about.st_mode))
        return BLOCKED;
    return file->secret ? KEPT : TAKEN;
}

// Leaves out what is kept. Refuses where something is in the way, naming it.
static live_err check_files(const place *place, scaffold *files, live_error *error)
{
    static const char *const words[] = {
        [FREE] = "write", [TAKEN] = "overwrite", [KEPT] = "keep", [BLOCKED] = "refuse"
    };
    size_t taken = 0, blocked = 0;

    for (size_t i = 0; i < files->count;) {
        const scaffold_file *file = &files->files[i];
        standing standing = look_at(place, file);
        if (standing == BLOCKED || (standing == TAKEN && !args.force))
            fprintf(stderr, "live: %s/%s is there already%s\n", place->directory, file->path,
                    standing == BLOCKED ? ", and no file" : "");
        else if (args.dry_run)
            printf("%s %s/%s\n", words[standing], place->directory, file->path);
        taken += standing == TAKEN;
        blocked += standing == BLOCKED;
        if (standing == KEPT)
            scaffold_remove(files, file);
        else
            i++;
    }
    if (blocked)
        return live_fail(error, LIVE_E_INVALID, "nothing was written");
    if (taken && !args.force)
        return live_fail(error, LIVE_E_INVALID, "nothing was written; --force overwrites %s",
                         taken == 1 ? "that file" : "those files");
    return LIVE_OK;
}

static const char message[] = "Start from the agent template of live " LIVE_VERSION_TEXT "\n";

static live_err write_files(const place *place, const stage *stage, const scaffold *files,
                            repository_report *report, live_error *error)
{
    char folder[PATH_MAX + NAME_MAX + 8];
    live_err err = stage_write(stage, files, error);

    snprintf(folder, sizeof folder, "%s/%s/new", place->above, place->hidden);
    if (!err && !place->in_repository)
        err = repository_make(folder, files, message, report, error);
    if (!err)
        err = place->exists ? stage_place(stage, files, !place->in_repository, error)
                            : stage_place_folder(stage, place->base, error);
    if (!err && place->in_repository && args.commit)
        err = repository_commit(place->repository, place->folder, files, message, report, error);
    return err;
}

static live_err create(place *place, scaffold *files, repository_report *report, live_error *error)
{
    stage stage;
    live_err err = stage_open(place->above, place->hidden, &stage, error);

    if (err)
        return err;
    err = find_repository(place, error); // once it is mended
    if (!err)
        err = check_files(place, files, error);
    if (!err)
        err = write_files(place, &stage, files, report, error);
    stage_close(&stage);
    return err;
}

// What is told

static void tell_git(const place *place, const repository_report *report)
{
    if (place->in_repository && !args.commit) {
        printf("It lies in the git repository %s: nothing was committed (--commit does).\n",
               place->repository);
        return;
    }
    if (!report->committed) {
        fputs("live: git knows no name of yours: the files are staged, not committed. Then:\n"
              "  git config --global user.name 'YOUR NAME'\n"
              "  git config --global user.email 'YOU@YOUR.COMPANY'\n"
              "  git commit\n",
              stderr);
        return;
    }
    puts(place->in_repository ? "It is committed." : "It is a git repository with a first commit.");
    if (report->unsigned_)
        fputs("live: the commit is not signed, though commit.gpgSign is on\n", stderr);
    if (report->hooks)
        fputs("live: the hooks of the repository were not run\n", stderr);
}

// As a shell takes it for one word.
static void print_word(const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+";

    if (!text[strspn(text, plain)]) {
        fputs(text, stdout);
        return;
    }
    putchar('\'');
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
    putchar('\'');
}

static void tell(const place *place, const char *name, const scaffold *files,
                 const repository_report *report)
{
    printf("%s: %zu files of an agent called '%s'.\n", place->directory, files->count, name);
    tell_git(place, report);
    puts("Next:");
    if (!place->exists) {
        fputs("  cd ", stdout);
        print_word(place->directory);
        putchar('\n');
    }
    puts(args.example ? "  cmake --workflow --preset dev    configures, builds, tests\n"
                        "  live simulate                    a platform of your own, in another "
                        "terminal\n"
                        "  live run --enable sample         the agent, with all of the example"
                      : "  live add-module NAME             a module of your own\n"
                        "  cmake --workflow --preset dev    configures, builds, tests\n"
                        "  live run                         the agent");
}

int create_agent_run(void)
{
    const char *directory = args.directory ? args.directory : ".";
    char name[NAME_AGENT_BYTES];
    repository_report report = { 0 };
    live_error error = { 0 };
    scaffold files = { 0 };
    place place;

    if (!args.example && !args.dry_run && ask_possible())
        args.example = ask_yes("Add the module 'sample', a working example? [y/N]");
    live_err err = find_place(directory, &place, &error);
    if (!err) {
        name_of_agent(place.folder, name);
        err = make_files(name, &files, &error);
    }
    if (!err)
        err = args.dry_run ? check_files(&place, &files, &error)
                           : create(&place, &files, &report, &error);
    if (!err && !args.dry_run)
        tell(&place, name, &files, &report);
    scaffold_clear(&files);
    return err ? command_failed(&error) : EXIT_DONE;
}
