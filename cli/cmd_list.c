// SPDX-License-Identifier: Apache-2.0
// live list: what the platform has, as tables.
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "listing.h"
#include "session.h"
#include "table.h"
#include "terminal.h"

enum { OPT_JSON = OPT_FIRST, OPT_ASSET };

static struct {
    const char *settings, *asset;
    const listing *what;
    char **words;
    int word_count;
    bool json;
} args = { .settings = "settings.json" };

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform (default: settings.json)", 0 },
    { "asset", OPT_ASSET, "TYPE/ID", 0, "the curves of this asset, such as rig/1", 0 },
    { "json", OPT_JSON, NULL, 0, "print JSON, with every member the platform gave", 0 },
    { 0 },
};

static void take_words(const struct argp_state *state)
{
    const char *name = state->argv[state->next];

    args.what = listing_find(name);
    if (!args.what)
        command_usage(state, "'%s' is nothing that can be listed", name);
    args.words = state->argv + state->next + 1;
    args.word_count = state->argc - state->next - 1;
    if (args.asset && strcmp(name, "curves") != 0)
        command_usage(state, "--asset: only curves are listed by asset, not %s", name);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case OPT_JSON: args.json = true; return 0;
    case OPT_ASSET: args.asset = value; return 0;
    case ARGP_KEY_ARGS: take_words(state); return 0;
    case ARGP_KEY_NO_ARGS:
        command_usage(state, "list what? rooms, users, assets, curves, dashboards, plugins or me");
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp list_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "rooms|users|assets|curves|dashboards|plugins|me [NAME…]",
    .doc =
        "Lists what the platform has: all of it, or what has one of the names or ids given.\v"
        "Users are those of the rooms that we see; assets are rigs, crews and pumps; 'me' is the "
        "user of the credentials, with teams and permissions. A name that nothing has is an "
        "error: exit code 1."
};

static bool names(const cJSON *entry, const char *word)
{
    char id[LISTING_ID_BYTES];

    return strcmp(live_json_str(entry, args.what->name_key, ""), word) == 0 ||
           strcmp(listing_id(args.what, entry, id), word) == 0;
}

static bool is_wanted(const cJSON *entry)
{
    for (int i = 0; i < args.word_count; i++)
        if (names(entry, args.words[i]))
            return true;
    return args.word_count == 0;
}

// Leaves what the words name; LIVE_E_NOTFOUND names the first word that names nothing.
static live_err select_entries(cJSON *entries, live_error *error)
{
    const cJSON *entry;

    for (int i = 0; i < args.word_count; i++) {
        bool any = false;
        cJSON_ArrayForEach (entry, entries)
            any = any || names(entry, args.words[i]);
        if (!any)
            return live_fail(error, LIVE_E_NOTFOUND, "no %s '%s'", args.what->noun, args.words[i]);
    }
    for (cJSON *one = entries->child, *next; one; one = next) {
        next = one->next;
        if (!is_wanted(one))
            cJSON_Delete(cJSON_DetachItemViaPointer(entries, one));
    }
    return LIVE_OK;
}

static live_err print(const cJSON *entries, live_error *error)
{
    const cJSON *entry;

    if (args.json) // 'me' is one, not a list
        return live_json_write(args.what->single ? entries->child : entries, stdout, error);
    cJSON *rows = cJSON_CreateArray();
    cJSON_ArrayForEach (entry, entries)
        cJSON_AddItemToArray(rows, args.what->cells(args.what, entry));
    table_print(stdout, args.what->titles, rows);
    cJSON_Delete(rows);
    return LIVE_OK;
}

int list_run(void)
{
    live_error error = { 0 };
    session session = { 0 };
    cJSON *entries = NULL;
    bool whole = true;

    if (session_open(args.settings, &session, &error)) {
        command_failed(&error);
        return EXIT_USAGE;
    }
    live_err err = args.asset ? listing_asset_curves(session.client, args.asset, &entries, &error)
                              : args.what->collect(session.client, &entries, &whole, &error);
    if (!err)
        err = select_entries(entries, &error);
    if (!err)
        err = print(entries, &error);
    cJSON_Delete(entries);
    session_close(&session);
    if (err)
        return command_failed(&error);
    return whole ? EXIT_DONE : EXIT_FAILED;
}
