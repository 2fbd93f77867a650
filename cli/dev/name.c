// SPDX-License-Identifier: Apache-2.0
// Names of agents and of modules.
#include "name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

// Not of the locale: a name means the same everywhere.
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void name_of_agent(const char *folder, char out[NAME_AGENT_BYTES])
{
    const char *slash = strrchr(folder, '/');
    const char *at = slash ? slash + 1 : folder;
    size_t length = 0;

    while (*at && !is_letter(*at) && !is_digit(*at))
        at++;
    if (is_digit(*at))
        length = (size_t)snprintf(out, NAME_AGENT_BYTES, "agent-");
    for (; *at && length + 1 < NAME_AGENT_BYTES; at++) {
        bool plain = is_letter(*at) || is_digit(*at);
        if (plain)
            out[length++] = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
        else if (out[length - 1] != '-')
            out[length++] = '-';
    }
    while (length > 0 && out[length - 1] == '-')
        length--;
    out[length] = '\0';
    if (length == 0)
        snprintf(out, NAME_AGENT_BYTES, "agent");
}

// Of C17 and C23, of C++20, and the targets that CMake keeps for itself.
static const struct {
    const char *what, *words;
} taken[] = {
    { "a keyword of C",
      " auto break case char const continue default do double else enum extern float for goto if "
      "inline int long register restrict return short signed sizeof static struct switch typedef "
      "union unsigned void volatile while _Alignas _Alignof _Atomic _BitInt _Bool _Complex "
      "_Decimal128 _Decimal32 _Decimal64 _Generic _Imaginary _Noreturn _Static_assert "
      "_Thread_local alignas alignof bool constexpr false nullptr static_assert thread_local true "
      "typeof typeof_unqual asm fortran " },
    { "a keyword of C++",
      " and and_eq bitand bitor catch char16_t char32_t char8_t class co_await co_return co_yield "
      "compl concept const_cast consteval constinit decltype delete dynamic_cast explicit export "
      "friend mutable namespace new noexcept not not_eq operator or or_eq private protected public "
      "reinterpret_cast requires static_cast template this throw try typeid typename using virtual "
      "wchar_t xor xor_eq " },
    { "a target of CMake's own",
      " all clean depend edit_cache help install package package_source preinstall rebuild_cache "
      "test ALL_BUILD INSTALL PACKAGE RUN_TESTS ZERO_CHECK " },
};

live_err name_check_module(const char *name, live_error *error)
{
    size_t length = strlen(name);
    char word[NAME_MODULE_MAX + 3];
    bool fits = is_letter(*name) || *name == '_';

    for (const char *at = name; fits && *at; at++)
        fits = is_letter(*at) || is_digit(*at) || *at == '_';
    if (!fits)
        return live_fail(error, LIVE_E_INVALID,
                         "'%.80s' is no name for a module: it takes letters (a to z), digits and "
                         "'_', and begins with no digit",
                         name);
    if (length > NAME_MODULE_MAX)
        return live_fail(error, LIVE_E_INVALID,
                         "'%.40s…' is no name for a module: longer than %d letters", name,
                         NAME_MODULE_MAX);
    snprintf(word, sizeof word, " %s ", name);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strstr(taken[i].words, word))
            return live_fail(error, LIVE_E_INVALID, "'%s' is no name for a module: it is %s", name,
                             taken[i].what);
    return LIVE_OK;
}
