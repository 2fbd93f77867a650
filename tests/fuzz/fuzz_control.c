// SPDX-License-Identifier: Apache-2.0
// Fuzzes what comes over the control socket: any line is a request, or an error that names what is wrong.
#include <stdint.h>
#include <stdlib.h>

#include "supervise/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ag_request request = { .json = NULL };
    live_error error = { 0 };
    live_err err = ag_request_parse((const char *)data, size, &request, &error);

    if (err ? !*error.text || error.code != err : !cJSON_IsObject(request.json))
        abort();
    ag_request_clear(&request);
    return 0;
}
