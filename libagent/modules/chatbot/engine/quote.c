// SPDX-License-Identifier: Apache-2.0
// Texts in queries.
#include "engine/quote.h"

#include <string.h>

void quote(live_buf *out, const char *text)
{
    live_buf_add_text(out, "'");
    for (; *text; text++) {
        if (strchr("'\\*", *text))
            live_buf_add_text(out, "\\");
        live_buf_add(out, text, 1);
    }
    live_buf_add_text(out, "'");
}
