// SPDX-License-Identifier: Apache-2.0
/** @file setting.h
 * Settings as tables: each row is a member of a config struct, its default, its sentence for people.
 *
 * From the same rows come the filled struct, the checks, the JSON Schema and the reference. A member of another
 * type than its row says does not compile. The key in the settings file is the member's name, without the unit that
 * the name of a duration or a size ends with: `int64_t every_ms` is the key `every`, whose value is a text such as
 * "10s", or a number of seconds; `int64_t max_bytes` is `max`, whose value is a text such as "10 MB", or a number of
 * bytes.
 *
 * `type`, `enabled`, `output`, `restart`, `watchdog` and `limits` are settings that every process has: the host reads
 * them, and refuses a module with settings of these names.
 *
 * What else a row says follows its sentence, by name:
 *
 * Blocking: agent_secret_read(), while it reads a file; nothing else.
 *
 * @code
 * static const agent_setting settings[] = {
 *     AGENT_DURATION(struct config, every_ms, "10s", "Time between two samples.", .least = "1s", .most = "1h"),
 *     AGENT_STRING(struct config, unit, "bar", "Unit of pressures.", .choices = units),
 *     AGENT_STRING(struct config, rig, NULL, "The rig's name.", .pattern = "^[A-Z]+-[0-9]+$", .former = "rig_name"),
 *     { 0 },
 * };
 * @endcode
 *
 * Threads: tables are constant; agent_secret_read() on any.
 */
#ifndef AGENT_SETTING_H
#define AGENT_SETTING_H

#include <cJSON.h>
#include <live/api.h>
#include <live/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Type of a row: of the value in the file and of the member that it fills. */
typedef enum agent_type {
    AGENT_TYPE_END, ///< ends a table
    AGENT_TYPE_STRING,
    AGENT_TYPE_INT,
    AGENT_TYPE_REAL,
    AGENT_TYPE_BOOL,
    AGENT_TYPE_DURATION,
    AGENT_TYPE_OBJECT,   ///< a nested struct
    AGENT_TYPE_STRINGS,  ///< a list of texts
    AGENT_TYPE_OBJECTS,  ///< a list of structs
    AGENT_TYPE_MAP,      ///< an object of texts under any keys
    AGENT_TYPE_ADAPTERS, ///< a list of logic adapters: names, or objects with a `name` and options
    AGENT_TYPE_SIZE,     ///< a number of bytes
    AGENT_TYPE_NUMBERS,  ///< a list of numbers
    AGENT_TYPE_SECRET,   ///< a text that is never shown, or where it is kept
    AGENT_TYPE_PROCESS,  ///< the name of a process of the same file
    AGENT_TYPE_ANY,      ///< accepted, and not read
    AGENT_TYPE_BOOL_OR_TEXT ///< true, false, or a text
} agent_type;

/** A list of texts in a config struct. Borrowed from the host. */
typedef struct agent_strings {
    size_t count;             ///< how many there are
    const char *const *items; ///< `count` of them
} agent_strings;

/** A list of numbers in a config struct. Borrowed from the host. */
typedef struct agent_numbers {
    size_t count;        ///< how many there are
    const double *items; ///< `count` of them
} agent_numbers;

/** A list of structs in a config struct: `items` points to `count` of them. Borrowed from the host. */
typedef struct agent_objects {
    size_t count;      ///< how many there are
    const void *items; ///< `count` of them
} agent_objects;

/** Texts under keys, in the order of the file. Borrowed from the host. */
typedef struct agent_map {
    size_t count;              ///< how many there are
    const char *const *keys;   ///< `count` of them
    const char *const *values; ///< of the key at the same place
} agent_map;

/** A yes or no that a text may stand for. Borrowed from the host. */
typedef struct agent_bool_or_text {
    bool is;          ///< false where there is a text
    const char *text; ///< NULL: it is true or false
} agent_bool_or_text;

/** How many adapters a process was given; agent_bot_adapter() has them. */
typedef struct agent_adapters {
    size_t count; ///< how many there are
} agent_adapters;

/** A secret as the settings give it: see agent_secret_read(). Borrowed from the host. */
typedef struct agent_secret {
    const cJSON *given; ///< NULL: the settings give none
} agent_secret;

/**
 * Reads a secret: the text itself, or what `{"file": PATH}`, `{"env": NAME}` or `{"credential": NAME}` leads to.
 * Call it in start(), before the process is confined, and wipe what it returned when it is not needed any more.
 *
 * @param ret_text yours: explicit_bzero(), then live_free()
 * @retval LIVE_E_NOTFOUND the settings give none
 * @retval LIVE_E_INVALID  there is nothing where it is said to be; the text names the place, never the secret
 * @retval LIVE_E_SYSTEM   the file cannot be read
 */
LIVE_API LIVE_MUST_USE live_err agent_secret_read(const agent_secret *secret, char **ret_text,
                                                  live_error *error);

/** One row. `fallback`, `least` and `most` are written as in the settings file. */
typedef struct agent_setting {
    agent_type type;                     ///< of the value
    const char *name;                    ///< of the member: the key
    size_t offset;                       ///< of the member in the config struct
    const char *fallback;                ///< NULL: the value must be given
    const struct agent_setting *members; ///< of a nested struct, or of each struct of a list
    size_t item_size;                    ///< of a struct of a list
    const char *const *choices;          ///< the texts there may be, ended by NULL; NULL: any
    const char *text_key;                ///< of an object: the key that a bare text stands for
    const char *doc;                     ///< one sentence
    const char *least;   ///< lower bound of numbers, durations and sizes; NULL: none
    const char *most;    ///< upper bound
    const char *pattern; ///< a regular expression that texts must match; NULL: none
    const char *former;  ///< the key that it once had, which is still read
} agent_setting;

#ifdef __cplusplus
#define AGENT_OFFSET_(struct_, member, type)                                                       \
    (offsetof(struct_, member) +                                                                   \
     0 * sizeof(static_cast<type *>(&(static_cast<struct_ *>(nullptr)->member))))
#else
#define AGENT_OFFSET_(struct_, member, type)                                                       \
    (offsetof(struct_, member) + 0 * sizeof(_Generic(&((struct_ *)0)->member, type * : 0)))
#endif

#define AGENT_ROW_(type_, ctype, struct_, member, fallback_, members_, item_size_, choices_, key_, \
                   ...)                                                                            \
    {                                                                                              \
        .type = type_, .name = #member, .offset = AGENT_OFFSET_(struct_, member, ctype),           \
        .fallback = fallback_, .members = members_, .item_size = item_size_, .choices = choices_,  \
        .text_key = key_, .doc = __VA_ARGS__                                                       \
    }
#define AGENT_PLAIN_(type_, ctype, struct_, member, fallback, ...)                                 \
    AGENT_ROW_(type_, ctype, struct_, member, fallback, NULL, 0, NULL, NULL, __VA_ARGS__)

/** `const char *member`. `fallback` NULL: it must be given. */
#define AGENT_STRING(struct_, member, fallback, ...)                                               \
    AGENT_PLAIN_(AGENT_TYPE_STRING, const char *, struct_, member, fallback, __VA_ARGS__)
/** `const char *member`, one of a static list of texts that NULL ends. */
#define AGENT_CHOICE(struct_, member, fallback, choices_, ...)                                     \
    AGENT_ROW_(AGENT_TYPE_STRING, const char *, struct_, member, fallback, NULL, 0, choices_,      \
               NULL, __VA_ARGS__)
/** `int64_t member` */
#define AGENT_INT(struct_, member, fallback, ...)                                                  \
    AGENT_PLAIN_(AGENT_TYPE_INT, int64_t, struct_, member, fallback, __VA_ARGS__)
/** `double member` */
#define AGENT_REAL(struct_, member, fallback, ...)                                                 \
    AGENT_PLAIN_(AGENT_TYPE_REAL, double, struct_, member, fallback, __VA_ARGS__)
/** `bool member`; `fallback` "true" or "false" */
#define AGENT_BOOL(struct_, member, fallback, ...)                                                 \
    AGENT_PLAIN_(AGENT_TYPE_BOOL, bool, struct_, member, fallback, __VA_ARGS__)
/** `int64_t member`, in ms, whose name ends in `_ms` */
#define AGENT_DURATION(struct_, member, fallback, ...)                                             \
    AGENT_PLAIN_(AGENT_TYPE_DURATION, int64_t, struct_, member, fallback, __VA_ARGS__)
/** `int64_t member`, in bytes, whose name ends in `_bytes`: kB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024 */
#define AGENT_SIZE(struct_, member, fallback, ...)                                                 \
    AGENT_PLAIN_(AGENT_TYPE_SIZE, int64_t, struct_, member, fallback, __VA_ARGS__)
/** `agent_bool_or_text member` */
#define AGENT_BOOL_OR_TEXT(struct_, member, fallback, ...)                                         \
    AGENT_PLAIN_(AGENT_TYPE_BOOL_OR_TEXT, agent_bool_or_text, struct_, member, fallback,           \
                 __VA_ARGS__)
/** `agent_secret member`; without it `given` is NULL */
#define AGENT_SECRET(struct_, member, ...)                                                         \
    AGENT_PLAIN_(AGENT_TYPE_SECRET, agent_secret, struct_, member, "null", __VA_ARGS__)
/** `const char *member`: the name of a process of the same settings file; "" without it */
#define AGENT_PROCESS(struct_, member, ...)                                                        \
    AGENT_PLAIN_(AGENT_TYPE_PROCESS, const char *, struct_, member, "", __VA_ARGS__)
/** `const char *member`: the type of an event, a text without control characters */
#define AGENT_EVENT_TYPE(struct_, member, fallback, ...)                                           \
    AGENT_PLAIN_(AGENT_TYPE_STRING, const char *, struct_, member, fallback, __VA_ARGS__,          \
                 .pattern = "^[^\\x00-\\x1f]*$")
/** A struct in the struct, with a table of its own. An object that is left out has its defaults. */
#define AGENT_OBJECT(struct_, member, type, table, ...)                                            \
    AGENT_ROW_(AGENT_TYPE_OBJECT, type, struct_, member, "{}", table, sizeof(type), NULL, NULL,    \
               __VA_ARGS__)
/** As AGENT_OBJECT(); a text in its place is the value of its key `text_key_` (a string). */
#define AGENT_OBJECT_OR_TEXT(struct_, member, type, table, text_key, ...)                          \
    AGENT_ROW_(AGENT_TYPE_OBJECT, type, struct_, member, "{}", table, sizeof(type), NULL,          \
               text_key, __VA_ARGS__)
/** `agent_strings member`; empty when it is left out */
#define AGENT_STRINGS(struct_, member, ...)                                                        \
    AGENT_PLAIN_(AGENT_TYPE_STRINGS, agent_strings, struct_, member, "[]", __VA_ARGS__)
/** `agent_strings member`, each one of a static list of texts that NULL ends. */
#define AGENT_CHOICES(struct_, member, choices_, ...)                                              \
    AGENT_ROW_(AGENT_TYPE_STRINGS, agent_strings, struct_, member, "[]", NULL, 0, choices_, NULL,  \
               __VA_ARGS__)
/** `agent_numbers member`; empty when it is left out */
#define AGENT_NUMBERS(struct_, member, ...)                                                        \
    AGENT_PLAIN_(AGENT_TYPE_NUMBERS, agent_numbers, struct_, member, "[]", __VA_ARGS__)
/** `agent_objects member` of structs `type`; empty when it is left out */
#define AGENT_OBJECTS(struct_, member, type, table, ...)                                           \
    AGENT_ROW_(AGENT_TYPE_OBJECTS, agent_objects, struct_, member, "[]", table, sizeof(type),      \
               NULL, NULL, __VA_ARGS__)
/** `agent_map member`; empty when it is left out */
#define AGENT_MAP(struct_, member, ...)                                                            \
    AGENT_PLAIN_(AGENT_TYPE_MAP, agent_map, struct_, member, "{}", __VA_ARGS__)
/** `agent_adapters member`: this process is a bot, see bot.h. Left out: every adapter of the enabled modules. */
#define AGENT_ADAPTERS(struct_, member, ...)                                                       \
    AGENT_PLAIN_(AGENT_TYPE_ADAPTERS, agent_adapters, struct_, member, "[]", __VA_ARGS__)
/** A key that files carry and nobody reads: `key` is a text. */
#define AGENT_UNUSED(key, doc_)                                                                    \
    {                                                                                              \
        .type = AGENT_TYPE_ANY, .name = key, .fallback = "null", .doc = doc_                       \
    }

#ifdef __cplusplus
}
#endif
#endif
