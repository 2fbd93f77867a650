// SPDX-License-Identifier: Apache-2.0
// Logic adapter: values that people keep under a name: `set NAME = VALUE`, `get NAME`.
#include <live/json.h>
#include <string.h>
#include <strings.h>

#include "adapters/adapters.h"

enum { MAX_VARIABLES = 100, MAX_NAME_BYTES = 64, MAX_VALUE_BYTES = 1024 };

static const char key[] = "variables";

// `set NAME = VALUE` or `get NAME`. Without a value it gets.
typedef struct form {
    char name[MAX_NAME_BYTES + 1];
    const char *value;
} form;

static bool begins_with(const char *text, const char *word, const char **ret_rest)
{
    size_t length = strlen(word);

    if (strncasecmp(text, word, length) != 0 || text[length] != ' ')
        return false;
    *ret_rest = text + length + strspn(text + length, " ");
    return true;
}

// A name has no blank, quote, '=', '?' or '!' in it.
static bool read_name(const char **cursor, char name[MAX_NAME_BYTES + 1])
{
    size_t length = strcspn(*cursor, " =?!\"'");

    if (length == 0 || length > MAX_NAME_BYTES)
        return false;
    memcpy(name, *cursor, length);
    name[length] = '\0';
    *cursor += length;
    *cursor += strspn(*cursor, " ");
    return true;
}

static bool read_form(const char *text, form *ret_form)
{
    const char *rest = text;

    ret_form->value = NULL;
    if (begins_with(text, "get", &rest)) {
        if (!read_name(&rest, ret_form->name))
            return false;
        rest += strspn(rest, "?.! ");
        return !*rest;
    }
    if (!begins_with(text, "set", &rest) || !read_name(&rest, ret_form->name) || *rest != '=')
        return false;
    ret_form->value = rest + 1 + strspn(rest + 1, " ");
    return true;
}

static bool is_known(const agent_chat *chat, const char *name)
{
    return live_json_get(agent_chat_recall(chat, key), name) != NULL;
}

// A name that was never set may as well be a request for something else: another adapter that is surer has it.
double variables_score(agent_chat *chat, const char *text)
{
    form form;
    bool read = read_form(text, &form);

    if (read)
        return form.value || is_known(chat, form.name) ? 1 : 0.7;
    const char *rest;
    return begins_with(text, "set", &rest) && strchr(rest, '=') ? 0.7 : 0;
}

static live_err set(agent_chat *chat, const form *form)
{
    cJSON *variables = cJSON_Duplicate(agent_chat_recall(chat, key), true);

    if (!cJSON_IsObject(variables)) {
        cJSON_Delete(variables);
        variables = cJSON_CreateObject();
    }
    cJSON_DeleteItemFromObjectCaseSensitive(variables, form->name);
    if (cJSON_GetArraySize(variables) >= MAX_VARIABLES) {
        cJSON_Delete(variables);
        return agent_reply(chat, "I keep at most %d variables in a room.", MAX_VARIABLES);
    }
    cJSON_AddStringToObject(variables, form->name, form->value);
    agent_chat_remember(chat, key, variables);
    return agent_reply(chat, "%s = %s", form->name, form->value);
}

static live_err get(agent_chat *chat, const form *form)
{
    const char *value = live_json_str(agent_chat_recall(chat, key), form->name, NULL);

    if (!value)
        return agent_reply(chat, "%s is not set here. Set it with: *%s, set %s = VALUE*",
                           form->name, agent_chat_alias(chat), form->name);
    return agent_reply(chat, "%s = %s", form->name, value);
}

live_err variables_answer(agent_chat *chat, const char *text, live_error *error)
{
    form form;

    (void)error;
    if (!read_form(text, &form))
        return agent_reply(chat,
                           "A name has no blanks and at most %d letters: *%s, set NAME = VALUE*",
                           MAX_NAME_BYTES, agent_chat_alias(chat));
    if (!form.value)
        return get(chat, &form);
    if (!*form.value)
        return agent_reply(chat, "Which value has %s? *%s, set %s = VALUE*", form.name,
                           agent_chat_alias(chat), form.name);
    if (strlen(form.value) > MAX_VALUE_BYTES)
        return agent_reply(chat, "That is too long: a value has at most %d bytes.",
                           MAX_VALUE_BYTES);
    return set(chat, &form);
}
