// SPDX-License-Identifier: Apache-2.0
// What callers and the service manager are told of by themselves: changes of processes, lines of the log.
#ifndef AG_NEWS_H
#define AG_NEWS_H

#include "supervise/member.h"

// A process has changed (of ag_staff_new()); who waits for that is told, too.
void ag_news_of_member(ag_member *member, void *supervisor);

// A line was logged (of ag_journal_listen()).
void ag_news_of_line(const cJSON *line, void *supervisor);

#endif
