// SPDX-License-Identifier: Apache-2.0
// JSON as its text, which people wrote.
#include <live/json_text.h>

#include <live/buf.h>
#include <live/file.h>
#include <live/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct live_json_text {
    char *name, *text;
    size_t length;
    cJSON *tree;
};

void live_json_text_pointer(const char *parent, const char *key, char out[LIVE_JSON_POINTER_BYTES])
{
    size_t length = (size_t)snprintf(out, LIVE_JSON_POINTER_BYTES, "%s/", parent);

    for (; *key && length + 3 < LIVE_JSON_POINTER_BYTES; key++) {
        bool escaped = *key == '~' || *key == '/';
        out[length++] = escaped ? '~' : *key;
        if (escaped)
            out[length++] = *key == '~' ? '0' : '1';
    }
    out[length] = '\0';
}

static live_err parse(live_json_text *json, live_error *error)
{
    live_error why = { 0 };
    cJSON *tree = NULL;
    live_err err = LIVE_OK;

    if (json->length == 0)
        return live_fail(error, LIVE_E_PARSE, "%s:1:1: the file is empty", json->name);
    err = live_json_parse(json->text, json->length, &tree, &why);
    if (err)
        live_fail(error, err, "%s:%s", json->name, why.text);
    if (err && error)
        error->line = why.line, error->column = why.column;
    if (err)
        return err;
    cJSON_Delete(json->tree);
    json->tree = tree;
    return LIVE_OK;
}

live_err live_json_text_new(char *text, size_t length, const char *name, live_json_text **ret_json,
                            live_error *error)
{
    live_json_text *json = calloc(1, sizeof *json);

    if (json)
        json->name = strdup(name);
    if (!json || !json->name) {
        live_free(text);
        live_json_text_free(json);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    json->text = text;
    json->length = length;
    live_err err = parse(json, error);
    if (err)
        live_json_text_free(json);
    else
        *ret_json = json;
    return err;
}

live_err live_json_text_read(const char *path, live_json_text **ret_json, live_error *error)
{
    char *text = NULL;
    size_t length = 0;
    live_err err = live_file_read(path, &text, &length, error);

    return err ? err : live_json_text_new(text, length, path, ret_json, error);
}

void live_json_text_free(live_json_text *json)
{
    if (!json)
        return;
    cJSON_Delete(json->tree);
    live_free(json->text);
    free(json->name);
    free(json);
}

const char *live_json_text_data(const live_json_text *json, size_t *ret_length)
{
    if (ret_length)
        *ret_length = json->length;
    return json->text;
}

const cJSON *live_json_text_tree(const live_json_text *json)
{
    return json->tree;
}

// Changing

static live_err find(const live_json_text *json, const char *pointer, live_json_place *ret_place,
                     live_error *error)
{
    return live_json_find(json->text, json->length, pointer, NULL, ret_place, error);
}

// Puts `middle` (taken) in the place of `length` bytes at `offset`.
static live_err splice(live_json_text *json, size_t offset, size_t length, live_buf *middle,
                       live_error *error)
{
    live_buf *whole = live_buf_new();
    char *text = NULL, *old = json->text;
    size_t old_length = json->length;

    live_buf_add(whole, old, offset);
    live_buf_add(whole, live_buf_data(middle), live_buf_length(middle));
    live_buf_add(whole, old + offset + length, old_length - offset - length);
    bool failed = live_buf_failed(middle);
    live_buf_free(middle);
    if (failed) {
        live_buf_free(whole);
        return live_fail(error, LIVE_E_NOMEM, "out of memory");
    }
    live_err err = live_buf_take(whole, &text, &json->length, error);
    if (err)
        return err;
    json->text = text;
    err = parse(json, error);
    if (err) {
        json->text = old;
        json->length = old_length;
        live_free(text);
        return err;
    }
    live_free(old);
    return LIVE_OK;
}

live_err live_json_text_replace(live_json_text *json, const char *pointer, const char *value,
                                live_error *error)
{
    live_json_place place;
    live_err err = find(json, pointer, &place, error);

    if (err)
        return err;
    live_buf *middle = live_buf_new();
    live_buf_add_text(middle, value);
    return splice(json, place.offset, place.length, middle, error);
}

static size_t spaces(const char *text)
{
    return strspn(text, " \t\r\n");
}

// The white space that a line of the text begins with, as far as to `at`.
static live_buf *indent_at(const live_json_text *json, size_t at)
{
    size_t start = at;
    live_buf *indent = live_buf_new();

    while (start > 0 && json->text[start - 1] != '\n')
        start--;
    size_t length = strspn(json->text + start, " \t");
    live_buf_add(indent, json->text + start, start + length < at ? length : at - start);
    return indent;
}

static void add_lines(live_buf *out, const char *value, const char *from, const char *to)
{
    size_t known = strlen(from);

    while (*value) {
        size_t line = strcspn(value, "\n");
        live_buf_add(out, value, line);
        value += line;
        if (!*value)
            return;
        live_buf_add_text(out, "\n");
        value++;
        if (strncmp(value, from, known) == 0) {
            live_buf_add_text(out, to);
            value += known;
        }
    }
}

static void add_item(live_buf *out, const char *key, const char *value, const char *from,
                     const char *to)
{
    if (key) {
        live_buf_add_json_string(out, key);
        live_buf_add_text(out, ": ");
    }
    add_lines(out, value, from, to);
}

// How the members of a container are laid out.
typedef struct layout {
    size_t end;  // of its last member; where it is empty, of its bracket
    size_t tail; // white space from there to the closing bracket
    bool lines;  // a member a line
    live_buf *indent;
    bool empty;
} layout;

static layout look(const live_json_text *json, live_json_place place, const char *value)
{
    layout own = { .end = place.offset + place.length - 1 };
    size_t first = place.offset + 1, gap = spaces(json->text + first);

    while (own.end > first && strchr(" \t\r\n", json->text[own.end - 1]))
        own.end--;
    own.empty = own.end == first;
    own.tail = place.offset + place.length - 1 - own.end;
    own.lines =
        own.empty ? strchr(value, '\n') != NULL : memchr(json->text + first, '\n', gap) != NULL;
    own.indent = indent_at(json, own.empty || !own.lines ? place.offset : first + gap);
    if (own.empty && own.lines)
        live_buf_add_text(own.indent, "  ");
    return own;
}

live_err live_json_text_add(live_json_text *json, const char *pointer, const char *key,
                            const char *value, const char *indent, live_error *error)
{
    live_json_place place;
    live_err err = find(json, pointer, &place, NULL);

    if (err || json->text[place.offset] != (key ? '{' : '['))
        return live_json_text_refuse(json, pointer, key ? "an object is due" : "a list is due",
                                     error);

    layout own = look(json, place, value);
    const char *to = live_buf_data(own.indent);
    live_buf *middle = live_buf_new();
    if (!own.empty)
        live_buf_add_text(middle, own.lines ? "," : ", ");
    if (own.lines)
        live_buf_add_format(middle, "\n%s", to);
    add_item(middle, key, value, indent, to);
    if (own.empty && own.lines) // the closing bracket takes a line of its own
        live_buf_add_format(middle, "\n%.*s", (int)(live_buf_length(own.indent) - 2), to);
    err = splice(json, own.end, own.empty ? own.tail : 0, middle, error);
    live_buf_free(own.indent);
    return err;
}

live_err live_json_text_copy(live_json_text *json, const live_json_text *from, const char *pointer,
                             const char *key, live_error *error)
{
    char member[LIVE_JSON_POINTER_BYTES];
    live_json_place place, name;

    live_json_text_pointer(pointer, key, member);
    live_err err = live_json_find(from->text, from->length, member, &name, &place, error);
    if (err)
        return err;
    live_buf *value = live_buf_new(), *indent = indent_at(from, name.offset);
    live_buf_add(value, from->text + place.offset, place.length);
    err = live_buf_failed(value) || live_buf_failed(indent)
              ? live_fail(error, LIVE_E_NOMEM, "out of memory")
              : live_json_text_add(json, pointer, key, live_buf_data(value), live_buf_data(indent),
                                   error);
    live_buf_free(indent);
    live_buf_free(value);
    return err;
}

// With the comma before it, or where it is the first the one behind it.
live_err live_json_text_remove(live_json_text *json, const char *pointer, live_error *error)
{
    live_json_place key = { 0 }, value = { 0 };
    live_err err = live_json_find(json->text, json->length, pointer, &key, &value, error);

    if (err)
        return err;
    if (key.length == 0)
        return live_fail(error, LIVE_E_NOTFOUND, "%s: %s: no member of an object", json->name,
                         pointer);
    size_t start = key.offset, end = value.offset + value.length;
    size_t after = end + spaces(json->text + end);
    while (strchr(" \t\r\n", json->text[start - 1]))
        start--;
    if (json->text[start - 1] == ',')
        start--;
    else if (json->text[after] == ',')
        end = after + 1;
    else
        end = after;
    return splice(json, start, end - start, live_buf_new(), error);
}

live_err live_json_text_refuse(const live_json_text *json, const char *pointer, const char *text,
                               live_error *error)
{
    live_json_place place = { .line = 1, .column = 1 };
    char at[LIVE_JSON_POINTER_BYTES];

    snprintf(at, sizeof at, "%s", pointer);
    while (find(json, at, &place, NULL) && *at)
        *strrchr(at, '/') = '\0'; // to what should hold it
    return live_fail(error, LIVE_E_INVALID, "%s:%d:%d: %s: %s", json->name, place.line,
                     place.column, *pointer ? pointer + 1 : "the file", text);
}
