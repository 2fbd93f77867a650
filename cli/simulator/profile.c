// SPDX-License-Identifier: Apache-2.0
// Reads a report of `live probe` for the simulator to behave so.
#include "profile.h"

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTER_BYTES = 64, NOTE_BYTES = 200, SAY_BYTES = 160 };

bool sim_profile_differs(const sim_profile *profile, fact_id id)
{
    return profile && (profile->values[id] || profile->numbers[id]);
}

bool sim_profile_is(const sim_profile *profile, fact_id id, const char *value)
{
    return fact_value(fact_at(id), value) == (profile ? profile->values[id] : 0);
}

int sim_profile_number(const sim_profile *profile, fact_id id)
{
    if (profile && profile->numbers[id])
        return profile->numbers[id];
    return (int)strtol(fact_at(id)->values[0], NULL, 10);
}

// Reading

typedef struct profile_reader {
    const char *path;
    char *text;
    size_t length;
    cJSON *report, *notes;
    bool known[FACT_COUNT]; // which have been read
    sim_profile *profile;
    live_error *error;
} profile_reader;

// Fails where the value at a pointer stands.
static live_err fail_at(const profile_reader *reader, const char *pointer, const char *format, ...)
    LIVE_FORMAT(3, 4);

static live_err fail_at(const profile_reader *reader, const char *pointer, const char *format, ...)
{
    live_json_place place = { .line = 1, .column = 1 };
    char say[SAY_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(say, sizeof say, format, args);
    va_end(args);
    if (live_json_find(reader->text, reader->length, pointer, NULL, &place, NULL))
        place = (live_json_place){ .line = 1, .column = 1 };
    return live_fail(reader->error, LIVE_E_INVALID, "%s:%d:%d: %s", reader->path, place.line,
                     place.column, say);
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(word, *words) != 0)
        words++;
    return *words;
}

// Refuses members that no report has.
static live_err check_members(const profile_reader *reader, const char *pointer,
                              const cJSON *object, const char *const *known)
{
    const cJSON *member;

    if (!cJSON_IsObject(object))
        return fail_at(reader, pointer, "an object is due");
    cJSON_ArrayForEach (member, object) {
        char own[POINTER_BYTES + 48];
        snprintf(own, sizeof own, "%s/%.40s", pointer, member->string);
        if (!is_one_of(member->string, known))
            return fail_at(reader, own, "a report has no member '%.40s' here", member->string);
    }
    return LIVE_OK;
}

static live_err get_text(const profile_reader *reader, const char *pointer, const cJSON *object,
                         const char *name, const char **ret_text)
{
    const cJSON *value = live_json_get(object, name);
    char own[POINTER_BYTES + 16];

    *ret_text = cJSON_GetStringValue(value);
    if (*ret_text)
        return LIVE_OK;
    snprintf(own, sizeof own, "%s/%s", pointer, name);
    return value ? fail_at(reader, own, "'%s' is no text", name)
                 : fail_at(reader, pointer, "'%s' is missing", name);
}

static void note(profile_reader *reader, const fact *fact, const char *seen, const char *why)
{
    char text[NOTE_BYTES];

    snprintf(text, sizeof text, "%s: '%.30s' is not imitated: %s", fact->id, seen, why);
    cJSON_AddItemToArray(reader->notes, cJSON_CreateString(text));
}

static bool read_number(const char *text, int *ret_number)
{
    char *end;
    long number = strtol(text, &end, 10);

    *ret_number = (int)number;
    return *text >= '0' && *text <= '9' && !*end && number <= 100000000;
}

// What was seen, as behaviour.
static live_err take_value(profile_reader *reader, const char *pointer, fact_id id,
                           const char *seen)
{
    const fact *fact = fact_at(id);
    int value = fact_value(fact, seen), number;
    char own[POINTER_BYTES + 8];

    snprintf(own, sizeof own, "%s/seen", pointer);
    if (value == 0)
        return LIVE_OK;
    if (strcmp(seen, "other") == 0 || (value > 0 && fact->unlike)) {
        note(reader, fact, seen, fact->unlike ? fact->unlike : "what it was is not known");
        return LIVE_OK;
    }
    if (value > 0) {
        reader->profile->values[id] = value;
        return LIVE_OK;
    }
    if (!fact->number || !read_number(seen, &number))
        return fail_at(reader, own, "'%.30s' is no value of %s", seen, fact->id);
    if (number < fact->least || number > fact->most)
        note(reader, fact, seen, "the simulator would not work so");
    else
        reader->profile->numbers[id] = number;
    return LIVE_OK;
}

static live_err read_fact(profile_reader *reader, const char *pointer, const cJSON *entry)
{
    static const char *const members[] = { "id",  "result",  "believed", "seen",
                                           "why", "members", NULL };
    static const char *const results[] = { "agrees", "differs", "not tried", NULL };
    const char *name, *result, *seen;
    char own[POINTER_BYTES + 8];

    live_err err = check_members(reader, pointer, entry, members);
    if (!err)
        err = get_text(reader, pointer, entry, "id", &name);
    if (!err)
        err = get_text(reader, pointer, entry, "result", &result);
    if (err)
        return err;
    fact_id id = fact_find(name);
    snprintf(own, sizeof own, "%s/id", pointer);
    if (id == FACT_COUNT)
        return fail_at(reader, own, "no fact has the name '%.40s'", name);
    if (reader->known[id])
        return fail_at(reader, own, "'%s' is there twice", name);
    reader->known[id] = true;
    snprintf(own, sizeof own, "%s/result", pointer);
    if (!is_one_of(result, results))
        return fail_at(reader, own, "'%.40s' is no result", result);
    if (strcmp(result, "not tried") == 0)
        return LIVE_OK;
    err = get_text(reader, pointer, entry, "seen", &seen);
    return err ? err : take_value(reader, pointer, id, seen);
}

static live_err read_report(profile_reader *reader)
{
    static const char *const members[] = { "schema", "live", "plugins", "facts", "summary", NULL };
    const cJSON *facts = live_json_get(reader->report, "facts"), *entry;
    const char *schema;
    int index = 0;

    live_err err = check_members(reader, "", reader->report, members);
    if (!err)
        err = get_text(reader, "", reader->report, "schema", &schema);
    if (err)
        return err;
    if (strcmp(schema, FACT_REPORT_SCHEMA) != 0)
        return fail_at(reader, "/schema", "'%.40s' is not %s", schema, FACT_REPORT_SCHEMA);
    if (!cJSON_IsArray(facts))
        return fail_at(reader, facts ? "/facts" : "", "'facts' is no list");
    cJSON_ArrayForEach (entry, facts) {
        char pointer[POINTER_BYTES];
        snprintf(pointer, sizeof pointer, "/facts/%d", index++);
        err = read_fact(reader, pointer, entry);
        if (err)
            return err;
    }
    return LIVE_OK;
}

static live_err read_text(profile_reader *reader)
{
    live_error inner = { 0 };
    live_err err = live_json_parse(reader->text, reader->length, &reader->report, &inner);

    if (err)
        return live_fail(reader->error, err, "%s:%s", reader->path, inner.text);
    reader->notes = cJSON_CreateArray();
    return read_report(reader);
}

live_err sim_profile_read(const char *path, sim_profile *ret_profile, cJSON **ret_notes,
                          live_error *error)
{
    sim_profile profile = { 0 };
    profile_reader reader = { .path = path, .profile = &profile, .error = error };
    live_err err = live_file_read(path, &reader.text, &reader.length, error);

    if (!err)
        err = read_text(&reader);
    live_free(reader.text);
    cJSON_Delete(reader.report);
    if (err) {
        cJSON_Delete(reader.notes);
        return err;
    }
    *ret_profile = profile;
    *ret_notes = reader.notes;
    return LIVE_OK;
}
