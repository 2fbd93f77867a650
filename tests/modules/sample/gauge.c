// SPDX-License-Identifier: Apache-2.0
// A module with a monitor, a bot of its own and two adapters.
#include <agent/bot.h>
#include <agent/module.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// The monitor: says when a level is above a limit.

struct alarm {
    double limit;
    const char *event_type;
    agent_map mnemonics;
};

static const agent_setting alarm_settings[] = {
    AGENT_REAL(struct alarm, limit, "10", "Level that is said."),
    AGENT_STRING(struct alarm, event_type, "", "The asset's events; without it all gauges."),
    AGENT_MAP(struct alarm, mnemonics, "Curves by role."),
    { 0 },
};

static live_err watch_level(agent_run *run, agent_watch *watch, live_error *error)
{
    const struct alarm *config = agent_config(run);

    if (*config->event_type)
        return agent_watch_curves(watch, config->event_type, &config->mnemonics, error);
    live_err err = agent_watch_span(watch, "last minute", error);
    return err ? err : agent_watch_expr(watch, error, "gauge => level");
}

static live_err say_level(agent_run *run, const cJSON *row, live_error *error)
{
    const struct alarm *config = agent_config(run);
    double level = live_json_real(row, "level", 0);

    if (level == 13)
        return live_fail(error, LIVE_E_INVALID, "13 is no level");
    return level > config->limit ? agent_say(run, error, "the level is %g", level) : LIVE_OK;
}

// The bot: whatever is said goes to the adapter that the row names.

struct bot {
    agent_adapters logic_adapters;
};

static const agent_setting bot_settings[] = {
    AGENT_ADAPTERS(struct bot, logic_adapters, "Its skills."),
    { 0 },
};

static const agent_process processes[] = {
    { .name = "gauge_alarm",
      .summary = "Says when a level is high",
      .settings = alarm_settings,
      .config_size = sizeof(struct alarm),
      .watch = watch_level,
      .row = say_level },
    { .name = "gauge_bot",
      .summary = "A bot",
      .settings = bot_settings,
      .config_size = sizeof(struct bot) },
    { 0 },
};

// The adapters.

struct level {
    int64_t minutes;
};

static const agent_setting level_settings[] = {
    AGENT_INT(struct level, minutes, "5", "How far back to look."),
    { 0 },
};

static live_err answer_level(agent_chat *chat, const char *text, live_error *error)
{
    const struct level *config = agent_chat_config(chat);
    live_query_options options = LIVE_QUERY_OPTIONS_INIT;
    cJSON *rows = NULL;

    if (agent_find_word(text, "rest"))
        return agent_chat_get(chat, "/rest/me", &rows, error) ? error->code : LIVE_OK;
    options.span = agent_chat_format(chat, "last %" PRId64 " minutes", config->minutes);
    live_err err =
        agent_chat_query(chat, "gauge => max(level) as level at the end", &options, &rows, error);
    if (err)
        return err;
    agent_reply(chat, "at most %g", live_json_real(cJSON_GetArrayItem(rows, 0), "level", 0));
    cJSON_Delete(rows);
    return LIVE_OK;
}

static double score_echo(agent_chat *chat, const char *text)
{
    (void)chat;
    return strncmp(text, "echo ", 5) == 0 ? 2 : -1;
}

// Remembers what it was told last, and says what it was told before; "flood" says more than fits.
static live_err answer_echo(agent_chat *chat, const char *text, live_error *error)
{
    const cJSON *before = agent_chat_recall(chat, "said");

    (void)error;
    for (int i = 0; strcmp(text, "flood") == 0 && i < 70000; i++)
        agent_reply(chat, "x");
    agent_reply(chat, "%s", before ? before->valuestring : "nothing");
    agent_chat_remember(chat, "said", cJSON_CreateString(text));
    return LIVE_OK;
}

static const agent_adapter adapters[] = {
    { .name = "level",
      .summary = "Tells the level",
      .usage = "how high is it?",
      .settings = level_settings,
      .config_size = sizeof(struct level),
      .answer = answer_level },
    { .name = "echo", .summary = "Repeats", .score = score_echo, .answer = answer_echo },
    { 0 },
};

static const live_need needs[] = {
    { LIVE_NEED_PLUGIN, "plugin-messenger", ">=2.24.0" },
    { LIVE_NEED_PERMISSION, "CONSOLE", NULL },
    { LIVE_NEED_NONE, NULL, NULL },
};

AGENT_MODULE(.name = "gauge", .version = "1.0.0", .needs = needs, .processes = processes,
             .adapters = adapters);
