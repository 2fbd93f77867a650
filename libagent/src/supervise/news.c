// SPDX-License-Identifier: Apache-2.0
// What callers and the service manager are told of by themselves.
#include "supervise/news.h"

#include <live/json.h>
#include <stdlib.h>

#include "supervise/notify.h"
#include "supervise/supervisor.h"

static void tell_manager(const ag_supervisor *supervisor)
{
    char *verdict = ag_notify_is_heard() ? ag_operate_verdict(supervisor) : NULL;

    if (verdict)
        ag_notify("STATUS=%s", verdict);
    free(verdict);
}

void ag_news_of_member(ag_member *member, void *user)
{
    ag_supervisor *supervisor = user;
    cJSON *news = cJSON_CreateObject();
    char reason[512];

    if (ag_control_is_heard(supervisor->control, AG_TOPIC_STATES)) {
        ag_member_reason(member, reason, sizeof reason);
        cJSON_AddNumberToObject(news, "v", AG_CONTROL_VERSION);
        cJSON_AddStringToObject(news, "event", "state");
        cJSON_AddStringToObject(news, "process", ag_member_name(member));
        cJSON_AddStringToObject(news, "state", ag_unit_state_name(ag_member_state(member)));
        if (*reason)
            cJSON_AddStringToObject(news, "reason", reason);
        ag_control_tell(supervisor->control, AG_TOPIC_STATES, news, NULL);
    }
    cJSON_Delete(news);
    ag_supervisor_settle(supervisor);
    if (!supervisor->stopping)
        tell_manager(supervisor);
}

static bool fits(const cJSON *filter, const cJSON *news)
{
    const ag_journal_filter wanted = ag_journal_filter_of(filter);

    return ag_journal_fits(&wanted, live_json_get(news, "line"));
}

void ag_news_of_line(const cJSON *line, void *user)
{
    const ag_supervisor *supervisor = user;

    if (!supervisor->control || !ag_control_is_heard(supervisor->control, AG_TOPIC_LOGS))
        return;
    cJSON *news = cJSON_CreateObject();
    cJSON_AddNumberToObject(news, "v", AG_CONTROL_VERSION);
    cJSON_AddStringToObject(news, "event", "log");
    cJSON_AddItemToObject(news, "line", cJSON_Duplicate(line, true));
    ag_control_tell(supervisor->control, AG_TOPIC_LOGS, news, fits);
    cJSON_Delete(news);
}
