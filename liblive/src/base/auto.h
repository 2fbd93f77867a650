// SPDX-License-Identifier: Apache-2.0
// LV_AUTO(free_function): a local that is freed when it leaves its scope.
#ifndef LV_AUTO_H
#define LV_AUTO_H

#include <cJSON.h>
#include <live/buf.h>
#include <stdlib.h>

#define LV_AUTO(fn) __attribute__((cleanup(lv_auto_##fn)))

#define LV_AUTO_DEFINE(type, fn)                                                                   \
    static inline void lv_auto_##fn(type **slot)                                                   \
    {                                                                                              \
        fn(*slot);                                                                                 \
    }

LV_AUTO_DEFINE(cJSON, cJSON_Delete)
LV_AUTO_DEFINE(live_buf, live_buf_free)

static inline void lv_auto_free(void *slot)
{
    free(*(void **)slot);
}

#endif
