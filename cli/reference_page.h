// SPDX-License-Identifier: Apache-2.0
// The reference of a settings file for people, in Markdown.
#ifndef REFERENCE_PAGE_H
#define REFERENCE_PAGE_H

#include <cJSON.h>
#include <stdio.h>

// `reference` as live-agent tells it.
void reference_page_print(FILE *out, const cJSON *reference);

#endif
