// SPDX-License-Identifier: Apache-2.0
/** @file setting.h
 * Settings as tables: each row is a member of a config struct, its default, its sentence for people.
 *
 * From the same rows come the filled struct, the checks and the reference. A member of another type than
 * its row says does not compile. The key in the settings file is the member's name; a duration's unit
 * (`_ms`) is left out: `int64_t every_ms` is the key `every`, whose value is a text such as "10s", or a
 * number of seconds.
 */
#ifndef AGENT_SETTING_H
#define AGENT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum agent_type {
    AGENT_TYPE_END, ///< ends a table
    AGENT_TYPE_STRING,
    AGENT_TYPE_INT,
    AGENT_TYPE_REAL,
    AGENT_TYPE_BOOL,
    AGENT_TYPE_DURATION,
    AGENT_TYPE_OBJECT,  ///< a nested struct
    AGENT_TYPE_STRINGS, ///< a list of texts
    AGENT_TYPE_OBJECTS, ///< a list of structs
    AGENT_TYPE_MAP,     ///< an object of texts under any keys
    AGENT_TYPE_ADAPTERS ///< a list of logic adapters: names, or objects with a `name` and options
} agent_type;

/** A list of texts in a config struct. Borrowed from the host. */
typedef struct agent_strings {
    size_t count;
    const char *const *items;
} agent_strings;

/** A list of structs in a config struct: `items` points to `count` of them. Borrowed from the host. */
typedef struct agent_objects {
    size_t count;
    const void *items;
} agent_objects;

/** Texts under keys, in the order of the file. Borrowed from the host. */
typedef struct agent_map {
    size_t count;
    const char *const *keys, *const *values;
} agent_map;

/** How many adapters a process was given; agent_bot_adapter() has them. */
typedef struct agent_adapters {
    size_t count;
} agent_adapters;

typedef struct agent_setting {
    agent_type type;
    const char *name;
    size_t offset;
    const char *fallback;                ///< as in the settings file; NULL: the value must be given
    const char *doc;                     ///< one sentence
    const struct agent_setting *members; ///< of a nested struct, or of each struct of a list
    size_t item_size;                    ///< of a struct of a list
    const char *const *choices;          ///< the texts there may be, ended by NULL; NULL: any
} agent_setting;

#ifdef __cplusplus
#define AGENT_OFFSET_(struct_, member, type)                                                       \
    (offsetof(struct_, member) +                                                                   \
     0 * sizeof(static_cast<type *>(&(static_cast<struct_ *>(nullptr)->member))))
#else
#define AGENT_OFFSET_(struct_, member, type)                                                       \
    (offsetof(struct_, member) + 0 * sizeof(_Generic(&((struct_ *)0)->member, type * : 0)))
#endif

#define AGENT_ROW_(type_, ctype, struct_, member, fallback_, doc_, members_, item_size_, choices_) \
    {                                                                                              \
        type_, #member, AGENT_OFFSET_(struct_, member, ctype), fallback_, doc_, members_,          \
            item_size_, choices_                                                                   \
    }

/** `const char *member`. `fallback` NULL: it must be given. */
#define AGENT_STRING(struct_, member, fallback, doc)                                               \
    AGENT_ROW_(AGENT_TYPE_STRING, const char *, struct_, member, fallback, doc, NULL, 0, NULL)
/** `const char *member`, one of a static list of texts that NULL ends. */
#define AGENT_CHOICE(struct_, member, fallback, choices, doc)                                      \
    AGENT_ROW_(AGENT_TYPE_STRING, const char *, struct_, member, fallback, doc, NULL, 0, choices)
/** `int64_t member` */
#define AGENT_INT(struct_, member, fallback, doc)                                                  \
    AGENT_ROW_(AGENT_TYPE_INT, int64_t, struct_, member, fallback, doc, NULL, 0, NULL)
/** `double member` */
#define AGENT_REAL(struct_, member, fallback, doc)                                                 \
    AGENT_ROW_(AGENT_TYPE_REAL, double, struct_, member, fallback, doc, NULL, 0, NULL)
/** `bool member`; `fallback` "true" or "false" */
#define AGENT_BOOL(struct_, member, fallback, doc)                                                 \
    AGENT_ROW_(AGENT_TYPE_BOOL, bool, struct_, member, fallback, doc, NULL, 0, NULL)
/** `int64_t member`, in ms, whose name ends in `_ms` */
#define AGENT_DURATION(struct_, member, fallback, doc)                                             \
    AGENT_ROW_(AGENT_TYPE_DURATION, int64_t, struct_, member, fallback, doc, NULL, 0, NULL)
/** A struct in the struct, with a table of its own. An object that is left out has its defaults. */
#define AGENT_OBJECT(struct_, member, type, table, doc)                                            \
    AGENT_ROW_(AGENT_TYPE_OBJECT, type, struct_, member, "{}", doc, table, sizeof(type), NULL)
/** `agent_strings member`; empty when it is left out */
#define AGENT_STRINGS(struct_, member, doc)                                                        \
    AGENT_ROW_(AGENT_TYPE_STRINGS, agent_strings, struct_, member, "[]", doc, NULL, 0, NULL)
/** `agent_strings member`, each one of a static list of texts that NULL ends. */
#define AGENT_CHOICES(struct_, member, choices, doc)                                               \
    AGENT_ROW_(AGENT_TYPE_STRINGS, agent_strings, struct_, member, "[]", doc, NULL, 0, choices)
/** `agent_objects member` of structs `type`; empty when it is left out */
#define AGENT_OBJECTS(struct_, member, type, table, doc)                                           \
    AGENT_ROW_(AGENT_TYPE_OBJECTS, agent_objects, struct_, member, "[]", doc, table, sizeof(type), \
               NULL)
/** `agent_map member`; empty when it is left out */
#define AGENT_MAP(struct_, member, doc)                                                            \
    AGENT_ROW_(AGENT_TYPE_MAP, agent_map, struct_, member, "{}", doc, NULL, 0, NULL)
/** `agent_adapters member`: this process is a bot, see bot.h. Left out: every adapter of the enabled modules. */
#define AGENT_ADAPTERS(struct_, member, doc)                                                       \
    AGENT_ROW_(AGENT_TYPE_ADAPTERS, agent_adapters, struct_, member, "[]", doc, NULL, 0, NULL)

#ifdef __cplusplus
}
#endif
#endif
