// SPDX-License-Identifier: Apache-2.0
// Git, by libgit2.
#include "repository.h"

#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static live_err failed(live_error *error, const char *what)
{
    const git_error *why = git_error_last();

    return live_fail(error, LIVE_E_SYSTEM, "git: %s: %s", what, why ? why->message : "failed");
}

// Identity

// What the environment says, as it does for git; else the configuration.
static char *identity(const git_config *config, const char *variable, const char *key)
{
    const char *value = getenv(variable);
    git_buf found = { 0 };
    char *text = NULL;

    if (value && *value)
        text = strdup(value);
    else if (git_config_get_string_buf(&found, config, key) == 0 && found.size > 0)
        text = strdup(found.ptr);
    git_buf_dispose(&found);
    return text;
}

static git_signature *signature_of(const git_config *config, const char *name_variable,
                                   const char *email_variable)
{
    git_signature *signature = NULL;
    char *name = identity(config, name_variable, "user.name");
    char *email = identity(config, email_variable, "user.email");

    if (name && email && git_signature_now(&signature, name, email))
        signature = NULL;
    free(name);
    free(email);
    return signature;
}

// Committing

static git_commit *head_of(git_repository *repository)
{
    git_commit *commit = NULL;
    git_oid id;

    if (git_reference_name_to_id(&id, repository, "HEAD") ||
        git_commit_lookup(&commit, repository, &id))
        return NULL;
    return commit;
}

// The tree of the last commit with the files of the index that are named.
static int write_tree(git_repository *repository, git_index *index, git_commit *head,
                      const scaffold *files, const char *prefix, git_oid *ret_tree)
{
    char path[PATH_MAX];
    git_index *own = NULL;
    git_tree *tree = NULL;
    int failed = git_index_new(&own);

    if (!failed && head)
        failed = git_commit_tree(&tree, head) || git_index_read_tree(own, tree);
    for (size_t i = 0; !failed && i < files->count; i++) {
        if (files->files[i].secret)
            continue;
        snprintf(path, sizeof path, "%s%s", prefix, files->files[i].path);
        const git_index_entry *entry = git_index_get_bypath(index, path, 0);
        failed = !entry || git_index_add(own, entry);
    }
    if (!failed)
        failed = git_index_write_tree_to(ret_tree, own, repository);
    git_tree_free(tree);
    git_index_free(own);
    return failed;
}

static int add_files(git_index *index, const scaffold *files, const char *prefix)
{
    char path[PATH_MAX];
    int failed = 0;

    for (size_t i = 0; !failed && i < files->count; i++) {
        snprintf(path, sizeof path, "%s%s", prefix, files->files[i].path);
        if (!files->files[i].secret)
            failed = git_index_add_bypath(index, path);
    }
    return failed ? failed : git_index_write(index);
}

static bool has_hooks(git_repository *repository)
{
    static const char *const names[] = { "pre-commit", "prepare-commit-msg", "commit-msg",
                                         "post-commit" };
    git_buf folder = { 0 };
    char path[PATH_MAX];
    bool found = false;

    if (git_repository_item_path(&folder, repository, GIT_REPOSITORY_ITEM_HOOKS) == 0)
        for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++) {
            snprintf(path, sizeof path, "%s/%s", folder.ptr, names[i]);
            found = access(path, X_OK) == 0;
        }
    git_buf_dispose(&folder);
    return found;
}

typedef struct commit {
    git_repository *repository;
    git_config *config;
    git_index *index;
    git_commit *head; // NULL: there is none yet
    git_signature *author, *committer;
} commit;

static void clear(commit *commit)
{
    git_signature_free(commit->committer);
    git_signature_free(commit->author);
    git_commit_free(commit->head);
    git_index_free(commit->index);
    git_config_free(commit->config);
}

static int create(const commit *own, const git_oid *tree_id, const char *message)
{
    const git_commit *parents[] = { own->head };
    git_tree *tree = NULL;
    git_oid id;
    int failed = git_tree_lookup(&tree, own->repository, tree_id);

    if (!failed)
        failed = git_commit_create(&id, own->repository, "HEAD", own->author, own->committer, NULL,
                                   message, tree, own->head ? 1 : 0, parents);
    git_tree_free(tree);
    return failed;
}

// Stages the files; with an identity, commits them.
static live_err commit_files(git_repository *repository, const char *prefix, const scaffold *files,
                             const char *message, repository_report *ret_report, live_error *error)
{
    commit own = { .repository = repository };
    int is_signed = 0;
    git_oid tree;
    live_err err = LIVE_OK;

    if (git_repository_config_snapshot(&own.config, repository) ||
        git_repository_index(&own.index, repository) || add_files(own.index, files, prefix))
        err = failed(error, "adding the files");
    if (!err) {
        own.head = head_of(repository);
        own.author = signature_of(own.config, "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL");
        own.committer = signature_of(own.config, "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL");
        ret_report->hooks = has_hooks(repository);
        git_config_get_bool(&is_signed, own.config, "commit.gpgSign");
        ret_report->unsigned_ = is_signed;
        ret_report->committed = own.author && own.committer;
    }
    if (!err && ret_report->committed &&
        (write_tree(repository, own.index, own.head, files, prefix, &tree) ||
         create(&own, &tree, message)))
        err = failed(error, "committing");
    clear(&own);
    return err;
}

// Repositories

bool repository_find(const char *folder, char ret_path[PATH_MAX])
{
    git_buf path = { 0 };

    git_libgit2_init();
    bool found = git_repository_discover(&path, folder, 0, NULL) == 0;
    if (found)
        snprintf(ret_path, PATH_MAX, "%s", path.ptr);
    git_buf_dispose(&path);
    git_libgit2_shutdown();
    return found;
}

// A template folder that is configured and not there is no reason to make no repository; git says so, too.
static bool template_is_there(git_config *config)
{
    git_buf path = { 0 };
    bool there = git_config_get_path(&path, config, "init.templateDir") != 0 ||
                 access(path.ptr, R_OK | X_OK) == 0;

    git_buf_dispose(&path);
    return there;
}

static int init(const char *folder, git_repository **ret_repository)
{
    git_repository_init_options options = { .version = GIT_REPOSITORY_INIT_OPTIONS_VERSION };
    git_buf branch = { 0 };
    git_config *config = NULL;
    int failed = git_config_open_default(&config);

    if (failed)
        return failed;
    options.flags = GIT_REPOSITORY_INIT_NO_REINIT;
    if (template_is_there(config))
        options.flags |= GIT_REPOSITORY_INIT_EXTERNAL_TEMPLATE;
    if (git_config_get_string_buf(&branch, config, "init.defaultBranch") || branch.size == 0)
        options.initial_head = "main";
    failed = git_repository_init_ext(ret_repository, folder, &options);
    git_buf_dispose(&branch);
    git_config_free(config);
    return failed;
}

live_err repository_make(const char *folder, const scaffold *files, const char *message,
                         repository_report *ret_report, live_error *error)
{
    git_repository *repository = NULL;

    git_libgit2_init();
    live_err err = init(folder, &repository)
                       ? failed(error, "making a repository")
                       : commit_files(repository, "", files, message, ret_report, error);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return err;
}

// libgit2 1.5 answers "no such configuration" where a repository is somebody else's.
static live_err open_repository(const char *path, git_repository **ret_repository,
                                live_error *error)
{
    int code = git_repository_open(ret_repository, path);

    if (code == GIT_EOWNER || code == GIT_ENOTFOUND)
        return live_fail(error, LIVE_E_SYSTEM,
                         "the repository %s belongs to somebody else: 'git config --global --add "
                         "safe.directory FOLDER' trusts it",
                         path);
    if (code)
        return failed(error, path);
    if (git_repository_is_bare(*ret_repository))
        return live_fail(error, LIVE_E_INVALID, "the repository %s is bare", path);
    if (git_repository_state(*ret_repository) != GIT_REPOSITORY_STATE_NONE)
        return live_fail(error, LIVE_E_INVALID,
                         "in the repository %s a merge, rebase or the like is under way", path);
    return LIVE_OK;
}

live_err repository_check(const char *path, live_error *error)
{
    git_repository *repository = NULL;

    git_libgit2_init();
    live_err err = open_repository(path, &repository, error);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return err;
}

// The folder as seen from the top of the repository: "" or "below/it/".
static live_err make_prefix(git_repository *repository, const char *folder, char prefix[PATH_MAX],
                            live_error *error)
{
    char real[PATH_MAX], top[PATH_MAX];
    size_t length = 0;

    if (!realpath(folder, real) || !realpath(git_repository_workdir(repository), top))
        return live_fail(error, LIVE_E_SYSTEM, "%s: no such folder", folder);
    length = strlen(top);
    if (strncmp(real, top, length) != 0 || (real[length] && real[length] != '/'))
        return live_fail(error, LIVE_E_INVALID, "%s is not in the work tree %s", real, top);
    snprintf(prefix, PATH_MAX, "%s%s", real[length] ? real + length + 1 : "",
             real[length] ? "/" : "");
    return LIVE_OK;
}

live_err repository_commit(const char *path, const char *folder, const scaffold *files,
                           const char *message, repository_report *ret_report, live_error *error)
{
    git_repository *repository = NULL;
    char prefix[PATH_MAX];

    git_libgit2_init();
    live_err err = open_repository(path, &repository, error);
    if (!err)
        err = make_prefix(repository, folder, prefix, error);
    if (!err)
        err = commit_files(repository, prefix, files, message, ret_report, error);
    git_repository_free(repository);
    git_libgit2_shutdown();
    return err;
}
