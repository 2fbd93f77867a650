// SPDX-License-Identifier: Apache-2.0
// The version that is loaded.
#include <live/version.h>

const char *live_version(void)
{
    return LIVE_VERSION_TEXT;
}
