// SPDX-License-Identifier: Apache-2.0
// live add: a process in the settings file.
#include <live/json.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "agent_words.h"
#include "command.h"
#include "commands.h"
#include "edit.h"

enum { OPT_ENABLE = OPT_FIRST };

static agent_words words = AGENT_WORDS_INIT;
static const char *type;
static bool enabled;

static const struct argp_option options[] = {
    AGENT_WORDS_OPTION,
    { "type", 't', "TYPE", 0, "which kind of process, one of an enabled module", 0 },
    { "enable", OPT_ENABLE, NULL, 0, "and enable it", 0 },
    { 0 },
};

// The key of KEY=VALUE; one may begin with '='.
static size_t key_length(const char *word)
{
    const char *sign = strchr(word + (*word == '='), '=');

    return sign ? (size_t)(sign - word) : 0;
}

static bool is_given(const char *word)
{
    static const char *const by_options[] = { "type=", "enabled=" };
    const size_t length = key_length(word);

    for (size_t i = 0; i < sizeof by_options / sizeof *by_options; i++)
        if (strncmp(word, by_options[i], length + 1) == 0)
            return true;
    for (size_t i = 1; i < words.count; i++)
        if (strncmp(word, words.names[i], length + 1) == 0)
            return true;
    return false;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    switch (key) {
    case 't': type = value; return 0;
    case OPT_ENABLE: enabled = true; return 0;
    case ARGP_KEY_NO_ARGS: command_usage(state, "which process?");
    case ARGP_KEY_ARG:
        if (words.count > 0 && key_length(value) == 0)
            command_usage(state, "'%s' is no KEY=VALUE", value);
        if (words.count > 0 && is_given(value))
            command_usage(state, "'%.*s' is given twice", (int)key_length(value), value);
        return agent_words_parse(&words, key, value, state);
    case ARGP_KEY_END:
        if (!type)
            command_usage(state, "of which type? '--type' says it");
        return 0;
    default: return agent_words_parse(&words, key, value, state);
    }
}

const struct argp add_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "NAME [KEY=VALUE…]",
    .doc = "Adds a process to the settings file, and changes nothing else in it.\v"
           "VALUE is JSON (true, 5, \"5\", {…}), or else a text. An agent that runs takes it up at "
           "once."
};

static void add_setting(cJSON *settings, const char *word)
{
    const char *value = word + key_length(word) + 1;
    char *key = strndup(word, key_length(word));
    cJSON *json = NULL;

    if (live_json_parse(value, strlen(value), &json, NULL))
        json = cJSON_CreateString(value);
    cJSON_AddItemToObject(settings, key ? key : "", json);
    free(key);
}

int add_run(void)
{
    cJSON *settings = cJSON_CreateObject();
    live_error error = { 0 };
    char *text = NULL;

    cJSON_AddStringToObject(settings, "type", type);
    cJSON_AddBoolToObject(settings, "enabled", enabled);
    for (size_t i = 1; i < words.count; i++)
        add_setting(settings, words.names[i]);
    live_err err = live_json_print(settings, &text, &error);
    cJSON_Delete(settings);
    if (err)
        return command_failed(&error);
    const char *const edit[] = { words.names[0], text, NULL };
    int code = edit_settings(words.settings, "add", edit);
    live_free(text);
    return code;
}
