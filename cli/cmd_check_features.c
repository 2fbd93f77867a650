// SPDX-License-Identifier: Apache-2.0
// live check-features: whether a platform has what an agent uses, and why not.
#include <live/buf.h>
#include <live/json.h>
#include <stdio.h>
#include <string.h>

#include "agent_answer.h"
#include "command.h"
#include "commands.h"
#include "feature_report.h"
#include "table.h"
#include "terminal.h"

enum { OPT_LIVE_URL = OPT_FIRST, OPT_USERNAME, OPT_PASSWORD_FILE, OPT_REST_INPUT, OPT_JSON };

static struct {
    const char *settings, *url, *username, *password_file, *rest_input;
    bool json;
} args;

static const struct argp_option options[] = {
    { "settings", 's', "FILE", 0, "names the platform and what is used (default: settings.json)",
      0 },
    { "live-url", OPT_LIVE_URL, "URL", 0, "the platform, in place of a settings file", 0 },
    { "username", OPT_USERNAME, "NAME", 0, "with --live-url: who to ask as", 0 },
    { "password-file", OPT_PASSWORD_FILE, "FILE", 0,
      "with --live-url: a file with the password in its first line", 0 },
    { "rest-input", OPT_REST_INPUT, "PATH", 0, "with --live-url: the REST input to look for", 0 },
    { "json", OPT_JSON, NULL, 0, "print JSON instead of tables", 0 },
    { 0 },
};

static void check_words(const struct argp_state *state)
{
    const char *of_url = args.username        ? "username"
                         : args.password_file ? "password-file"
                         : args.rest_input    ? "rest-input"
                                              : NULL;

    if (args.url && args.settings)
        command_usage(state, "--live-url takes the place of --settings");
    if (!args.url && of_url)
        command_usage(state, "--%s goes with --live-url", of_url);
    if (args.url && (!args.username || !args.password_file))
        command_usage(state, "--live-url needs --%s", args.username ? "password-file" : "username");
    if (!args.url && !args.settings)
        args.settings = "settings.json";
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 's': args.settings = value; return 0;
    case OPT_LIVE_URL: args.url = value; return 0;
    case OPT_USERNAME: args.username = value; return 0;
    case OPT_PASSWORD_FILE: args.password_file = value; return 0;
    case OPT_REST_INPUT: args.rest_input = value; return 0;
    case OPT_JSON: args.json = true; return 0;
    case ARGP_KEY_END: check_words(state); return 0;
    default: return command_no_argument(key, value, state);
    }
}

const struct argp check_features_argp = {
    .options = options,
    .parser = parse,
    .doc = "Checks each feature of the platform, and each module and process of a settings file: "
           "AVAILABLE or UNAVAILABLE, and why.\v"
           "The platform is that of the settings file, or of --live-url. Exit codes: 0 everything "
           "is available that the settings use (their input, every module, every process that is "
           "enabled; with --live-url: every feature), 1 something is not, or the platform cannot "
           "be asked, 2 usage or settings refused."
};

// Settings made of the words, with the password by reference as a settings file has it.
static cJSON *make_settings(void)
{
    cJSON *settings = cJSON_CreateObject(), *live = cJSON_AddObjectToObject(settings, "live");

    cJSON_AddStringToObject(live, "url", args.url);
    cJSON_AddStringToObject(live, "username", args.username);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(live, "password"), "file", args.password_file);
    if (args.rest_input)
        cJSON_AddStringToObject(live, "rest_input", args.rest_input);
    return settings;
}

static live_err open_all(session *session, cJSON **ret_inventory, live_error *error)
{
    if (args.url)
        return session_open_settings(make_settings(), "--live-url", session, error);
    live_err err = session_open(args.settings, session, error);
    return err ? err
               : agent_answer((const char *const[]){ "--inventory", args.settings, NULL },
                              ret_inventory, error);
}

// Text

static void add_row(cJSON *rows, const cJSON *entry)
{
    cJSON *row = cJSON_CreateArray();
    live_buf *why = live_buf_new();
    const cJSON *sentence;

    cJSON_ArrayForEach (sentence, live_json_get(entry, "missing"))
        live_buf_add_format(why, "%s%s", live_buf_length(why) ? "; " : "",
                            cJSON_GetStringValue(sentence));
    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_str(entry, "name", "")));
    cJSON_AddItemToArray(row, cJSON_CreateString(live_json_bool(entry, "available", false)
                                                     ? "AVAILABLE"
                                                     : "UNAVAILABLE"));
    if (live_json_get(entry, "enabled"))
        cJSON_AddItemToArray(
            row, cJSON_CreateString(live_json_bool(entry, "enabled", false) ? "yes" : "no"));
    cJSON_AddItemToArray(row, cJSON_CreateString(live_buf_data(why)));
    cJSON_AddItemToArray(rows, row);
    live_buf_free(why);
}

static void print_part(const cJSON *report, const char *key, const char *const *titles)
{
    const cJSON *list = live_json_get(report, key), *entry;
    cJSON *rows = cJSON_CreateArray();

    cJSON_ArrayForEach (entry, list)
        add_row(rows, entry);
    if (rows->child) {
        table_print(stdout, titles, rows);
        putchar('\n');
    }
    cJSON_Delete(rows);
}

static void print_report(const cJSON *report)
{
    static const char *const features[] = { "FEATURE", "STATUS", "WHY", NULL };
    static const char *const modules[] = { "MODULE", "STATUS", "WHY", NULL };
    static const char *const processes[] = { "PROCESS", "STATUS", "ENABLED", "WHY", NULL };
    bool available = live_json_bool(report, "available", false);

    print_part(report, "features", features);
    print_part(report, "modules", modules);
    print_part(report, "processes", processes);
    if (args.url)
        puts(available ? "every feature is available" : "not every feature is available");
    else
        puts(available ? "everything that the settings use is available"
                       : "not everything that the settings use is available");
}

static int print_json(const cJSON *report)
{
    int code = command_print(report);

    if (code != EXIT_DONE)
        return code;
    return live_json_bool(report, "available", false) ? EXIT_DONE : EXIT_FAILED;
}

// Nothing is known of the platform, which is not the same as something that it lacks.
static int print_unasked(const live_error *why)
{
    fputs("live check-features: the platform cannot be asked: ", stderr);
    terminal_write(stderr, why->text);
    fputc('\n', stderr);
    if (args.json) {
        cJSON *report = cJSON_CreateObject();
        cJSON_AddFalseToObject(report, "asked");
        cJSON_AddStringToObject(report, "why", why->text);
        print_json(report);
        cJSON_Delete(report);
    }
    return EXIT_FAILED;
}

int check_features_run(void)
{
    live_error error = { 0 };
    session session = { 0 };
    cJSON *inventory = NULL, *report = NULL;
    int code = EXIT_USAGE;

    if (open_all(&session, &inventory, &error)) {
        command_failed(&error);
    } else if (feature_report(&session, inventory, &report, &error)) {
        code = print_unasked(&error);
    } else if (args.json) {
        code = print_json(report);
    } else {
        print_report(report);
        code = live_json_bool(report, "available", false) ? EXIT_DONE : EXIT_FAILED;
    }
    cJSON_Delete(report);
    cJSON_Delete(inventory);
    session_close(&session);
    return code;
}
