// SPDX-License-Identifier: Apache-2.0
#include "settings/python.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"

static void names_of_modules_are_mapped(void **unused)
{
    const char *given = "host";

    (void)unused;
    assert_string_equal(ag_python_module("live_agent.modules.chatbot"), "chatbot");
    assert_string_equal(ag_python_module("modules.mud_pumps"), "mud_pumps");
    assert_ptr_equal(ag_python_module(given), given);
}

static const struct {
    const char *given, *name;
    bool is_class;
} adapters[] = {
    { "pumps.stroke_count", "pumps.stroke_count", false },
    { "modules.pumps.stroke_count", "pumps.stroke_count", false },
    { "modules.pumps.strokes.StrokeCountAdapter", "pumps.stroke_count", true },
    { "live_agent.modules.pumps.a.b.StrokeCount", "pumps.stroke_count", true },
    { "pumps.strokes.StrokeCountAdapter", "pumps.stroke_count", true },
    { "modules.pumps.StrokeCountAdapter", "pumps.StrokeCountAdapter", false },
    { "modules.other.strokes.StrokeCountAdapter", "other.stroke_count", true },
    { "modules.pumps.strokes.StrokeAdapter", "pumps.stroke", true },
    { "live_agent.modules.chatbot.logic_adapters.StateDebugAdapter", "chatbot.state_debug", true },
    { "live_agent.modules.chatbot.logic_adapters.BotFeaturesAdapter", "chatbot.help", true },
    { "chatterbot.logic.BestMatch", "chatbot.best_match", true },
    { "BestMatch", "BestMatch", false },
};

enum { ADAPTERS = sizeof adapters / sizeof *adapters };

static void names_of_adapters_are_mapped(void **unused)
{
    char name[AG_ADAPTER_NAME_BYTES];

    (void)unused;
    for (size_t i = 0; i < ADAPTERS; i++) {
        assert_int_equal(ag_python_adapter(adapters[i].given, name), adapters[i].is_class);
        assert_string_equal(name, adapters[i].name);
    }
}

// Whether the class is one of those that are told of an adapter.
static bool is_told(const char *class_name, const char *module, const char *adapter)
{
    char pattern[AG_IMPORT_PATH_BYTES];
    regex_t expression;

    ag_python_import_path(module, adapter, pattern);
    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool told = regexec(&expression, class_name, 0, NULL, 0) == 0;
    regfree(&expression);
    return told;
}

static void the_classes_that_are_told_of_an_adapter_are_those_that_are_mapped_to_it(void **unused)
{
    static const char *const known[][2] = { { "pumps", "stroke_count" },
                                            { "pumps", "stroke" },
                                            { "chatbot", "state_debug" },
                                            { "chatbot", "help" },
                                            { "chatbot", "best_match" } };
    char name[AG_ADAPTER_NAME_BYTES];

    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        snprintf(name, sizeof name, "%s.%s", known[i][0], known[i][1]);
        for (size_t j = 0; j < ADAPTERS; j++)
            assert_int_equal(is_told(adapters[j].given, known[i][0], known[i][1]),
                             adapters[j].is_class && strcmp(adapters[j].name, name) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_modules_are_mapped),
        cmocka_unit_test(names_of_adapters_are_mapped),
        cmocka_unit_test(the_classes_that_are_told_of_an_adapter_are_those_that_are_mapped_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
