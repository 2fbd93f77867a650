// SPDX-License-Identifier: Apache-2.0
// Watching curves: the query for the last value of each mnemonic.
#include <agent/curve.h>
#include <live/buf.h>
#include <string.h>

#include "worker/run.h"

// A field's name.
static void add_name(live_buf *out, const char *name, const char *suffix)
{
    live_buf_add_text(out, "{");
    live_buf_add_text(out, name);
    live_buf_add_text(out, suffix);
    live_buf_add_text(out, "}");
}

static void add_item(live_buf *out, const char *member, const char *mnemonic, const char *suffix)
{
    live_buf_add_format(out, "lastv(%s:object):if(\\mnemonic:", member);
    live_buf_add_pipes_text(out, mnemonic);
    live_buf_add_text(out, ") as ");
    add_name(out, mnemonic, suffix);
}

static void add_query(live_buf *out, const char *event_type, const agent_map *mnemonics)
{
    live_buf_add_pipes_text(out, event_type);
    live_buf_add_text(out, " mnemonic!:(");
    for (size_t i = 0; i < mnemonics->count; i++) {
        live_buf_add_text(out, i ? "|" : "");
        live_buf_add_pipes_text(out, mnemonics->values[i]);
    }
    live_buf_add_text(out, ") .flags:nocount => ");
    for (size_t i = 0; i < mnemonics->count; i++) {
        live_buf_add_text(out, i ? ", " : "");
        add_item(out, "value", mnemonics->values[i], "");
        live_buf_add_text(out, ", ");
        add_item(out, "uom", mnemonics->values[i], "_uom");
    }
    live_buf_add_text(out, " over last second every second => @filter(");
    add_name(out, mnemonics->values[0], "");
    live_buf_add_text(out, " != null)");
}

live_err agent_watch_curves(agent_watch *watch, const char *event_type, const agent_map *mnemonics,
                            live_error *error)
{
    if (!event_type || !*event_type)
        return live_fail(error, LIVE_E_INVALID, "no event type to watch the curves of");
    if (mnemonics->count == 0)
        return live_fail(error, LIVE_E_INVALID, "no mnemonic to watch");
    for (size_t i = 0; i < mnemonics->count; i++)
        if (!*mnemonics->values[i] || strpbrk(mnemonics->values[i], "{}"))
            return live_fail(error, LIVE_E_INVALID, "'%s' (%s) is no mnemonic",
                             mnemonics->values[i], mnemonics->keys[i]);

    live_buf_clear(watch->expression);
    add_query(watch->expression, event_type, mnemonics);
    return live_buf_failed(watch->expression) ? live_fail(error, LIVE_E_NOMEM, "out of memory")
                                              : LIVE_OK;
}
