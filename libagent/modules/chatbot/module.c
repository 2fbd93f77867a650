// SPDX-License-Identifier: Apache-2.0
// Module: a bot in the messenger's rooms, and its skills.
#include <agent/module.h>

#include "adapters/adapters.h"
#include "bot.h"

static const agent_setting settings[] = {
    AGENT_STRING(bot_config, alias, "Intelie", "The name that the bot answers to.",
                 .pattern = "^\\S(.*\\S)?$"),
    AGENT_ADAPTERS(bot_config, logic_adapters, "What it can do, the first before the later ones."),
    AGENT_REAL(bot_config, minimum_confidence, "0.6", "How sure an adapter must be to answer.",
               .least = "0.1", .most = "1"),
    AGENT_STRING(bot_config, default_response, "",
                 "What it says to what it does not understand; without it, what it can do."),
    AGENT_DURATION(bot_config, room_idle_ms, "30m",
                   "After so long without a question a room leaves the memory; it is kept on disk.",
                   .least = "1s"),
    AGENT_UNUSED("monitors", "Not used yet; files of the Python agent carry it."),
    { 0 },
};

static const agent_process processes[] = {
    { .name = "chatterbot",
      .summary = "A bot that answers in the messenger's rooms",
      .settings = settings,
      .config_size = sizeof(bot_config),
      .state_size = sizeof(bot),
      .start = bot_start,
      .watch = bot_watch,
      .row = bot_row,
      .stop = bot_stop },
    { 0 },
};

static const agent_setting state_debug_settings[] = {
    AGENT_STRING(state_debug_config, phrase, "",
                 "Whoever says this to the bot is shown what the room remembers; \"\": nobody."),
    { 0 },
};

static const agent_adapter adapters[] = {
    { .name = "help",
      .summary = "Tells what I can do",
      .usage = "help",
      .examples = help_examples,
      .answer = help_answer },
    { .name = "asset_list",
      .summary = "Lists the assets",
      .usage = "list the assets",
      .examples = asset_list_examples,
      .answer = asset_list_answer },
    { .name = "asset_select",
      .summary = "Selects the asset that this room talks about",
      .usage = "select RIG-1",
      .examples = asset_select_examples,
      .answer = asset_select_answer },
    { .name = "current_value",
      .summary = "Tells the latest value of a curve of the selected asset",
      .usage = "what is the current value of SPP?",
      .examples = current_value_examples,
      .answer = current_value_answer },
    { .name = "analysis",
      .summary = "Has a curve of the selected asset analysed, and annotates the result",
      .usage = "analyse the last hour of SPP",
      .examples = analysis_examples,
      .answer = analysis_answer },
    { .name = "variables",
      .summary = "Keeps values under names",
      .usage = "set NAME = VALUE",
      .score = variables_score,
      .answer = variables_answer },
    { .name = "state_debug",
      .summary = "Shows what the room remembers",
      .settings = state_debug_settings,
      .config_size = sizeof(state_debug_config),
      .score = state_debug_score,
      .answer = state_debug_answer },
    { 0 },
};

static const live_need needs[] = {
    { LIVE_NEED_PLUGIN, "plugin-messenger", ">=2.24.0" },
    { LIVE_NEED_PLUGIN, "plugin-liverig", ">=2.17.0" },
    { LIVE_NEED_PERMISSION, "CONSOLE", NULL },
    { LIVE_NEED_PERMISSION, "ASSETS", NULL },
    { 0 },
};

AGENT_MODULE(.name = "chatbot", .version = "1.0.0", .needs = needs, .processes = processes,
             .adapters = adapters);
