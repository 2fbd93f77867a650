// SPDX-License-Identifier: Apache-2.0
// Fuzzes the CometD conversation of a client: each line is the server's answer to what was sent last.
#include <stdint.h>
#include <string.h>

#include "bayeux/bayeux.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t answer(lv_bayeux *bayeux, const char *line, size_t length, int64_t now_ms)
{
    lv_payload sent = { 0 };
    lv_notice notice;

    while (lv_bayeux_next(bayeux, now_ms, &sent))
        continue;
    lv_bayeux_answer(bayeux, sent.slot, line, length, now_ms);
    while (lv_bayeux_take(bayeux, &notice))
        lv_notice_clear(&notice);
    int64_t due = lv_bayeux_due(bayeux);
    return due > now_ms ? due : now_ms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const lv_bayeux_options options = { 0 };
    const char *at = (const char *)data, *end = at + size;
    lv_bayeux *bayeux = NULL;
    int64_t now_ms = 0;

    if (lv_bayeux_new(&options, now_ms, &bayeux, NULL))
        return 0;
    (void)lv_bayeux_subscribe(bayeux, "/a/**", NULL);
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        now_ms = answer(bayeux, at, length, now_ms);
        at += length + (stop ? 1 : 0);
    }
    lv_bayeux_free(bayeux);
    return 0;
}
