// SPDX-License-Identifier: Apache-2.0
// A handle of libcurl, which one request uses after the other.
#ifndef LV_HANDLE_H
#define LV_HANDLE_H

#include <curl/curl.h>

// Zero: none.
typedef struct lv_handle {
    CURL *easy;
    char *url; // that it goes to, which is taken apart once for all its requests
    CURLU *parts;
} lv_handle;

// `url` may also begin with tcp:// or tls://, which is all the same to a connection alone.
void lv_handle_aim(lv_handle *handle, const char *url);

void lv_handle_clear(lv_handle *handle);

#endif
