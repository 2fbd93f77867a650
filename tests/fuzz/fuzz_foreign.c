// SPDX-License-Identifier: Apache-2.0
// Fuzzes what looks at JSON of others: messages, annotations, curves, what a platform offers; and what shows it.
#include <live/annotation.h>
#include <live/asset.h>
#include <live/event.h>
#include <live/feature.h>
#include <live/json.h>
#include <live/message.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "table.h"
#include "terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const char *text)
{
    char *shown = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&shown, &length);

    if (!out)
        return;
    terminal_write(out, text);
    terminal_write_lines(out, text, 2, 100);
    fclose(out);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)shown[i] < 0x20 && shown[i] != '\n')
            abort(); // a control character has come through
    free(shown);
}

static void look(const cJSON *json)
{
    live_message message;
    cJSON *report = NULL;

    if (live_message_read(json, &message) && !message.text)
        abort();
    show(message.author.name);
    show(message.text ? message.text : "");
    live_curve_is_enabled(json);
    if (live_feature_report(json, &report, NULL) == LIVE_OK)
        cJSON_Delete(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cJSON *json = NULL, *annotation = NULL;
    char *text = malloc(size + 1);

    for (size_t i = 0; text && i < size; i++)
        text[i] = (char)data[i];
    if (text) {
        text[size] = '\0';
        show(text);
    }
    free(text);
    if (live_json_parse((const char *)data, size, &json, NULL))
        return 0;
    look(json);
    if (live_annotation_new(json, NULL, &annotation, NULL) == LIVE_OK &&
        live_event_check(annotation, NULL))
        abort(); // what is made may be sent
    cJSON_Delete(annotation);
    return 0;
}
