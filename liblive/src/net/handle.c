// SPDX-License-Identifier: Apache-2.0
// A handle of libcurl, which one request uses after the other.
#include "net/handle.h"

#include <live/buf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// As libcurl would. Where that fails it is left to libcurl, which says what is wrong with the URL.
static CURLU *take_apart(const char *url)
{
    const unsigned as_libcurl = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    CURLU *parts = curl_url();

    if (parts && curl_url_set(parts, CURLUPART_URL, url, as_libcurl) == CURLUE_OK)
        return parts;
    curl_url_cleanup(parts);
    return NULL;
}

// To take an URL apart and to print it again is a seventh of what libcurl does for a small request.
static void set_url(lv_handle *handle, const char *url)
{
    if (handle->url && strcmp(handle->url, url) == 0)
        return;
    free(handle->url);
    curl_url_cleanup(handle->parts);
    handle->url = strdup(url);
    handle->parts = take_apart(url);
    curl_easy_setopt(handle->easy, CURLOPT_URL, url); // what libcurl sends again goes by it
    curl_easy_setopt(handle->easy, CURLOPT_CURLU, handle->parts);
}

// libcurl knows http:// and https:// only.
void lv_handle_aim(lv_handle *handle, const char *url)
{
    bool plain = strncmp(url, "tcp://", 6) == 0, secure = strncmp(url, "tls://", 6) == 0;
    live_buf *known = plain || secure ? live_buf_new() : NULL;

    live_buf_add_format(known, "%s%s", plain ? "http" : "https", url + 3);
    set_url(handle, known ? live_buf_data(known) : url);
    live_buf_free(known);
}

void lv_handle_clear(lv_handle *handle)
{
    curl_easy_cleanup(handle->easy);
    curl_url_cleanup(handle->parts);
    free(handle->url);
    *handle = (lv_handle){ 0 };
}
