// SPDX-License-Identifier: Apache-2.0
// The lines of a log as trees: what belongs to an action stands together, in the order of its places.
#ifndef LOG_TREE_H
#define LOG_TREE_H

#include <cJSON.h>

// Brings the lines of each task to where its first one stands, in their order there; other lines stay between them as they
// were. Lines are moved, not copied; without memory they stay as they are.
void log_tree_order(cJSON *lines);

// How far a line stands in: what belongs to an action, one step more than that.
int log_tree_indent(const cJSON *line);

#endif
