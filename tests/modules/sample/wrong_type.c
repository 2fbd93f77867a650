// SPDX-License-Identifier: Apache-2.0
// Compiles with MEMBER=int64_t only; as C17 and as C++20.
#include <agent/setting.h>

typedef struct config {
    MEMBER count;
} config;

extern const agent_setting rows[];
const agent_setting rows[] = {
    AGENT_INT(config, count, "1", "A whole number."),
#ifdef __cplusplus
    {},
#else
    { 0 },
#endif
};
