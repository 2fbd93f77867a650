// SPDX-License-Identifier: Apache-2.0
// A shared object that is no module.
#include <live/api.h>

LIVE_API int noise(void);

int noise(void)
{
    return 1;
}
